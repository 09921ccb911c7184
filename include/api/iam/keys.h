#ifndef API_IAM_KEYS_H
#define API_IAM_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "api/caller.h"
#include "aws/limits.h"
#include "base/attrs.h"

struct error;

/* An access key of a user's, as AWS lists it, without its secret. */
struct iam_key {
	int64_t created; /* seconds since the epoch */
	bool active;
	char id[LIMITS_KEY_ID_MAX + 1];
};

#define IAM_KEYS_MAX 8 /* AWS allows a user two */

/*
 * IAM's ListAccessKeys (API version 2010-05-08): those of the user who signs,
 * the first page.
 */
bool iam_keys_list(const struct api_caller *caller,
		   struct iam_key keys[static IAM_KEYS_MAX], size_t *n,
		   struct error *err) MUST_CHECK;

#endif
