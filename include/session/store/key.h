#ifndef SESSION_STORE_KEY_H
#define SESSION_STORE_KEY_H

#include <stdbool.h>

#include "base/attrs.h"
#include "crypto/name.h"

struct credentials;
struct endpoint;
struct error;
struct keyring;

/*
 * A long-lived access key in the keyring, under its profile's name, with the
 * ARN of the user it belongs to ("" until AWS was asked).
 */
#define KEY_ARN_LEN 2049
#define KEY_ID_LEN  129 /* of an access key id, with its NUL */

/*
 * Loads a key.  creds are the caller's; access_key_id is NULL, and the call a
 * success, if none is stored.
 */
bool key_load(const struct keyring *keyring, const char *profile,
	      struct credentials *creds, char arn[static KEY_ARN_LEN],
	      struct error *err) MUST_CHECK;

/*
 * Loads a key likewise.  arn is "" if another endpoint than sts gave it, since
 * what a custom endpoint says holds there only.
 */
bool key_load_for(const struct keyring *keyring, const char *profile,
		  const struct endpoint *sts, struct credentials *creds,
		  char arn[static KEY_ARN_LEN], struct error *err) MUST_CHECK;

/*
 * Stores a key with the ARN that the endpoint sts gave.  To replace one, and to
 * remove it, see session/store/key_change.h.
 */
bool key_store(const struct keyring *keyring, const char *profile,
	       const struct credentials *creds, const char *arn,
	       const struct endpoint *sts, struct error *err) MUST_CHECK;

/* Names the keyring that has the keys, as sessions do (see the page). */
void key_store_name(const struct keyring *keyring, char name[static NAME_LEN]);

#endif
