#include "access/obtain.h"

#include <stddef.h>
#include <string.h>

#include "access/context.h"
#include "access/request.h"
#include "aws/credentials.h"
#include "base/error.h"
#include "base/text.h"
#include "port/world.h"
#include "session/session.h"
#include "session/source.h"

#define STILL_GOOD 10 /* seconds left, with which a command can begin */

/*
 * Returns how long a cached session must last.  Unless the user set it, it is
 * at most half of the duration of a new one; otherwise none would be reused.
 */
static bool min_ttl(const struct request *request, const struct plan *plan,
		    const struct world *world, int64_t keep, int64_t *ttl,
		    struct error *err)
{
	int64_t whole = plan->steps[plan->n_steps - 1].duration;
	const char *env = text_env(world->environment, "AWS_MIN_TTL");

	*ttl = request->min_ttl;
	if (*ttl >= 0)
		return true;
	if (!text_is_empty(env))
		return text_duration(env, ttl) ||
		       error_fail(err, REASON_BAD_VALUE, .key = "AWS_MIN_TTL",
				  .value = env, .expected = TEXT_DURATION_FORM);
	*ttl = request->settings.min_ttl > 0 ? request->settings.min_ttl : keep;
	if (whole > 0 && *ttl > whole / 2)
		*ttl = whole / 2;
	return true;
}

bool obtain_check_account(const struct plan *plan, struct error *err)
{
	if (!plan->expect_account ||
	    (plan->account && strcmp(plan->account, plan->expect_account) == 0))
		return true;
	return error_fail(err, REASON_WRONG_ACCOUNT, .profile = plan->profile,
			  .expected = plan->expect_account,
			  .value = plan->account);
}

static bool says_min_ttl(const struct request *request,
			 const struct world *world)
{
	return request->min_ttl >= 0 ||
	       !text_is_empty(text_env(world->environment, "AWS_MIN_TTL"));
}

/*
 * Tests for a failure that says nothing against a session that is still valid:
 * nobody can be asked, or a service cannot be reached.
 */
static bool is_out_of_reach(const struct error *err)
{
	return err->code == ERROR_PERSON || err->code == ERROR_NETWORK ||
	       err->code == ERROR_KEYRING;
}

/*
 * Uses a cached session that lasts less than it should, if no better one can be
 * made now: a program that refreshes its credentials ahead of time would fail
 * while they are valid.  Not against the user's explicit word.
 */
static bool use_rest(const struct request *request, const struct plan *plan,
		     const struct world *world, struct credentials *creds,
		     struct error *err)
{
	if (!is_out_of_reach(err) || request->refresh || request->mfa_token ||
	    says_min_ttl(request, world) ||
	    !session_cache_rest(plan, STILL_GOOD, world, creds))
		return false;
	(void)error_context(err, REASON_REST_OF_SESSION);
	notice_error(&world->notices, NOTICE_WARNING, err);
	return true;
}

/* Warns if a new session expires earlier than required: AWS allows no more. */
static void warn_if_short(const struct world *world, int64_t min_ttl,
			  const struct credentials *creds)
{
	int64_t left = creds->ends - clock_now(&world->clock);

	if (creds->expires == 0 || left >= min_ttl)
		return;
	notice_warn(&world->notices, REASON_SHORT_SESSION,
		    .number = left > 0 ? left : 0, .of = min_ttl);
}

static bool obtain_once(const struct request *request, const struct plan *plan,
			const struct world *world, int64_t keep,
			struct credentials *creds, struct error *err)
{
	struct session_request wanted = {
		.refresh = request->refresh,
		.mfa_token = request->mfa_token,
		.ykman = strcmp(request->settings.prompt, "ykman") == 0,
		.login_name = request->login_name,
		.browser = request->settings.browser,
		.sso_shared =
			strcmp(request->settings.sso_cache, "shared") == 0,
		.patience = (int)request->settings.prompt_timeout
	};
	const struct maker *maker = request->maker;
	bool found = false;

	if (!obtain_check_account(plan, err) ||
	    !session_source_check(plan, world->environment, err) ||
	    !min_ttl(request, plan, world, keep, &wanted.min_ttl, err))
		return false;
	session_cache_obtain(plan, &wanted, world, creds, &found);
	if (!found && !maker->make(plan, &wanted, world, creds, err) &&
	    !use_rest(request, plan, world, creds, err))
		return false;
	warn_if_short(world, wanted.min_ttl, creds);
	return true;
}

/*
 * Makes the plan again after the config file changed, or with what AWS has
 * answered.
 */
static bool look_again(const struct request *request, const struct world *world,
		       enum remedy remedy, struct context *context,
		       struct error *err)
{
	context->one_hour = remedy == REMEDY_ONE_HOUR;
	if (remedy == REMEDY_CONFIG &&
	    !context_read_again(request, world, context, err))
		return false;
	return context_plan(request, world, request->profile, context,
			    &context->plan, err);
}

bool obtain_credentials(const struct request *request, struct context *context,
			const struct world *world, int64_t keep,
			struct credentials *creds, struct error *err)
{
	const struct plan *plan = &context->plan;
	enum remedy done = REMEDY_NONE;
	enum remedy remedy;

	while (!obtain_once(request, plan, world, keep, creds, err)) {
		/*
		 * Do not ask again for a line that was written but did not
		 * help.
		 */
		if (!request->maker->remedy ||
		    (done != REMEDY_NONE && !plan->mfa_serial))
			return false;
		remedy = request->maker->remedy(plan, request, world, err);
		if (remedy <= done ||
		    !look_again(request, world, remedy, context, err))
			return false;
		done = remedy;
	}
	if (done == REMEDY_ONE_HOUR)
		context_note_denied(world, plan);
	return true;
}
