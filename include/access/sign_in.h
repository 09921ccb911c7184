#ifndef ACCESS_SIGN_IN_H
#define ACCESS_SIGN_IN_H

#include <stdbool.h>
#include <stdint.h>

#include "aws/endpoint.h"
#include "base/attrs.h"

struct context;
struct error;
struct plan;
struct request;
struct secbuf;
struct world;

/*
 * A sign-in to the AWS console with the role of the context's plan, or as the
 * user whose long-lived key it starts with.
 */
struct sign_in {
	const struct request *request;
	const struct world *world;
	struct context *context;
	bool federate; /* as the user, by GetFederationToken */
	/* Results, in the context's arena. */
	const char *role_arn;     /* NULL if federate, or if it is unknown */
	const char *region;       /* of the console */
	const char *page;         /* the console's address */
	struct endpoint endpoint; /* of the sign-in service */
	int64_t federation;       /* seconds; 0 unless federate */
};

/*
 * Tests whether a plan ends with credentials that AWS lets sign in: not those of
 * a user.
 */
bool sign_in_can(const struct plan *plan);

/*
 * Finds everything that can be wrong before a code is asked for, and sets the
 * results.  service and path select the page (aws/console.h), or are NULL.
 * ERROR_CONFIG if the profile is a user's (federate: no long-lived key of its
 * own), ERROR_USAGE, ERROR_MEMORY.
 */
bool sign_in_find(struct sign_in *s, const char *service, const char *path,
		  struct error *err) MUST_CHECK;

/*
 * Obtains the credentials and exchanges them for a token, which is valid for 15
 * minutes.  The caller owns it.  Those of a user are a new session of an hour,
 * AWS_FEDERATION_TOKEN_TTL, or request->duration, with the user's permissions and without MFA, which a
 * notice says; it is not cached.  plan.account is then set.  Fails like
 * obtain_credentials() and api/caller.h.
 */
bool sign_in_get_token(struct sign_in *s, struct secbuf **token,
		       struct error *err) MUST_CHECK;

#endif
