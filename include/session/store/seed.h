#ifndef SESSION_STORE_SEED_H
#define SESSION_STORE_SEED_H

#include <stdbool.h>

#include "base/attrs.h"

struct error;
struct keyring;
struct secbuf;

/*
 * Stores the seed of a TOTP device in the keyring, under the MFA serial.  Both
 * factors are then in one place.
 */

/*
 * Loads a seed.  The caller owns *seed, the raw key.  If none is stored, *seed
 * is NULL and the call succeeds.  Fails like the keyring.
 */
bool seed_load(const struct keyring *keyring, const char *serial,
	       struct secbuf **seed, struct error *err) MUST_CHECK;

/* Stores a seed and replaces an earlier one. Fails like the keyring. */
bool seed_store(const struct keyring *keyring, const char *serial,
		const struct secbuf *seed, struct error *err) MUST_CHECK;

#endif
