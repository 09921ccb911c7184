#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attrs.h"

struct strbuf;

/*
 * Examines and parses short texts, independently of the locale: letters are
 * ASCII letters.
 */

/* A character of UTF-8 text. */
struct text_character {
	uint32_t code;  /* the code point */
	bool control;   /* may not reach a terminal as it is */
	bool invisible; /* a space other than ASCII's, or without a width */
};

/*
 * Decodes the character at text, of which left bytes remain, and returns its
 * length in bytes; 0 if it is not UTF-8 (RFC 3629).  Controls are C0, DEL, C1,
 * the controls of the bidirectional algorithm (UAX #9) and line separators.
 */
size_t text_character(const char *text, size_t left,
		      struct text_character *out);

/*
 * Tests whether two texts look alike: if invisible characters are left out, or
 * if each is a blank.
 */
bool text_looks_like(const char *a, const char *b);

/*
 * Makes text safe to print: replaces the bytes of controls and bytes that are
 * not UTF-8 by '?', in place.  The length does not change.
 */
void text_clean(char *text);

/* The same for a text of several lines: '\n' stays. */
void text_clean_lines(char *text);

/*
 * Tests whether bytes are valid UTF-8 (RFC 3629) without a NUL.  Sets *good to
 * the length of the valid part.
 */
bool text_is_utf8(const char *bytes, size_t len, size_t *good);

/*
 * Counts the bytes at the start of a text that are printable ASCII: a blank up
 * to '~'.
 */
size_t text_printable(const char *bytes, size_t len);

/*
 * Writes bytes in hexadecimal, in lower case: 2 * len digits and a NUL.
 */
void text_hex(const unsigned char *bytes, size_t len, char *out);

/* Names the form of text_duration(), for messages. */
#define TEXT_DURATION_FORM "a valid duration (900, 90m, 1h30m, 12h)"

/*
 * Parses a duration such as "900", "90m", "1h30m", "12h" or "1d" into seconds.
 * False for anything else, for negative values and for more than 10 years.
 */
bool text_duration(const char *text, int64_t *seconds) MUST_CHECK;

#define TEXT_SPAN_LEN 32

/*
 * Formats a remaining time for the user: "3h59m", "12m5s".  A negative time is
 * "0s".
 */
void text_span(int64_t seconds, char out[static TEXT_SPAN_LEN]);

/*
 * Parses an unsigned decimal number from min to max.  False for anything else.
 */
bool text_number(const char *text, int64_t min, int64_t max,
		 int64_t *number) MUST_CHECK;

/*
 * Parses "true", "yes", "on", "1", "false", "no", "off" or "0", in any case.
 * False for anything else.
 */
bool text_bool(const char *text, bool *value) MUST_CHECK;

/*
 * Compare or convert ASCII letters, as strcasecmp() and tolower() in the C
 * locale.
 */
bool text_equal_nocase(const char *a, const char *b);
void text_lower(char *text);

/* Returns true for NULL and for "". */
bool text_is_empty(const char *text);

/*
 * Counts the letters that must be inserted, deleted, changed or swapped with a
 * neighbour to turn a into b (optimal string alignment distance), for "did you
 * mean".  Texts over 63 bytes have the largest distance.
 */
size_t text_distance(const char *a, const char *b);

/*
 * Returns the value of NAME in an environment block ("NAME=value", ending in
 * NULL), or NULL.  Borrowed from the block.
 */
const char *text_env(char *const *environment, const char *name);

#endif
