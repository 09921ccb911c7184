#ifndef SESSION_STORE_SEED_H
#define SESSION_STORE_SEED_H

#include <stdbool.h>

#include "base/attrs.h"

struct error;
struct keyring;
struct secbuf;

/*
 * The seed of a TOTP device in the keyring, under its MFA serial: a second
 * factor that lies beside the first, for who wants that.
 */

/* *seed (the caller's, raw) is NULL, and the call a success, if none is. */
bool seed_load(const struct keyring *keyring, const char *serial,
	       struct secbuf **seed, struct error *err) MUST_CHECK;

bool seed_store(const struct keyring *keyring, const char *serial,
		const struct secbuf *seed, struct error *err) MUST_CHECK;

#endif
