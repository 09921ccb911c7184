#ifndef ACCESS_KEY_USE_H
#define ACCESS_KEY_USE_H

#include <stdbool.h>

#include "access/context.h"
#include "base/attrs.h"

struct config_section;
struct error;
struct request;
struct world;

/*
 * Decides, before a key is stored for a profile, what it will be used for.  All
 * commands that store keys ask here, and this asks the planner.
 */
struct key_use {
	const struct request *request;
	const struct world *world;
	const struct context *context;
};

/*
 * Checks that a key which is stored for the profile will be the one that its
 * chain starts with.  ERROR_CONFIG: REASON_KEY_WOULD_BE_UNUSED with the line
 * that names another source, or the error of the chain.  A profile without a
 * section can be given one.
 */
bool key_use_check(const struct key_use *use, const char *profile,
		   struct error *err) MUST_CHECK;

/*
 * The same for a key in the files that moves into the keyring: also when its
 * lines are gone, and without a change for any other profile
 * (REASON_CHAINS_WOULD_CHANGE names them).
 */
bool key_use_check_moved(const struct key_use *use,
			 const struct config_section *section,
			 struct error *err) MUST_CHECK;

/*
 * Tests whether "source_profile = twin" in the profile makes it use the key
 * that is stored for twin, and changes nothing else.  section is where the
 * profile has a key that moves, or NULL.
 */
bool key_use_may_share(const struct key_use *use, const char *profile,
		       const char *twin, const struct config_section *section,
		       bool *may, struct error *err) MUST_CHECK;

#endif
