#ifndef API_SSO_PORTAL_H
#define API_SSO_PORTAL_H

#include <stdbool.h>

#include "api/caller.h"
#include "base/attrs.h"

struct credentials;
struct error;
struct secbuf;

/*
 * The portal of IAM Identity Center ("IAM Identity Center Portal API
 * Reference"): unsigned requests with an access token.  caller->creds is not
 * used.  Fail like api/caller.h; "UnauthorizedException" means that the token
 * is not valid, "ForbiddenException" that the role is not assigned to the user.
 */

/* GetRoleCredentials. The caller owns creds; creds->ends is not set. */
bool portal_get_credentials(const struct api_caller *caller,
			    const struct secbuf *token, const char *account,
			    const char *role, struct credentials *creds,
			    struct error *err) MUST_CHECK;

/* Logout: the session of the token ends. */
bool portal_logout(const struct api_caller *caller, const struct secbuf *token,
		   struct error *err) MUST_CHECK;

#endif
