#include <time.h>

#include "edge/edge.h"

static int64_t now(void *self)
{
	(void)self;
	return (int64_t)time(NULL);
}

struct clock clock_system(void)
{
	return (struct clock){ .now = now };
}
