#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <stdio.h>

#include "edge/process/terminal_internal.h"

/* Linux, Documentation/admin-guide/devices.txt */
#define PTS_MAJOR  136 /* to 143 */
#define PTS_MAJORS 8
#define PTS_EACH   256 /* minors, or all of them in the first major */
#define CONSOLE    4   /* major of /dev/ttyN */

static bool write_path(dev_t device, char path[static TERMINAL_PATH_LEN])
{
	unsigned kind = major(device);
	unsigned number = minor(device);

	if (kind >= PTS_MAJOR && kind < PTS_MAJOR + PTS_MAJORS)
		(void)snprintf(path, TERMINAL_PATH_LEN, "/dev/pts/%u",
			       (kind - PTS_MAJOR) * PTS_EACH + number);
	else if (kind == CONSOLE)
		(void)snprintf(path, TERMINAL_PATH_LEN, "/dev/tty%u", number);
	else
		return false;
	return true;
}

bool terminal_device(int fd, char path[static TERMINAL_PATH_LEN])
{
	unsigned device;
	struct stat st;

	return ioctl(fd, TIOCGDEV, &device) == 0 && write_path(device, path) &&
	       stat(path, &st) == 0 && S_ISCHR(st.st_mode) &&
	       st.st_rdev == (dev_t)device;
}
