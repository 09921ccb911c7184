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

/* A key and the user that owns it. */
struct whose {
	const char *profile;             /* may have no section; borrowed */
	const struct credentials *creds; /* borrowed */
	struct api_skew skew;
	struct api_caller caller; /* result: for requests to IAM */
	char arn[KEY_ARN_LEN];    /* result: of the user */
	struct endpoint sts;      /* result: that gave it */
};

/*
 * Finds the user that owns a key (GetCallerIdentity), at the endpoints of the
 * profile.  Fails like api/caller.h.  *whose must not be moved afterwards.
 */
bool key_owner_find(const struct request *request, const struct world *world,
		    struct context *context, struct whose *whose,
		    struct error *err) MUST_CHECK;

#endif
