#ifndef AWS_LIMITS_H
#define AWS_LIMITS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/view.h"

/*
 * Limits of AWS, each fact once.  From the AWS STS API Reference: the pages of
 * AssumeRole, GetSessionToken, GetFederationToken, Tag and Credentials; IAM's of
 * MFADevice.
 */

/* Durations, in seconds. */
#define LIMITS_DURATION_MIN    900    /* of any session */
#define LIMITS_ROLE_DEFAULT    3600   /* AssumeRole without DurationSeconds */
#define LIMITS_ROLE_MAX        43200  /* AssumeRole, if the role allows it */
#define LIMITS_CHAINED_MAX     3600   /* a role assumed by a role's session */
#define LIMITS_SESSION_DEFAULT 43200  /* GetSessionToken, of an IAM user */
#define LIMITS_SESSION_MAX     129600 /* GetSessionToken, of an IAM user */
#define LIMITS_FEDERATION_MAX  129600 /* GetFederationToken, likewise */
#define LIMITS_LOGIN_MAX       900    /* CreateOAuth2Token */

/* Session tags (Tag, "Pass session tags in AWS STS"), in characters. */
#define LIMITS_TAGS_MAX      50
#define LIMITS_TAG_KEY_MAX   128
#define LIMITS_TAG_VALUE_MAX 256
#define LIMITS_POLICIES_MAX  10 /* PolicyArns */

/* Texts of ASCII alone, so that bytes are characters. */
#define LIMITS_SERIAL_MAX 256 /* bytes of an MFA serial */
#define LIMITS_KEY_ID_MAX 128 /* bytes of an access key id */

struct limits_pattern {
	size_t min, max;   /* bytes */
	const char *set;   /* the bytes that may be in it */
	const char *signs; /* those of them that are neither letter nor digit */
};

extern const struct limits_pattern
	limits_session_name; /* SourceIdentity, too */
extern const struct limits_pattern
	limits_federation_name; /* Name of GetFederationToken */
extern const struct limits_pattern limits_external_id;
extern const struct limits_pattern limits_serial; /* SerialNumber of a device */
extern const struct limits_pattern limits_key_id; /* AKIA..., ASIA... */

bool limits_fit(const struct limits_pattern *pattern, const char *text);

/* The same for len bytes that no NUL ends. */
bool limits_fit_n(const struct limits_pattern *pattern, const char *text,
		  size_t len);

/*
 * Tell whether a text may be in a session tag: [\p{L}\p{Z}\p{N}_.:/=+\-@]* in
 * STS's model, which has no line break and no tab.  Of ASCII this is exact; other
 * characters are left to AWS.
 */
bool limits_is_tag_text(struct view text);

/*
 * Tell whether a secret access key or a session token can be one: visible ASCII
 * without blanks, and not empty.  AWS sets a token no longest length.
 */
bool limits_is_secret(const char *text);

#endif
