#ifndef API_STS_H
#define API_STS_H

#include <stdbool.h>
#include <stdint.h>

#include "api/caller.h"
#include "base/attrs.h"

struct error;
struct secbuf;

/*
 * AWS Security Token Service, API version 2011-06-15: struct in, struct out.
 * The caller owns returned credentials: credentials_clear().
 */
struct sts_assume_role {
	const char *role_arn;
	const char *session_name; /* 2 to 64 of [A-Za-z0-9_+=,.@-] */
	const char *external_id;  /* NULL: none, as for all below */
	const char *source_identity;
	const char *session_tags;    /* "k=v,k2=v2" */
	const char *transitive_tags; /* "k,k2" */
	const char *policy_arns;     /* "arn:...,arn:..." */
	const char *mfa_serial;
	const struct secbuf *mfa_code; /* with mfa_serial; borrowed */
	int64_t duration; /* seconds, 900 to 43200; 0: AWS's default, 3600 */
};

struct sts_web_identity {
	const char *role_arn;
	const char *session_name;
	const struct secbuf *token; /* of the identity provider; borrowed */
	const char *policy_arns;
	int64_t duration; /* as above */
};

struct sts_session_token {
	const char *mfa_serial;
	const struct secbuf *mfa_code;
	int64_t duration; /* seconds, 900 to 129600; 0: AWS's default, 43200 */
};

struct sts_federation_token {
	const char *name;   /* as limits_federation_name */
	const char *policy; /* JSON; at most 2048 characters.  The session may
			       do what it and the user's policies allow, so
			       nothing without it. */
	int64_t duration; /* seconds, 900 to 129600; 0: AWS's default, 43200 */
};

struct sts_identity {
	char account[16];
	char arn[2049];
	char user_id[200];
};

/*
 * Call AssumeRole and GetSessionToken.  *sent is set if the request may have
 * reached AWS, even on failure: its code is then used up. sent may be NULL.
 * assumed_arn gets the ARN of the assumed role's session.
 */
bool sts_assume_role(const struct api_caller *caller,
		     const struct sts_assume_role *in,
		     struct credentials *creds, char assumed_arn[static 2049],
		     bool *sent, struct error *err) MUST_CHECK;

/* Calls AssumeRoleWithWebIdentity, unsigned: caller->creds are not used. */
bool sts_assume_role_with_web_identity(const struct api_caller *caller,
				       const struct sts_web_identity *in,
				       struct credentials *creds,
				       char assumed_arn[static 2049],
				       struct error *err) MUST_CHECK;

bool sts_get_session_token(const struct api_caller *caller,
			   const struct sts_session_token *in,
			   struct credentials *creds, bool *sent,
			   struct error *err) MUST_CHECK;

/*
 * Calls GetFederationToken.  caller->creds are a long-lived key: AWS refuses
 * sessions, and takes no code.
 */
bool sts_get_federation_token(const struct api_caller *caller,
			      const struct sts_federation_token *in,
			      struct credentials *creds,
			      struct error *err) MUST_CHECK;

bool sts_get_caller_identity(const struct api_caller *caller,
			     struct sts_identity *out,
			     struct error *err) MUST_CHECK;

#endif
