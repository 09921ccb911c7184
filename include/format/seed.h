#ifndef FORMAT_SEED_H
#define FORMAT_SEED_H

#include <stdbool.h>

#include "base/attrs.h"

struct error;
struct secbuf;

/*
 * Parses the seed of a TOTP device: base32 (RFC 4648, section 6) in any case,
 * with or without spaces, dashes and padding; or an otpauth://totp URI ("Key
 * URI Format") whose digits, period and algorithm, if present, are 6, 30 and
 * SHA1.  The caller owns *seed, the raw key of 10 to 128 bytes.  ERROR_USAGE;
 * the error quotes nothing of the text.
 */
bool seed_parse(const struct secbuf *text, struct secbuf **seed,
		struct error *err) MUST_CHECK;

/*
 * Formats a seed as base32 in capitals, without padding.  NULL when out of
 * memory.
 */
struct secbuf *seed_base32(const struct secbuf *seed) MUST_CHECK;

#endif
