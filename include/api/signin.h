#ifndef API_SIGNIN_H
#define API_SIGNIN_H

#include <stdbool.h>
#include <stdint.h>

#include "api/caller.h"
#include "base/attrs.h"

struct credentials;
struct error;
struct secbuf;

/*
 * Exchanges credentials of a role for a token that signs in to the console
 * (getSigninToken; "Enabling custom identity broker access to the AWS console",
 * IAM User Guide).  The request is a POST: no secret is in its URL.
 */
struct signin_request {
	const struct credentials *creds; /* of AssumeRole or the like */
	/*
	 * How long the console stays open, in seconds, 900 to 43200; 0: as long
	 * as the credentials last.  AWS refuses it unless the key of an IAM user
	 * itself assumed the role.
	 */
	int64_t duration;
};

/*
 * The caller's own credentials are not used.  The token is valid for 15 minutes
 * and is owned by the caller.  Fails like api/caller.h.
 */
bool signin_get_token(const struct api_caller *caller,
		      const struct signin_request *in, struct secbuf **token,
		      struct error *err) MUST_CHECK;

#endif
