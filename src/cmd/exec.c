#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "access/context.h"
#include "access/log_use.h"
#include "access/obtain.h"
#include "access/request.h"
#include "aws/arn.h"
#include "aws/credentials.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "base/text.h"
#include "base/timefmt.h"
#include "cmd/childenv.h"
#include "cmd/command.h"
#include "cmd/exec_internal.h"
#include "cmd/guard_internal.h"
#include "cmd/print_internal.h"
#include "plan/plan.h"
#include "port/world.h"

struct exec_options {
	struct exec_server server;
	bool login_shell;
};

#define OF_SERVER(field) .offset = offsetof(struct exec_options, server.field)

static const struct option options[] = {
	{ .include = option_plan },
	{ .include = option_region },
	{ .include = option_session },
	{ .include = option_reason },
	{ .name = "login-shell",
	  .offset = offsetof(struct exec_options, login_shell),
	  .help = "start $SHELL as a login shell" },
	{ .letter = 's',
	  .name = "server",
	  OF_SERVER(container),
	  .help = "give COMMAND a credentials endpoint, not keys" },
	{ .name = "ecs-server",
	  OF_SERVER(container),
	  .help = "do the same as --server" },
	{ .name = "ec2-server",
	  OF_SERVER(ec2),
	  .help = "give COMMAND a metadata service (IMDS) of EC2" },
	{ .name = "link-local",
	  OF_SERVER(link_local),
	  .help = "with --ec2-server: use 169.254.169.254 (root)" },
	{ .name = "imds-v1",
	  OF_SERVER(imds_v1),
	  .help = "with --ec2-server: allow requests without token" },
	{ .name = "lazy",
	  OF_SERVER(lazy),
	  .help = "with a server: fetch on the first request" },
	{ .name = "any-role",
	  OF_SERVER(any_role),
	  .help = "with --server: allow roles of any account" },
	{ .name = "hide-files",
	  OF_SERVER(hide_files),
	  .help = "with a server: hide the AWS files" },
	{ .include = option_confirm },
	{ 0 }
};

/* The program to run: the command, or the user's shell. */
struct child {
	const char *path;
	char **argv; /* in the arena */
};

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* Sets the shell's argv[0]: a name such as "-zsh" makes it a login shell. */
static bool shell_argv(bool login, const struct world *world,
		       struct arena *arena, struct child *child,
		       struct error *err)
{
	const char *shell = text_env(world->environment, "SHELL");

	if (text_is_empty(shell))
		shell = "/bin/sh";
	child->argv = arena_alloc(arena, 2 * sizeof(*child->argv));
	if (!child->argv)
		return error_memory(err);
	child->argv[0] = login ? arena_printf(arena, "-%s", base_name(shell))
			       : arena_strdup(arena, shell);
	child->argv[1] = NULL;
	return launcher_find(&world->launcher, shell, arena, &child->path,
			     err) &&
	       (child->argv[0] || error_memory(err));
}

/*
 * Finds the command before anything is asked: a misspelling must not cost a
 * code.
 */
static bool find_child(const struct call *call, const struct world *world,
		       struct arena *arena, struct child *child,
		       struct error *err)
{
	const struct exec_options *own = call->options;
	size_t n = 0;

	if (!call->argv)
		return shell_argv(own->login_shell, world, arena, child, err);
	if (own->login_shell)
		return error_fail(err, REASON_OPTION_NEEDS_NO_COMMAND,
				  .key = "--login-shell");
	while (call->argv[n])
		n++;
	child->argv = arena_alloc(arena, (n + 1) * sizeof(*child->argv));
	if (!child->argv)
		return error_memory(err);
	memcpy(child->argv, call->argv, n * sizeof(*child->argv));
	return launcher_find(&world->launcher, call->argv[0], arena,
			     &child->path, err);
}

void exec_say_where(const struct call *call, const struct world *world,
		    const struct plan *plan, const struct credentials *creds)
{
	const char *role = plan->steps[plan->n_steps - 1].role_arn;
	char until[TIMEFMT_ISO_LEN] = "";
	int64_t left = creds->ends - clock_now(&world->clock);
	struct arn arn;

	if (call->argv || !output_is_terminal(&world->output))
		return;
	if (creds->expires != 0)
		timefmt_iso(creds->expires, until);
	notice_info(&world->notices, REASON_SHELL_STARTS,
		    .profile = plan->profile, .value = plan->account,
		    .arn = role && arn_parse(role, &arn) ? arn_name(&arn) : "",
		    .other = until, .number = left);
}

