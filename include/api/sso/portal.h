#ifndef API_SSO_PORTAL_H
#define API_SSO_PORTAL_H

#include <stdbool.h>
#include <stddef.h>

#include "api/caller.h"
#include "base/attrs.h"

struct arena;
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

/* An account that is assigned to the user. */
struct portal_account {
	const char *id; /* 12 digits */
	const char *name;
	const char *email; /* "" if AWS does not send it */
};

/* The roles of an account that are assigned to the user. */
struct portal_roles {
	const char **names;
	size_t n;
};

/*
 * ListAccounts, ListAccountRoles: all pages.  Texts and lists are in arena.  In
 * names and e-mail addresses control characters are replaced.  If an account id
 * or the name of a role does not have its form, the error is ERROR_PROTOCOL.
 */
bool portal_list_accounts(const struct api_caller *caller,
			  const struct secbuf *token, struct arena *arena,
			  struct portal_account **accounts, size_t *n,
			  struct error *err) MUST_CHECK;
bool portal_list_roles(const struct api_caller *caller,
		       const struct secbuf *token, struct arena *arena,
		       const char *account, struct portal_roles *roles,
		       struct error *err) MUST_CHECK;

/* Logout: the session of the token ends. */
bool portal_logout(const struct api_caller *caller, const struct secbuf *token,
		   struct error *err) MUST_CHECK;

#endif
