#ifndef BASE_TIMEFMT_H
#define BASE_TIMEFMT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attrs.h"

/* Converts times, in seconds since the epoch (UTC), without zone or locale. */

#define TIMEFMT_ISO_LEN sizeof("2030-01-02T03:04:05Z")

/*
 * Formats t as RFC 3339 in UTC.  Years outside 0 to 9999 become the nearest
 * one.
 */
void timefmt_iso(int64_t t, char out[static TIMEFMT_ISO_LEN]);

/*
 * Parses RFC 3339 as AWS writes it: with or without fractional seconds, which
 * are cut off, and with "Z" or an offset.  False for anything else, such as a
 * day that is not in the calendar.
 */
bool timefmt_parse_iso(const char *text, int64_t *t) MUST_CHECK;

/*
 * Parses an HTTP date such as "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110
 * 5.6.7).  False for anything else.
 */
bool timefmt_parse_http(const char *text, int64_t *t) MUST_CHECK;

#endif
