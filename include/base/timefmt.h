#ifndef BASE_TIMEFMT_H
#define BASE_TIMEFMT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attrs.h"

/* Times are seconds since the epoch, UTC. Pure: no clock, no zone, no locale. */

#define TIMEFMT_ISO_LEN sizeof("2030-01-02T03:04:05Z")

/* RFC 3339 in UTC. Years outside 0..9999 become the nearest of them. */
void timefmt_iso(int64_t t, char out[static TIMEFMT_ISO_LEN]);

/*
 * RFC 3339 as AWS writes it: with or without fractional seconds (which are cut
 * off), "Z" or an offset.  False for anything else, a day that is not in the
 * calendar included.
 */
bool timefmt_parse_iso(const char *text, int64_t *t) MUST_CHECK;

/* An HTTP Date, "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 5.6.7). */
bool timefmt_parse_http(const char *text, int64_t *t) MUST_CHECK;

#endif
