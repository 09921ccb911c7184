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

/* A change after which a denied plan is made again. */
enum remedy {
	REMEDY_NONE,
	REMEDY_CONFIG,  /* the config changed: read it again */
	REMEDY_ONE_HOUR /* plan at most one hour for the role */
};

/*
 * Makes credentials that are not cached. bin/rolekey hands over to rolekey-full
 * and does not return; rolekey-full calls session_walk() and remedy_apply().
 * See src/README.md, "Two programs".
 */
struct maker {
	bool (*make)(const struct plan *plan,
		     const struct session_request *request,
		     const struct world *world, struct credentials *creds,
		     struct error *err);
	/*
	 * Called after a failure, in err: looks for a change that lets another
	 * plan succeed, and may add facts to err.  NULL in bin/rolekey.
	 */
	enum remedy (*remedy)(const struct plan *plan,
			      const struct request *request,
			      const struct world *world, struct error *err);
};

/*
 * Obtains the credentials that the context's plan ends with. keep is how long a
 * cached session must last, in seconds, if the user did not set it.  If the
 * user changes the config file on the way, the files are read again and the
 * context has the new plan.  The caller owns creds.
 */
#define TTL_EXEC    300  /* seconds */
#define TTL_PROCESS 900  /* botocore asks again at 15 minutes */
#define TTL_SERVER  1500 /* serve/supply.h */

bool obtain_credentials(const struct request *request, struct context *context,
			const struct world *world, int64_t keep,
			struct credentials *creds,
			struct error *err) MUST_CHECK;

/*
 * Compares the account of the role with rolekey_expect_account, which protects
 * against mistaken edits.  ERROR_CONFIG if they differ.
 */
bool obtain_check_account(const struct plan *plan,
			  struct error *err) MUST_CHECK;

#endif
