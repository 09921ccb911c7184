#ifndef EDGE_TIME_MONOTONIC_INTERNAL_H
#define EDGE_TIME_MONOTONIC_INTERNAL_H

#include <stdint.h>

/*
 * Returns the milliseconds of CLOCK_MONOTONIC, for deadlines: setting the clock
 * does not change it.
 */
int64_t monotonic_ms(void);

#endif
