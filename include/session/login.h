#ifndef SESSION_LOGIN_H
#define SESSION_LOGIN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attrs.h"
#include "plan/plan.h"

struct api_skew;
struct arena;
struct credentials;
struct error;
struct world;

/* Parameters of login_obtain(). All are borrowed. */
struct login_use {
	const struct plan *plan; /* for its trust and attempts */
	const struct plan_login *login;
	const struct world *world;
	struct api_skew *skew; /* or NULL */
	int64_t least;         /* seconds that the credentials should last */
	bool refresh;          /* do not use those of the file */
	int patience; /* seconds to wait for another process that refreshes */
};

/*
 * Obtains the credentials of a session of `aws login`: those of its cache file,
 * or new ones for its refresh token, which are then written to the file, if less
 * than 5 minutes are left or less than least.  Credentials that are still valid
 * are used if this fails.  The caller owns creds.  ERROR_PERSON (LOGIN_NEEDED)
 * without a file; ERROR_CONFIG for a file that is not a valid one, or that
 * another user could have written; or like api/login.h.
 */
bool login_obtain(const struct login_use *use, struct credentials *creds,
		  struct error *err) MUST_CHECK;

/*
 * Finds the path of a session's cache file, in arena: in
 * AWS_LOGIN_CACHE_DIRECTORY or ~/.aws/login/cache.  ERROR_CONFIG without a home.
 */
bool login_file_path(const struct world *world, const char *session,
		     struct arena *arena, const char **path,
		     struct error *err) MUST_CHECK;

#endif
