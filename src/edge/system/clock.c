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

static int64_t uptime(void *self)
{
	struct timespec t = { 0 };

	(void)self;
	(void)clock_gettime(CLOCK_BOOTTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

struct clock clock_system(void)
{
	return (struct clock){ .now = now,
			       .pause = pause_for,
			       .uptime = uptime };
}
