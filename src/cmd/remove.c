#include <stddef.h>

#include "access/ask.h"
#include "access/request.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "base/strbuf.h"
#include "cmd/command.h"
#include "cmd/print_internal.h"
#include "port/world.h"
#include "session/store/key_change.h"

#define QUESTION_MAX 512

struct remove_options {
	bool sessions_only;
};

static const struct option options[] = {
	{ .include = option_force },
	{ .name = "sessions-only",
	  .offset = offsetof(struct remove_options, sessions_only),
	  .help = "remove the sessions but keep the key" },
	{ 0 }
};

static bool check_stored(const struct request *request,
			 const struct world *world, struct error *err)
{
	struct secbuf *value = NULL;
	bool ok;

	ok = keyring_get(&world->keyring, KEYRING_KEY, request->profile, &value,
			 err);
	if (ok && !value)
		ok = error_fail(err, REASON_NO_STORED_KEY,
				.profile = request->profile) ||
		     print_searched(world, err);
	secbuf_free(value);
	return ok;
}

static bool ask(const struct call *call, const struct world *world, bool *yes,
		struct error *err)
{
	struct strbuf question = strbuf_with_max(QUESTION_MAX);
	bool ok;

	*yes = call->force;
	if (*yes)
		return true;
	strbuf_printf(&question,
		      "Remove the access key of %s and its sessions? (y/N) ",
		      call->request.profile);
	ok = strbuf_ok(&question) || error_memory(err);
	ok = ok && (ask_confirm(world, strbuf_text(&question), yes, err) ||
		    error_context(err, REASON_REMOVAL));
	strbuf_clear(&question);
	return ok;
}

static bool remove_key(const struct call *call, const struct world *world,
		       struct error *err)
{
	const struct request *request = &call->request;
	bool yes = false;
	unsigned n = 0;

	if (!check_stored(request, world, err) || !ask(call, world, &yes, err))
		return false;
	if (!yes) {
		notice_info(&world->notices, REASON_NOTHING_REMOVED);
		return true;
	}
	if (!key_change_remove(world, &world->keyring, request->profile, &n,
			       err))
		return false;
	notice_info(&world->notices, REASON_KEY_REMOVED,
		    .profile = request->profile, .number = n);
	return true;
}

static bool remove_sessions(const struct request *request,
			    const struct world *world, struct error *err)
{
	unsigned n = 0;

	if (!key_change_drop(world, &world->keyring, request->profile, &n, err))
		return false;
	notice_info(&world->notices, REASON_KEY_SESSIONS_REMOVED,
		    .profile = request->profile, .number = n);
	return true;
}

static bool cmd_remove(const struct call *call, const struct world *world,
		       struct error *err)
{
	const struct remove_options *own = call->options;

	return own->sessions_only ? remove_sessions(&call->request, world, err)
				  : remove_key(call, world, err);
}

const struct command command_remove = {
	.name = "remove",
	.needs = NEEDS_KEYRING,
	.alias = "rm",
	.summary = "remove a stored access key and its sessions",
	.operands = OPERANDS_PROFILE_GIVEN,
	.options = options,
	.options_size = sizeof(struct remove_options),
	.help = "Removes the access key that is stored for PROFILE and all "
		"sessions created with it, after confirmation. The key still "
		"exists at AWS, and the config file is not changed. "
		"--sessions-only does not ask.\n",
	.examples = "rolekey remove custodian\n",
	.run = cmd_remove,
};
