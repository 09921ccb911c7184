#ifndef API_IAM_KEYS_H
#define API_IAM_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "api/caller.h"
#include "aws/limits.h"
#include "base/attrs.h"

struct credentials;
struct error;

/*
 * AWS Identity and Access Management, API version 2010-05-08: access keys of a
 * user.  user is the user's name; NULL means the user who signs, which AWS
 * accepts from a long-lived key only.
 */

/* An access key of a user, as AWS lists it, without its secret. */
struct iam_key {
	int64_t created; /* seconds since the epoch */
	bool active;
	char id[LIMITS_KEY_ID_MAX + 1];
};

#define IAM_KEYS_MAX 8 /* AWS allows a user two */

/* ListAccessKeys: the first page, which has them all. */
bool iam_keys_list(const struct api_caller *caller, const char *user,
		   struct iam_key keys[static IAM_KEYS_MAX], size_t *n,
		   struct error *err) MUST_CHECK;

/*
 * CreateAccessKey.  The request is sent once: if the answer is lost, AWS may
 * have created a key that nobody has the secret of.  *sent says whether the
 * request may have reached AWS, even on failure.  The caller owns creds:
 * credentials_clear().
 */
bool iam_keys_create(const struct api_caller *caller, const char *user,
		     struct credentials *creds, bool *sent,
		     struct error *err) MUST_CHECK;

/* UpdateAccessKey: makes a key Active or Inactive. */
bool iam_keys_set_active(const struct api_caller *caller, const char *user,
			 const char *id, bool active,
			 struct error *err) MUST_CHECK;

/* DeleteAccessKey. */
bool iam_keys_delete(const struct api_caller *caller, const char *user,
		     const char *id, struct error *err) MUST_CHECK;

/* The last use of a key, as far as AWS tracks it: hours late, and one service. */
struct iam_key_use {
	int64_t when;     /* seconds since the epoch; 0: never */
	char service[64]; /* "s3"; "" if never */
	char region[32];  /* "" if never */
};

/* GetAccessKeyLastUsed. */
bool iam_keys_last_used(const struct api_caller *caller, const char *id,
			struct iam_key_use *use, struct error *err) MUST_CHECK;

#endif
