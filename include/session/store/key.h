#ifndef SESSION_STORE_KEY_H
#define SESSION_STORE_KEY_H

#include <stdbool.h>

#include "base/attrs.h"

struct credentials;
struct error;
struct keyring;

/*
 * Stores a long-lived access key in the keyring under the name of its profile,
 * with the ARN of its user ("" until AWS was asked).
 */
#define KEY_ARN_LEN 2049

/*
 * Loads a key.  The caller owns creds.  If none is stored, creds->access_key_id
 * is NULL and the call succeeds.  Fails like the keyring.
 */
bool key_load(const struct keyring *keyring, const char *profile,
	      struct credentials *creds, char arn[static KEY_ARN_LEN],
	      struct error *err) MUST_CHECK;

/* Stores a key and replaces an earlier one. Fails like the keyring. */
bool key_store(const struct keyring *keyring, const char *profile,
	       const struct credentials *creds, const char *arn,
	       struct error *err) MUST_CHECK;

/*
 * Removes the sessions that were created with the stored key of profile, or
 * with any key if profile is NULL.  *n is their number.
 */
bool key_drop_sessions(const struct keyring *keyring, const char *profile,
		       unsigned *n, struct error *err) MUST_CHECK;

#endif
