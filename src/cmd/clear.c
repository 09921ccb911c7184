#include <stddef.h>

#include "access/context.h"
#include "access/request.h"
#include "base/error.h"
#include "cmd/command.h"
#include "plan/plan.h"
#include "port/world.h"
#include "session/session.h"
#include "session/store/key_change.h"

static const struct option options[] = { { .include = option_plan },
					 { .include = option_region },
					 { .name = "reason",
					   .value = "TEXT",
					   .kind = OPTION_TEXT,
					   .shared = true,
					   .offset = offsetof(struct call,
							      request.reason),
					   .help = "remove the session with "
						   "this reason" },
					 { 0 } };

static bool clear_step(const struct plan *plan, size_t i, bool from_files,
		       const struct world *world, unsigned *n,
		       struct error *err)
{
	char name[NAME_LEN];
	bool removed = false;
	bool ok;

	session_cache_name(plan, i, from_files, world, name);
	ok = keyring_remove(&world->keyring, KEYRING_SESSION, name, &removed,
			    err);
	*n += removed;
	return ok;
}

/* Removes each session that the profile's chain uses, including shared ones. */
static bool clear_chain(const struct plan *plan, const struct world *world,
			unsigned *n, struct error *err)
{
	bool ok = true;

	for (size_t i = 0; ok && i < plan->n_steps; i++) {
		if (!plan->steps[i].cached)
			continue;
		ok = clear_step(plan, i, false, world, n, err) &&
		     (!session_cache_falls_back(plan) ||
		      clear_step(plan, i, true, world, n, err));
	}
	return ok;
}

/*
 * Removes those of the other mode of --read-only, too, unless one of them was
 * asked for.  A profile that has only one mode has no plan for the other.
 */
static bool clear_other_mode(const struct request *request,
			     const struct world *world, struct context *context,
			     unsigned *n, struct error *err)
{
	struct error why = { 0 };
	struct plan plan;

	if (request->read_only || request->no_read_only)
		return true;
	if (!plan_read_only_other(&context->plan, context->arena, &plan, &why))
		return why.code != ERROR_MEMORY || error_memory(err);
	return clear_chain(&plan, world, n, err);
}

static bool cmd_clear(const struct call *call, const struct world *world,
		      struct error *err)
{
	struct context context = { 0 };
	unsigned n = 0;
	bool ok;

	if (call->request.profile)
		ok = context_load(&call->request, world, &context, err) &&
		     clear_chain(&context.plan, world, &n, err) &&
		     clear_other_mode(&call->request, world, &context, &n, err);
	else
		ok = key_change_drop(world, &world->keyring, NULL, &n, err);
	if (ok)
		notice_info(&world->notices, REASON_SESSIONS_CLEARED,
			    .number = n);
	context_clear(&context);
	return ok;
}

const struct command command_clear = {
	.name = "clear",
	.needs = NEEDS_KEYRING,
	.summary = "remove cached sessions",
	.operands = OPERANDS_PROFILE_OPTIONAL,
	.options = options,
	.help = "Removes all cached sessions, or those that PROFILE uses, "
		"including the MFA session that it shares with other profiles. "
		"Stored keys are kept.\n"
		"\n"
		"A session is found by the options it was created with: to "
		"remove one that was created with -d, -n, --region or "
		"--reason, give the same options, or no PROFILE. Those of "
		"--read-only are removed with the others; with --read-only, "
		"those of the full role are kept.\n",
	.examples = "rolekey clear\n"
		    "rolekey clear testing\n",
	.run = cmd_clear,
};
