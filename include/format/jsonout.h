#ifndef FORMAT_JSONOUT_H
#define FORMAT_JSONOUT_H

#include <stddef.h>

struct secbuf;

/*
 * Writing JSON (RFC 8259), without a library, since the hot path writes one
 * small object and loads nothing for it.  What is not UTF-8 becomes U+FFFD.
 * Failure is the buffer's: sticky.
 */

/* "text" with its quotes, or null for NULL. */
void jsonout_string(struct secbuf *out, const char *text);
void jsonout_string_n(struct secbuf *out, const char *text, size_t len);

/* ,"key": with the comma unless the last byte opened the object or array. */
void jsonout_key(struct secbuf *out, const char *key);

/* A comma unless the last byte opened the object or array. */
void jsonout_next(struct secbuf *out);

#endif
