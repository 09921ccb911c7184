#include <stddef.h>
#include <string.h>

#include "access/request.h"
#include "base/error.h"
#include "base/text.h"
#include "cmd/across/across_internal.h"
#include "cmd/print_internal.h"
#include "port/world.h"

#define AT_ONCE 8 /* without -j */

/* -t, but none of the other options of a session: jobs share the cache. */
static const struct option options[] = {
	{ .letter = 'j',
	  .name = "jobs",
	  .value = "N",
	  .kind = OPTION_NUMBER,
	  .most = JOBS_MAX,
	  .offset = offsetof(struct across_options, at_once),
	  .help = "run N commands at the same time (default: 8)" },
	{ .name = "org-where",
	  .value = "FILTER",
	  .kind = OPTION_TEXT,
	  .offset = offsetof(struct across_options, org_where),
	  .help = "select profiles of org sync, as in 'ou=Prod/*'" },
	{ .name = "ordered",
	  .offset = offsetof(struct across_options, ordered),
	  .help = "print output in the order of the profiles" },
	{ .name = "output-dir",
	  .value = "DIR",
	  .kind = OPTION_TEXT,
	  .offset = offsetof(struct across_options, output_dir),
	  .help = "write output to PROFILE.out and PROFILE.err in DIR" },
	{ .name = "fail-fast",
	  .offset = offsetof(struct across_options, fail_fast),
	  .help = "start no more commands after one has failed" },
	{ .name = "dry-run",
	  .offset = offsetof(struct across_options, dry_run),
	  .help = "list the profiles, and run nothing" },
	{ .include = option_read_only },
	{ .include = option_region },
	{ .include = option_code },
	{ .include = option_reason },
	{ .include = option_confirm },
	{ 0 }
};

/* Finds the command before anything is asked. */
static bool check(struct across *a, struct error *err)
{
	const struct call *call = a->call;

	if (call->n_search == 0 && !a->options->org_where)
		return error_fail(err, REASON_NO_SELECTOR);
	if (a->options->ordered && a->options->output_dir)
		return error_fail(err, REASON_EXCLUSIVE_OPTIONS,
				  .other = "--ordered and --output-dir");
	if (a->options->dry_run)
		return true;
	if (!call->argv)
		return error_fail(err, REASON_NO_COMMAND_TO_RUN);
	return launcher_find(&a->world->launcher, call->argv[0],
			     a->context.arena, &a->command, err);
}

static bool make_folder(const struct across *a, struct error *err)
{
	return !a->options->output_dir ||
	       jobs_make_folder(&a->world->jobs, a->options->output_dir, err);
}

static bool act(struct across *a, struct error *err)
{
	if (a->options->dry_run)
		return print_all(a->world, across_print_jobs, a, err);
	return make_folder(a, err) && across_prepare(a, err) &&
	       across_run(a, err);
}

static bool cmd_across(const struct call *call, const struct world *world,
		       struct error *err)
{
	struct across_options own;
	struct across a = { .call = call, .options = &own, .world = world };
	bool ok;

	memcpy(&own, call->options, sizeof(own));
	own.at_once = own.at_once > 0 ? own.at_once : AT_ONCE;
	ok = context_read(&call->request, world, &a.context, err) &&
	     check(&a, err) && across_select(&a, err) && act(&a, err);
	ok = ok || print_searched(world, err);
	context_clear(&a.context);
	return ok;
}

const struct command command_across = {
	.name = "across",
	.needs = NEEDS_KEYRING | NEEDS_NETWORK,
	.summary = "run a command with each of many profiles",
	.operands = OPERANDS_SEARCH_COMMAND,
	.options = options,
	.options_size = sizeof(struct across_options),
	.help = "Runs COMMAND once for each selected profile, with its "
		"credentials, several at the same time.\n"
		"\n"
		"If every word of SELECTOR is the name of a profile, these "
		"profiles are selected. Otherwise they are search words: a "
		"profile is selected if each is a part of its name, account id "
		"or role, or of the account's name or unit.\n"
		"\n"
		"One MFA code serves all profiles of its device. Each line of "
		"output begins with the profile. A failure does not stop the "
		"others. The last line counts them, and the exit status is the "
		"greatest of all.\n",
	.examples = "rolekey across testing staging -- aws s3 ls\n"
		    "rolekey across -j 20 readonly -- aws ec2 describe-vpcs\n"
		    "rolekey across prod --dry-run\n",
	.run = cmd_across,
};
