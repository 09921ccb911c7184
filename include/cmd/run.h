#ifndef CMD_RUN_H
#define CMD_RUN_H

#include <stdbool.h>

#include "base/attrs.h"

struct arena;
struct call;
struct command;
struct error;
struct world;

/*
 * Runs a command that has run(), with the profile that call names or the user
 * picks (access/pick_profile.h); its name is in arena, and in call afterwards.
 */
bool run_command(const struct command *command, struct call *call,
		 const struct world *world, struct arena *arena,
		 struct error *err) MUST_CHECK;

#endif
