#ifndef CRYPTO_BASE64_H
#define CRYPTO_BASE64_H

#include "base/attrs.h"

struct secbuf;

/*
 * What base64 text (RFC 4648, section 4) stands for, in a new buffer of the
 * caller's; NULL if it is none, or there is no memory.
 */
struct secbuf *base64_decode(const struct secbuf *text) MUST_CHECK;

#endif
