#ifndef SESSION_STORE_KEY_H
#define SESSION_STORE_KEY_H

#include <stdbool.h>

#include "base/attrs.h"

struct credentials;
struct error;
struct keyring;

/*
 * A long-lived access key in the keyring, under its profile's name, with the
 * ARN of the user it belongs to ("" until AWS has said it).
 */
#define KEY_ARN_LEN 2049

/* creds->access_key_id is NULL, and the call a success, if none is stored. */
bool key_load(const struct keyring *keyring, const char *profile,
	      struct credentials *creds, char arn[static KEY_ARN_LEN],
	      struct error *err) MUST_CHECK;

bool key_store(const struct keyring *keyring, const char *profile,
	       const struct credentials *creds, const char *arn,
	       struct error *err) MUST_CHECK;

/*
 * Remove the sessions that were made with the stored key of profile (NULL: of
 * any).  *n counts them.
 */
bool key_drop_sessions(const struct keyring *keyring, const char *profile,
		       unsigned *n, struct error *err) MUST_CHECK;

#endif
