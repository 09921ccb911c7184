#ifndef FORMAT_SEED_H
#define FORMAT_SEED_H

#include <stdbool.h>

#include "base/attrs.h"

struct error;
struct secbuf;

/*
 * The seed of a TOTP device as people paste it: base32 (RFC 4648, section 6)
 * in any case, with blanks, dashes and padding or without; or an otpauth://totp
 * URI ("Key URI Format") whose digits, period and algorithm, if it has them, are
 * 6, 30 and SHA1.  *seed (the caller's) is the raw key, of 10 to 128 bytes.
 * ERROR_USAGE says what is wrong, and quotes nothing.
 */
bool seed_parse(const struct secbuf *text, struct secbuf **seed,
		struct error *err) MUST_CHECK;

/* The other way: base32 in capitals, without padding. NULL: no memory. */
struct secbuf *seed_base32(const struct secbuf *seed) MUST_CHECK;

#endif
