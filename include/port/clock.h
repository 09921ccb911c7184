#ifndef PORT_CLOCK_H
#define PORT_CLOCK_H

#include <stdint.h>

/* The wall clock, a pause, and a clock that nobody sets. */
struct clock {
	void *self;
	int64_t (*now)(void *self); /* seconds since the epoch, UTC */
	void (*pause)(void *self, int64_t milliseconds);
	/*
	 * Milliseconds since the machine started, asleep or not; setting the
	 * clock does not change it.
	 */
	int64_t (*uptime)(void *self);
};

/* Calls through the port; struct clock documents them. */
static inline int64_t clock_now(const struct clock *clock)
{
	return clock->now(clock->self);
}

static inline void clock_pause(const struct clock *clock, int64_t milliseconds)
{
	clock->pause(clock->self, milliseconds);
}

static inline int64_t clock_uptime(const struct clock *clock)
{
	return clock->uptime(clock->self);
}

#endif
