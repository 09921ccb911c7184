#ifndef ACCESS_PICK_PROFILE_H
#define ACCESS_PICK_PROFILE_H

#include <stdbool.h>

#include "base/attrs.h"

struct arena;
struct error;
struct request;
struct world;

/*
 * Sets request->profile to the name of a profile, in arena.  If it is NULL, the
 * user picks one; if it has the form of aws/selector.h and no profile has this
 * name, the one profile that it matches is taken, or the user picks among
 * several; any other text stays.  The pick is noted in
 * ${XDG_STATE_HOME:-~/.local/state}/rolekey/picked, which decides what is shown
 * first next time.
 *
 * REASON_NO_PROFILE_AT_ALL (ERROR_USAGE) and REASON_SEVERAL_PROFILES, which
 * names them, if the user cannot be asked; REASON_NO_PROFILE_MATCHES
 * (ERROR_CONFIG); ERROR_INTERRUPTED; and as context_read() fails.
 */
bool pick_profile(struct request *request, const struct world *world,
		  struct arena *arena, struct error *err) MUST_CHECK;

#endif
