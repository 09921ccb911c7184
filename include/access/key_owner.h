#ifndef ACCESS_KEY_OWNER_INTERNAL_H
#define ACCESS_KEY_OWNER_INTERNAL_H

#include <stdbool.h>

#include "api/caller.h"
#include "base/attrs.h"
#include "session/store/key.h"

struct credentials;
struct error;
struct context;
struct request;
struct world;

/* A key, and what AWS says of it. */
struct whose {
	const char *profile;             /* may have no section; borrowed */
	const struct credentials *creds; /* borrowed */
	struct api_skew skew;
	struct api_caller caller; /* then: for requests to IAM */
	char arn[KEY_ARN_LEN];    /* then: of the user */
};

/*
 * Whose key it is (GetCallerIdentity), by the endpoints of the profile.  Fails
 * as api/caller.h says.  *whose must not move afterwards.
 */
bool key_owner_find(const struct request *request, const struct world *world,
		    struct context *context, struct whose *whose,
		    struct error *err) MUST_CHECK;

#endif
