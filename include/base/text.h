#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attrs.h"

struct strbuf;

/*
 * Small questions about text.  Nothing here looks at the locale: a letter is
 * an ASCII letter, and white space is as each comment says.
 */

/*
 * Make text fit to be shown: each control character (C0, DEL, C1) and each
 * byte that is no UTF-8 becomes '?', in place.  Its length stays the same.
 */
void text_clean(char *text);

/* Is all of it valid UTF-8 (RFC 3629) without a NUL? Says where it ends. */
bool text_is_utf8(const char *bytes, size_t len, size_t *good);

/*
 * A duration as people write it: "900", "90m", "1h30m", "12h", "1d".  False
 * for anything else, a negative one, and one past 10 years.
 */
bool text_duration(const char *text, int64_t *seconds) MUST_CHECK;

#define TEXT_SPAN_LEN 32

/* "3h59m", "12m5s", "0s": what is left, for people. Negative is "0s". */
void text_span(int64_t seconds, char out[static TEXT_SPAN_LEN]);

/* A whole decimal number without a sign, and nothing else: min to max. */
bool text_number(const char *text, int64_t min, int64_t max,
		 int64_t *number) MUST_CHECK;

/* "true"/"yes"/"on"/"1", "false"/"no"/"off"/"0", any case; else false. */
bool text_bool(const char *text, bool *value) MUST_CHECK;

/* ASCII only; as strcasecmp() in the C locale. */
bool text_equal_nocase(const char *a, const char *b);
void text_lower(char *text);

/* NULL and "" are both nothing. */
bool text_is_empty(const char *text);

/*
 * How many letters must be put in, left out, changed or swapped with the next
 * to turn a into b (the optimal string alignment distance); texts over 63
 * bytes are as far apart as can be.  For "did you mean".
 */
size_t text_distance(const char *a, const char *b);

/*
 * The value of NAME in an environment block ("NAME=value", ending in NULL), or
 * NULL.  Borrowed from the block.
 */
const char *text_env(char *const *environment, const char *name);

#endif
