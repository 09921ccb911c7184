#include <errno.h>
#include <time.h>

#include "edge/edge.h"

static int64_t now(void *self)
{
	(void)self;
	return (int64_t)time(NULL);
}

static void pause_for(void *self, int64_t milliseconds)
{
	struct timespec left = { milliseconds / 1000,
				 milliseconds % 1000 * 1000000 };

	(void)self;
	while (nanosleep(&left, &left) != 0 && errno == EINTR)
		continue;
}

struct clock clock_system(void)
{
	return (struct clock){ .now = now, .pause = pause_for };
}
