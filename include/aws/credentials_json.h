#ifndef AWS_CREDENTIALS_JSON_H
#define AWS_CREDENTIALS_JSON_H

#include <stdbool.h>

#include "base/attrs.h"

struct credentials;
struct error;
struct json;

/* The names that a service or a program gives to the members. */
struct credentials_members {
	const char *key_id;
	const char *secret;
	const char *token;
	const char *expires; /* RFC 3339; or NULL: the caller reads it */
	bool optional;       /* the token and the expiry may be missing */
	bool any;            /* credentials_check_any() is enough */
};

/*
 * Reads credentials from an object.  The caller owns creds, which is empty after
 * a failure; creds->ends is not set.  NO_MEMBER with the name as .key, for a
 * member that is missing or malformed; BAD_CREDENTIALS; ERROR_MEMORY.
 */
bool credentials_json_read(const struct json *json,
			   const struct credentials_members *names,
			   struct credentials *creds,
			   struct error *err) MUST_CHECK;

#endif
