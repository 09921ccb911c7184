#ifndef ACCESS_REQUEST_H
#define ACCESS_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "format/settings.h"

struct maker;
struct secbuf;

/*
 * Everything that this room needs to obtain the credentials of a profile.
 * Texts are borrowed.  To obtain those of another profile, copy it and set
 * profile.
 */
struct request {
	const char *profile;      /* NULL: none was given, and none is needed */
	bool profile_is_env;      /* it was AWS_PROFILE that named it */
	const char *role_arn;     /* a role that the profile's credentials
				     assume at the end; or NULL */
	int64_t duration;         /* seconds; 0: as the profile has it */
	bool no_session;          /* sign with the key, not with a session */
	bool read_only;           /* limit the role to reading */
	bool no_read_only;        /* ... or not, whatever the profile says */
	const char *region;       /* NULL: as the profile has it */
	const char *reason;       /* the user's, for the log and, if the
				     profile says so, for AWS; or NULL */
	struct secbuf *mfa_token; /* a code, or NULL; borrowed */
	bool refresh;             /* do not use cached sessions */
	int64_t min_ttl;          /* seconds that a cached session must last;
				     -1: as the settings have it */
	const char *config_path;  /* of ~/.aws/config or its override */
	const char *credentials_path; /* likewise */
	const char *login_name;       /* of the user, for RoleSessionName */
	const char *folder;           /* the working directory; NULL: unknown */
	const struct maker *maker;    /* access/obtain.h; the program's */
	struct settings settings;
};

#endif
