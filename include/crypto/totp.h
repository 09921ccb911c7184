#ifndef CRYPTO_TOTP_H
#define CRYPTO_TOTP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attrs.h"

struct error;
struct secbuf;

#define TOTP_STEP 30 /* seconds that a code is good */

/*
 * Computes the six digits of a step (seconds since the epoch / 30) by RFC 6238
 * with HMAC-SHA-1, as AWS's virtual MFA devices do.  seed is the raw key of any
 * length.  *code is the caller's, NULL on failure.  ERROR_MEMORY; ERROR_SYSTEM
 * if liboath fails.
 */
bool totp_code(const struct secbuf *seed, int64_t step, struct secbuf **code,
	       struct error *err) MUST_CHECK;

#endif
