#include <sys/file.h>

#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include "edge/process/audience_internal.h"
#include "edge/process/terminal_internal.h"
#include "edge/prompt/prompt_internal.h"

#define STEP_MS 20 /* between two tries */

/* Opens the device: /dev/tty is one file for all terminals. */
static int open_device(int tty)
{
	char path[TERMINAL_PATH_LEN];

	return terminal_device(tty, path)
		       ? open(path,
			      O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
		       : -1;
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

	while (turn_try(tty, fd) == TURN_OTHERS) {
		if (audience_has_gone(audience))
			return false;
		(void)nanosleep(&step, NULL);
	}
	return true;
}

void turn_end(int fd)
{
	if (fd >= 0)
		(void)close(fd);
}
