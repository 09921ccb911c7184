#include "access/context.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "access/request.h"
#include "aws/config.h"
#include "aws/credentials.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "base/text.h"
#include "base/timefmt.h"
#include "plan/plan.h"
#include "port/world.h"
#include "session/session.h"

#define DENIED_FOR 86400 /* seconds that a denial is remembered */
#define DENIED_LEN 2400  /* of a serial and a role's ARN */

/*
 * Adds line 1 to the error of an unreadable file: errors of AWS files have a
 * line.
 */
static bool unreadable(const char *path, struct error *err)
{
	return err->code == ERROR_CONFIG
		       ? error_add(err, .path = path, .line = 1)
		       : false;
}

static bool read_one(const struct world *world, enum config_file which,
		     const char *path, struct context *context,
		     struct error *err)
{
	struct secbuf **text = &context->texts[which];

	if (!files_read(&world->files, path, CONFIG_MAX, text, err))
		return unreadable(path, err);
	return !*text ||
	       aws_config_add(context->config, which, path, *text, err);
}

/* Reads both files into the arena; earlier allocations stay valid. */
static bool read_files(const struct request *request, const struct world *world,
		       struct context *context, struct error *err)
{
	context->config =
		context->arena ? aws_config_new(context->arena) : NULL;
	if (!context->config)
		return error_memory(err);
	return read_one(world, CONFIG_FILE, request->config_path, context,
			err) &&
	       read_one(world, CREDENTIALS_FILE, request->credentials_path,
			context, err);
}

static void drop_texts(struct context *context)
{
	secbuf_free(context->texts[CONFIG_FILE]);
	secbuf_free(context->texts[CREDENTIALS_FILE]);
	context->texts[CONFIG_FILE] = context->texts[CREDENTIALS_FILE] = NULL;
}

bool context_read(const struct request *request, const struct world *world,
		  struct context *context, struct error *err)
{
	*context = (struct context){ .arena = arena_new() };
	return read_files(request, world, context, err);
}

bool context_read_again(const struct request *request,
			const struct world *world, struct context *context,
			struct error *err)
{
	drop_texts(context);
	return read_files(request, world, context, err);
}

/* Adds AWS_PROFILE, if it named the profile, or the missing config file. */
static bool without_profile(const struct request *request,
			    const struct context *context, struct error *err)
{
	/* a source_profile or include_profile has its own key and line */
	const char *key = err->about.key[0] == '\0' && request->profile_is_env
				  ? "AWS_PROFILE"
				  : err->about.key;

	if (!error_is(err, REASON_NO_SUCH_PROFILE) &&
	    !error_is(err, REASON_BARE_SECTION))
		return false;
	if (context->texts[CONFIG_FILE])
		return error_add(err, .key = key);
	return error_fail(err, REASON_NO_CONFIG_FILE,
			  .profile = err->about.profile, .key = key,
			  .path = request->config_path);
}

bool context_plan(const struct request *request, const struct world *world,
		  const char *profile, struct context *context,
		  struct plan *plan, struct error *err)
{
	const struct plan_options options = {
		.profile = profile,
		.duration = request->duration,
		.session_duration = request->settings.session_duration,
		.role_duration = request->settings.role_duration > 0
					 ? request->settings.role_duration
					 : 0,
		.one_hour = context->one_hour,
		.no_session = request->no_session,
		.region = request->region,
		.role_arn = request->role_arn,
		.reason = request->reason,
		.read_only = request->read_only,
		.no_read_only = request->no_read_only,
		.brief = context->brief,
		.memo = context->memo,
		.environment = world->environment,
	};

	return plan_make(context->config, &options, context->arena, plan,
			 err) ||
	       without_profile(request, context, err);
}

struct context context_brief(const struct context *of)
{
	return (struct context){ .arena = arena_new(),
				 .config = of->config,
				 .texts = { of->texts[0], of->texts[1] },
				 .brief = true,
				 .memo = of->memo };
}

bool context_share_endpoints(struct context *context, struct error *err)
{
	context->memo = arena_alloc(context->arena, sizeof(*context->memo));
	if (!context->memo)
		return error_memory(err);
	context->memo->arena = context->arena;
	return true;
}

void context_next(struct context *context)
{
	arena_reset(context->arena);
}

/* Formats the key and the role, for the ledger. */
static const char *denied_name(const struct plan *plan,
			       char name[static SESSION_LEDGER_LEN])
{
	char subject[DENIED_LEN];

	(void)snprintf(subject, sizeof(subject), "%s %s", plan->mfa_serial,
		       plan->steps[plan->n_steps - 1].role_arn);
	session_ledger_name(plan, subject, name);
	return name;
}

/*
 * Notes it only if one hour was granted: a role that was denied entirely may
 * allow more once it is granted.
 */
void context_note_denied(const struct world *world, const struct plan *plan)
{
	const struct ledger *ledger = &world->ledger;
	struct error ignored = { 0 };
	char name[SESSION_LEDGER_LEN];

	(void)ledger_set(ledger, LEDGER_DENIED, denied_name(plan, name),
			 clock_now(&world->clock), &ignored);
}

/* Tests the ledger, so that a denied duration is not requested each time. */
static bool was_denied(const struct request *request, const struct world *world,
		       const struct plan *plan)
{
	const struct ledger *ledger = &world->ledger;
	struct error ignored = { 0 };
	char name[SESSION_LEDGER_LEN];
	int64_t when = 0;

	return request->settings.role_duration == SETTINGS_AUTO &&
	       !request->refresh && plan->direct &&
	       ledger_get(ledger, LEDGER_DENIED, denied_name(plan, name), &when,
			  &ignored) &&
	       clock_now(&world->clock) < when + DENIED_FOR;
}

static bool plan_profile(const struct request *request,
			 const struct world *world, struct context *context,
			 struct error *err)
{
	if (!context_plan(request, world, request->profile, context,
			  &context->plan, err))
		return false;
	if (!was_denied(request, world, &context->plan))
		return true;
	context->one_hour = true;
	return context_plan(request, world, request->profile, context,
			    &context->plan, err);
}

bool context_load(const struct request *request, const struct world *world,
		  struct context *context, struct error *err)
{
	return context_read(request, world, context, err) &&
	       plan_profile(request, world, context, err);
}

void context_clear(struct context *context)
{
	arena_free(context->arena);
	drop_texts(context);
	*context = (struct context){ 0 };
}
