#ifndef CRYPTO_TOTP_H
#define CRYPTO_TOTP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attrs.h"

struct error;
struct secbuf;

#define TOTP_STEP 30 /* seconds that a code is good */

/*
 * The six digits of a step (seconds since the epoch / 30) by RFC 6238 with
 * HMAC-SHA-1, as AWS's virtual MFA devices have them.  seed is the raw key.
 * *code is the caller's.  ERROR_SYSTEM if libcrypto has no SHA-1, ERROR_MEMORY.
 */
bool totp_code(const struct secbuf *seed, int64_t step, struct secbuf **code,
	       struct error *err) MUST_CHECK;

#endif