static bool act(const struct call *call, const struct world *world,
		struct context *context, const struct child *child,
		struct error *err)
{
	const struct plan *plan = &context->plan;
	struct credentials creds = { 0 };
	struct childenv *env = NULL;
	bool ok;

	ok = obtain_credentials(&call->request, context, world, TTL_EXEC,
				&creds, err);
	if (ok) {
		if (plan->default_endpoint)
			notice_fact(&world->notices, NOTICE_WARNING,
				    plan->default_endpoint);
		exec_say_where(call, world, plan, &creds);
		env = childenv_new(world->environment, &creds, plan, err);
	}
	if (env)
		log_use(&(const struct log_use){ .request = &call->request,
						 .plan = plan,
						 .creds = &creds,
						 .how = LOG_USE_EXEC,
						 .command = child->path },
			world);
	credentials_clear(&creds);
	ok = env && launcher_become(&world->launcher, child->path, child->argv,
				    childenv_pointers(env), err);
	childenv_free(env);
	return ok;
}

static bool is_served(const struct exec_server *server)
{
	return server->container || server->ec2;
}

/* Tests for options that only mean something with a server. */
static bool check_server(const struct exec_server *server, struct error *err)
{
	const struct {
		bool given, possible;
		const char *key, *other;
	} rules[] = {
		{ server->lazy, is_served(server), "--lazy", "--server" },
		{ server->hide_files, is_served(server), "--hide-files",
		  "--server" },
		{ server->any_role, server->container, "--any-role",
		  "--server" },
		{ server->imds_v1, server->ec2, "--imds-v1", "--ec2-server" },
		{ server->link_local, server->ec2, "--link-local",
		  "--ec2-server" },
	};

	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (rules[i].given && !rules[i].possible)
			return error_fail(err, REASON_OPTION_NEEDS_OPTION,
					  .key = rules[i].key,
					  .other = rules[i].other);
	return true;
}

/* bin/rolekey serves nothing: it hands over. */
static bool act_beside(const struct call *call, const struct world *world,
		       struct context *context, const struct child *child,
		       struct error *err)
{
	const struct exec_options *own = call->options;
	const struct exec_beside how = { .server = &own->server,
					 .context = context,
					 .path = child->path,
					 .argv = child->argv };

	return call->beside ? call->beside(call, &how, world, err)
			    : error_fail(err, REASON_NOT_CACHED);
}

static bool cmd_exec(const struct call *call, const struct world *world,
		     struct error *err)
{
	const struct exec_options *own = call->options;
	struct child child = { 0 };
	struct context context;
	bool ok;

	if (!check_server(&own->server, err))
		return false;
	ok = context_load(&call->request, world, &context, err) &&
	     find_child(call, world, context.arena, &child, err) &&
	     guard_confirm(&context.plan, call->yes, world, err) &&
	     (is_served(&own->server)
		      ? act_beside(call, world, &context, &child, err)
		      : act(call, world, &context, &child, err));
	ok = ok || print_searched(world, err);
	context_clear(&context);
	return ok;
}

const struct command command_exec = {
	.name = "exec",
	.needs = NEEDS_KEYRING | NEEDS_NETWORK | NEEDS_PAGE,
	.summary = "run a command with the credentials of a role",
	.operands = OPERANDS_PROFILE_COMMAND,
	.options = options,
	.options_size = sizeof(struct exec_options),
	.like_env = true,
	.help = "Runs COMMAND, or $SHELL if there is none, with the "
		"credentials of PROFILE in its environment. Without PROFILE, "
		"AWS_PROFILE is used.\n"
		"\n"
		"The first argument after PROFILE that is not an option starts "
		"COMMAND; the rest is passed unchanged. The -- is optional.\n"
		"\n"
		"The exit status is that of COMMAND; 125 if rolekey itself "
		"fails, 126 if COMMAND cannot be run, 127 if it is not "
		"found.\n",
	.examples = "rolekey exec testing -- aws s3 ls\n"
		    "rolekey exec -d 8h testing\n"
		    "AWS_PROFILE=testing rolekey exec -- terraform plan\n",
	.run = cmd_exec,
};
