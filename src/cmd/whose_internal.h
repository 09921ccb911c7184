#ifndef WHOSE_INTERNAL_H
#define WHOSE_INTERNAL_H

#include <stdbool.h>

#include "api/caller.h"
#include "base/attrs.h"
#include "session/key.h"

struct credentials;
struct error;
struct look;
struct request;
struct world;

/*
 * Whose key it is, as AWS says (GetCallerIdentity), by the endpoints of a
 * profile, which may have no section.  caller (its skew is the caller's) then
 * serves for requests to IAM.  Fails as api/caller.h says.
 */
bool key_whose(const struct request *request, const struct world *world,
	       struct look *look, const char *profile,
	       const struct credentials *creds, struct api_caller *caller,
	       char arn[static KEY_ARN_LEN], struct error *err) MUST_CHECK;

#endif
