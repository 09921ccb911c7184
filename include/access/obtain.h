#ifndef ACCESS_OBTAIN_H
#define ACCESS_OBTAIN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attrs.h"

struct context;
struct credentials;
struct error;
struct plan;
struct request;
struct session_request;
struct world;

/* What lets a plan succeed that AWS refused: make it again with this change. */
enum remedy {
	REMEDY_NONE,
	REMEDY_CONFIG,  /* the config changed: read it again */
	REMEDY_ONE_HOUR /* plan at most one hour for the role */
};

/*
 * Makes the credentials that no cache has.  The quick executable hands over to
 * the full one and never returns; the full one calls session_walk() and
 * remedy_apply().  See src/README.md, "Two executables".
 */
struct maker {
	bool (*make)(const struct plan *plan,
		     const struct session_request *request,
		     const struct world *world, struct credentials *creds,
		     struct error *err);
	/*
	 * Called after a failure, which err has: can another plan succeed?  err
	 * may have more facts afterwards.  NULL in the quick executable.
	 */
	enum remedy (*remedy)(const struct plan *plan,
			      const struct request *request,
			      const struct world *world, struct error *err);
};

/*
 * The credentials that the context's plan ends in.  keep is how long a cached session
 * must still last if the person did not say.  Where the person changes the
 * config on the way, the files are read again, and look has the new plan.
 */
#define TTL_EXEC    300 /* seconds */
#define TTL_PROCESS 900 /* botocore asks again at 15 minutes */

bool obtain_credentials(const struct request *request, struct context *context,
			const struct world *world, int64_t keep,
			struct credentials *creds,
			struct error *err) MUST_CHECK;

/* rolekey_expect_account: a guard against a line edited by mistake. */
bool obtain_check_account(const struct plan *plan,
			  struct error *err) MUST_CHECK;

#endif
