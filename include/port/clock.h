#ifndef PORT_CLOCK_H
#define PORT_CLOCK_H

#include <stdint.h>

struct clock {
	void *self;
	int64_t (*now)(void *self); /* seconds since the epoch, UTC */
	void (*pause)(void *self, int64_t milliseconds);
};

#endif
