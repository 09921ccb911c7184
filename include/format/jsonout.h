#ifndef FORMAT_JSONOUT_H
#define FORMAT_JSONOUT_H

#include <stddef.h>

struct secbuf;

/*
 * Writes JSON (RFC 8259) without a library, because bin/rolekey writes one small
 * object and loads nothing for it.  Bytes that are not UTF-8 become U+FFFD.
 * Failure is sticky, as of any secbuf.
 */

/* Write "text" with its quotes, or null for NULL. */
void jsonout_string(struct secbuf *out, const char *text);
void jsonout_string_n(struct secbuf *out, const char *text, size_t len);

/* Writes ,"key": without the comma if it is the first member. */
void jsonout_key(struct secbuf *out, const char *key);

/* Writes a comma, unless the last byte opened an object or array. */
void jsonout_next(struct secbuf *out);

#endif
