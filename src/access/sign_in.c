#include "access/sign_in.h"

#include "access/context.h"
#include "access/obtain.h"
#include "access/request.h"
#include "api/signin.h"
#include "aws/arn.h"
#include "aws/console.h"
#include "aws/credentials.h"
#include "base/arena.h"
#include "base/error.h"
#include "plan/plan.h"
#include "port/world.h"

#define DURATION_STEP 900 /* seconds; sign-in refuses others */
#define DURATION_MAX  43200
#define HOUR          3600

/* --- which page -------------------------------------------------------------- */

/* Returns the user's own sign-in page, in the arena; NULL if unknown. */
static const char *own_page(const struct sign_in *s)
{
	const struct plan *plan = &s->context->plan;
	struct arena *arena = s->context->arena;
	const char *host;
	struct arn arn;

	if (!plan->mfa_serial || !arn_parse(plan->mfa_serial, &arn))
		return NULL;
	host = endpoint_web_host("signin",
				 endpoint_global_region(arn.partition), arena);
	return host ? arena_printf(arena, "https://%s.%s/console", arn.account,
				   host)
		    : NULL;
}

/* Only credentials of a role sign in. */
static bool find_role(struct sign_in *s, struct error *err)
{
	const struct plan *plan = &s->context->plan;
	const struct step *last = &plan->steps[plan->n_steps - 1];
	struct arn arn;

	s->role_arn = last->role_arn;
	if (!s->role_arn || !arn_parse(s->role_arn, &arn))
		return error_fail(err, REASON_LOGIN_NEEDS_ROLE,
				  .profile = plan->profile,
				  .other = own_page(s));
	s->region = plan->region ? plan->region
				 : endpoint_global_region(arn.partition);
	return true;
}

bool sign_in_find(struct sign_in *s, const char *service, const char *path,
		  struct error *err)
{
	struct plan_options options = {
		.profile = s->context->plan.profile,
		.environment = s->world->environment,
	};

	if (!find_role(s, err))
		return false;
	options.region = s->region;
	s->page =
		console_page(s->region, service, path, s->context->arena, err);
	return s->page && plan_signin(s->context->config, &options,
				      s->context->arena, &s->endpoint, err);
}

/* --- the token --------------------------------------------------------------- */

/*
 * Returns how long the console stays open.  AWS takes a duration only if the key
 * itself assumed the role; otherwise the console lasts as long as the
 * credentials.
 */
static int64_t console_duration(const struct sign_in *s)
{
	int64_t duration = s->request->duration;

	if (!s->context->plan.direct || duration < DURATION_STEP)
		return 0;
	if (duration > DURATION_MAX)
		duration = DURATION_MAX;
	return duration - duration % DURATION_STEP;
}

/* Tries without a duration where AWS does not take it after all. */
static bool exchange(const struct sign_in *s, const struct credentials *creds,
		     struct secbuf **token, struct error *err)
{
	struct api_skew skew = { 0 };
	const struct api_caller caller = {
		.http = &s->world->http,
		.clock = &s->world->clock,
		.skew = &skew,
		.max_attempts = s->context->plan.max_attempts,
		.notices = &s->world->notices,
		.endpoint = s->endpoint,
		.trust = s->context->plan.trust,
	};
	struct signin_request request = { .creds = creds,
					  .duration = console_duration(s) };

	if (signin_get_token(&caller, &request, token, err))
		return true;
	if (request.duration == 0 || !error_is(err, REASON_AWS_REFUSED))
		return error_context(err, REASON_SIGN_IN);
	request.duration = 0;
	return signin_get_token(&caller, &request, token, err) ||
	       error_context(err, REASON_SIGN_IN);
}

static void explain_duration(const struct sign_in *s)
{
	const struct plan *plan = &s->context->plan;

	if (plan->direct && plan->mfa_serial && s->request->duration > HOUR &&
	    !s->request->mfa_token)
		notice_info(&s->world->notices, REASON_LONG_CONSOLE,
			    .profile = plan->profile,
			    .number = s->request->duration);
}

bool sign_in_get_token(struct sign_in *s, struct secbuf **token,
		       struct error *err)
{
	struct credentials creds = { 0 };
	bool ok;

	*token = NULL;
	explain_duration(s);
	ok = obtain_credentials(s->request, s->context, s->world, TTL_PROCESS,
				&creds, err) &&
	     exchange(s, &creds, token, err);
	credentials_clear(&creds);
	return ok;
}
