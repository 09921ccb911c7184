#include <stddef.h>

#include "access/ask.h"
#include "access/folder_profile.h"
#include "access/request.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/strbuf.h"
#include "cmd/command.h"
#include "cmd/print_internal.h"
#include "port/world.h"

#define QUESTION_MAX (FOLDER_PROFILE_MAX + 8192)

struct trust_options {
	bool check;
	bool remove;
};

static const struct option options[] = {
	{ .name = "check",
	  .offset = offsetof(struct trust_options, check),
	  .help = "print the profile if the file is trusted" },
	{ .name = "remove",
	  .offset = offsetof(struct trust_options, remove),
	  .help = "trust the file no longer" },
	{ .include = option_force },
	{ 0 }
};

static bool put_name(struct strbuf *out, const void *what)
{
	const struct folder_profile *found = what;

	print_clean(out, found->profile);
	strbuf_puts(out, "\n");
	return true;
}

/* Prints the name; nothing if there is none to use. */
static bool print_name(const struct folder_profile *found,
		       const struct world *world, struct error *err)
{
	if (found->path && !found->trusted)
		notice_warn(&world->notices, REASON_FOLDER_NOT_TRUSTED,
			    .path = found->path, .profile = found->profile);
	return !found->path || !found->trusted ||
	       print_all(world, put_name, found, err);
}

static bool ask(const struct folder_profile *found, const struct world *world,
		bool *yes, struct error *err)
{
	struct strbuf question = strbuf_with_max(QUESTION_MAX);
	bool ok;

	print_clean(&question, found->path);
	strbuf_puts(&question, " names profile ");
	print_clean(&question, found->profile);
	strbuf_puts(&question, ". Trust it? (y/N) ");
	ok = strbuf_ok(&question) || error_memory(err);
	ok = ok && (ask_confirm(world, strbuf_text(&question), yes, err) ||
		    error_context(err, REASON_TRUSTING));
	strbuf_clear(&question);
	return ok;
}

static bool trust(const struct folder_profile *found, bool yes,
		  const struct world *world, struct error *err)
{
	if (!yes && !found->trusted && !ask(found, world, &yes, err))
		return false;
	if (!yes && !found->trusted) {
		notice_info(&world->notices, REASON_NOTHING_CHANGED);
		return true;
	}
	if (!folder_profile_trust(world, found, true, err))
		return false;
	notice_info(&world->notices, REASON_FOLDER_TRUSTED, .path = found->path,
		    .profile = found->profile);
	return true;
}

static bool distrust(const struct folder_profile *found,
		     const struct world *world, struct error *err)
{
	if (!folder_profile_trust(world, found, false, err))
		return false;
	notice_info(&world->notices, REASON_FOLDER_DISTRUSTED,
		    .path = found->path);
	return true;
}

static bool act(const struct call *call, const struct folder_profile *found,
		const struct world *world, struct error *err)
{
	const struct trust_options *own = call->options;

	if (own->check && own->remove)
		return error_fail(err, REASON_EXCLUSIVE_OPTIONS,
				  .other = "--check and --remove");
	if (own->check)
		return print_name(found, world, err);
	if (!found->path)
		return error_fail(err, REASON_NO_FOLDER_PROFILE,
				  .path = call->request.folder);
	return own->remove ? distrust(found, world, err)
			   : trust(found, call->force, world, err);
}

static bool cmd_trust(const struct call *call, const struct world *world,
		      struct error *err)
{
	struct arena *arena = arena_new();
	struct folder_profile found;
	bool ok;

	ok = arena || error_memory(err);
	ok = ok &&
	     folder_profile_find(&call->request, world, arena, &found, err) &&
	     act(call, &found, world, err);
	arena_free(arena);
	return ok;
}

const struct command command_trust = {
	.name = "trust",
	.needs = NEEDS_NOTHING,
	.summary = "trust the .aws-profile of a folder",
	.operands = OPERANDS_NONE,
	.options = options,
	.options_size = sizeof(struct trust_options),
	.help = "Trusts the file .aws-profile of this folder, or of the "
		"nearest folder above it that has one, after confirmation. "
		"The file names a profile, on one line. The function role, of "
		"rolekey init, uses it if the file is trusted. A file that is "
		"changed must be trusted again.\n",
	.examples = "rolekey trust\n"
		    "rolekey trust --check\n",
	.run = cmd_trust,
};
