#ifndef EDGE_TIME_TICKS_INTERNAL_H
#define EDGE_TIME_TICKS_INTERNAL_H

#include <signal.h>
#include <stdbool.h>
#include <time.h>

#include "base/attrs.h"

/*
 * Interrupts a system call that blocks, such as flock(2), again and again, so
 * that the caller can look around and call it again: it fails with EINTR.  By
 * SIGURG and a timer of our own: an alarm(2) of the caller stays.
 */
struct ticks {
	timer_t timer;
	struct sigaction found;
	sigset_t mask;
};

/* Begins. False if there is no timer. End it with ticks_stop(). */
bool ticks_start(struct ticks *ticks, long ms) MUST_CHECK;
void ticks_stop(const struct ticks *ticks);

#endif
