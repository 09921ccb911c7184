#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <fcntl.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "edge/process/audience_internal.h"
#include "edge/prompt/prompt_internal.h"

#define STEP_MS    20  /* between two tries */
#define SAY_AFTER  100 /* tries */
#define PTS_MAJOR  136 /* to 143: Documentation/admin-guide/devices.txt */
#define PTS_MAJORS 8
#define PTS_EACH   256 /* minors */
#define CONSOLE    4   /* major of /dev/ttyN */
#define DEVICE_CAP 32

/*
 * Finds the device of the terminal: /dev/tty is one file for all terminals.
 * Linux gives 256 minors to a major of pseudo-terminals, or all of them to the
 * first.
 */
static bool device_of(int tty, char path[static DEVICE_CAP], dev_t *device)
{
	unsigned int number;

	if (ioctl(tty, TIOCGDEV, &number) != 0)
		return false;
	*device = (dev_t)number;
	if (major(*device) >= PTS_MAJOR &&
	    major(*device) < PTS_MAJOR + PTS_MAJORS)
		(void)snprintf(path, DEVICE_CAP, "/dev/pts/%u",
			       (major(*device) - PTS_MAJOR) * PTS_EACH +
				       minor(*device));
	else if (major(*device) == CONSOLE)
		(void)snprintf(path, DEVICE_CAP, "/dev/tty%u", minor(*device));
	else
		return false;
	return true;
}

/* Opens the device. -1: it is not visible here, as in some containers. */
static int open_device(int tty)
{
	char path[DEVICE_CAP];
	struct stat st;
	dev_t device;
	int fd;

	if (!device_of(tty, path, &device))
		return -1;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd >= 0 && (fstat(fd, &st) != 0 || !S_ISCHR(st.st_mode) ||
			st.st_rdev != device)) {
		(void)close(fd);
		fd = -1;
	}
	return fd;
}

enum turn turn_try(int tty, int *fd)
{
	*fd = open_device(tty);
	if (*fd < 0)
		return TURN_UNKNOWN;
	if (flock(*fd, LOCK_EX | LOCK_NB) == 0)
		return TURN_OURS;
	turn_end(*fd);
	*fd = -1;
	return TURN_OTHERS;
}

bool turn_wait(int tty, const struct audience *audience, int *fd)
{
	const struct timespec step = { 0, STEP_MS * 1000000L };

	for (int n = 0; turn_try(tty, fd) == TURN_OTHERS; n++) {
		static const char said[] =
			"Waiting for another rolekey to finish its question on "
			"this terminal\n";

		if (audience_has_gone(audience))
			return false;
		if (n == SAY_AFTER && tcgetpgrp(tty) == getpgrp())
			(void)!write(tty, said, sizeof(said) - 1);
		(void)nanosleep(&step, NULL);
	}
	return true;
}

void turn_end(int fd)
{
	if (fd >= 0)
		(void)close(fd);
}
