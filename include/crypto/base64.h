#ifndef CRYPTO_BASE64_H
#define CRYPTO_BASE64_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attrs.h"

struct error;
struct secbuf;

/*
 * Decodes base64 text (RFC 4648, section 4) into a new buffer that the caller
 * owns.  NULL if the text is not base64, or out of memory.
 */
struct secbuf *base64_decode(const struct secbuf *text) MUST_CHECK;

/*
 * Decodes base64url (RFC 4648, section 5) without padding.  The caller owns
 * *bytes, which is NULL on failure.  ERROR_PROTOCOL if the text is not
 * base64url; ERROR_MEMORY.
 */
bool base64_decode_url(const char *text, size_t len, struct secbuf **bytes,
		       struct error *err) MUST_CHECK;

/* Appends base64url without padding. */
void base64_encode_url(const void *bytes, size_t len, struct secbuf *out);

/* Writes the SHA-256 of len bytes in base64url: a challenge of RFC 7636. */
#define BASE64_SHA256_LEN 44 /* with its NUL */
void base64_sha256_url(const void *bytes, size_t len,
		       char out[static BASE64_SHA256_LEN]);

#endif
