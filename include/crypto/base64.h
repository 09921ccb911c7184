#ifndef CRYPTO_BASE64_H
#define CRYPTO_BASE64_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attrs.h"

struct error;
struct secbuf;

/*
 * What base64 text (RFC 4648, section 4) stands for, in a new buffer of the
 * caller's; NULL if it is none, or there is no memory.
 */
struct secbuf *base64_decode(const struct secbuf *text) MUST_CHECK;

/*
 * The same for that of URLs (section 5), without padding: *bytes is NULL on
 * false.  ERROR_PROTOCOL if it is none, ERROR_MEMORY.
 */
bool base64_decode_url(const char *text, size_t len, struct secbuf **bytes,
		       struct error *err) MUST_CHECK;

#endif
