#include "cmd/run.h"

#include <string.h>

#include "access/log_use.h"
#include "access/pick_profile.h"
#include "base/error.h"
#include "cmd/command.h"
#include "port/world.h"

/* Tests for a command that needs a profile of the files, or may have one. */
static bool takes_profile(const struct command *command,
			  const struct call *call)
{
	enum operands operands = command->operands;

	return operands == OPERANDS_PROFILE ||
	       operands == OPERANDS_PROFILE_COMMAND ||
	       (operands == OPERANDS_PROFILE_OPTIONAL && call->request.profile);
}

bool run_command(const struct command *command, struct call *call,
		 const struct world *world, struct arena *arena,
		 struct error *err)
{
	const char *given = call->request.profile;

	if (call->request.read_only && call->request.no_read_only)
		return error_fail(err, REASON_OPTIONS_EXCLUDE,
				  .key = "--read-only",
				  .other = "--no-read-only");
	if (!log_use_reason(&call->request.reason, arena, err))
		return false;
	if (!given && command->terse) /* an SDK runs it, not the user */
		return error_fail(err, REASON_NO_PROFILE_AT_ALL);
	if (takes_profile(command, call) &&
	    !pick_profile(&call->request, world, arena, err))
		return false;
	if (command->asks_nobody && given && call->request.profile != given)
		notice_info(&world->notices, REASON_PROFILE_TAKEN,
			    .profile = call->request.profile, .value = given);
	return command->run(call, world, err);
}
