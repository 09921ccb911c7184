#include "access/sign_in.h"

#include <stdio.h>

#include "access/context.h"
#include "access/key_owner.h"
#include "access/log_use.h"
#include "access/obtain.h"
#include "access/request.h"
#include "api/signin.h"
#include "api/sts.h"
#include "aws/arn.h"
#include "aws/console.h"
#include "aws/credentials.h"
#include "aws/limits.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/expected.h"
#include "base/text.h"
#include "plan/plan.h"
#include "port/world.h"

#define DURATION_STEP  900 /* seconds; sign-in refuses others */
#define DURATION_MAX   43200
#define HOUR           3600
#define FEDERATION     3600 /* seconds; there is no MFA in it */
#define FEDERATION_TTL "AWS_FEDERATION_TOKEN_TTL"
#define USER_MAX       32 /* limits_federation_name */

/* All that the user may do: AWS intersects it with the user's policies. */
#define ALLOW_ALL                                                 \
	"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":" \
	"\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}]}"

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

/*
 * Only credentials of a role sign in.  Those of IAM Identity Center, a process
 * or a machine are a role's, too, but its ARN is not in the config file.
 */
static bool find_role(struct sign_in *s, struct error *err)
{
	const struct plan *plan = &s->context->plan;
	const struct step *last = &plan->steps[plan->n_steps - 1];
	const char *partition = "aws";
	struct arn arn;

	s->role_arn = last->role_arn;
	if (!sign_in_can(plan))
		return error_fail(err, REASON_LOGIN_NEEDS_ROLE,
				  .profile = plan->profile,
				  .other = own_page(s));
	if (s->role_arn && arn_parse(s->role_arn, &arn))
		partition = arn.partition;
	s->region =
		plan->region ? plan->region : endpoint_global_region(partition);
	return true;
}

static bool check_federation(const char *key, int64_t duration,
			     struct error *err)
{
	char value[TEXT_SPAN_LEN];

	if (duration >= LIMITS_DURATION_MIN &&
	    duration <= LIMITS_FEDERATION_MAX)
		return true;
	text_span(duration, value);
	return error_fail(err, REASON_OUT_OF_RANGE, .key = key, .value = value,
			  .expected = "AWS allows 15m to 36h");
}

/* Finds how long credentials of --federate last, as aws-vault does. */
static bool find_duration(struct sign_in *s, struct error *err)
{
	const char *variable = text_env(s->world->environment, FEDERATION_TTL);

	s->federation = FEDERATION;
	if (s->request->duration > 0) {
		s->federation = s->request->duration;
		return check_federation("-d", s->federation, err) ||
		       error_as(err, ERROR_USAGE);
	}
	if (text_is_empty(variable))
		return true;
	if (!text_duration(variable, &s->federation))
		return error_fail(err, REASON_BAD_VALUE, .key = FEDERATION_TTL,
				  .value = variable,
				  .expected = EXPECTED_DURATION);
	return check_federation(FEDERATION_TTL, s->federation, err);
}

static bool needs_key(const struct sign_in *s, struct error *err)
{
	const struct plan *plan = &s->context->plan;
	const struct step *last = &plan->steps[plan->n_steps - 1];

	return error_fail(err, REASON_FEDERATION_NEEDS_KEY,
			  .profile = plan->profile, .arn = last->role_arn);
}

/*
 * Only a long-lived key makes a federation token, so the plan is cut to its
 * first step, and what it says about sessions is left out.
 */
static bool find_user(struct sign_in *s, struct error *err)
{
	struct plan *plan = &s->context->plan;
	enum step_kind first = plan->steps[0].kind;

	if (plan->steps[plan->n_steps - 1].role_arn ||
	    (first != STEP_STORED_KEY && first != STEP_STATIC_KEY &&
	     first != STEP_PROCESS))
		return needs_key(s, err);
	if (!find_duration(s, err))
		return false;
	plan->n_steps = 1;
	plan->n_warnings = 0;
	s->region = plan->region ? plan->region : endpoint_global_region("aws");
	return true;
}

bool sign_in_find(struct sign_in *s, const char *service, const char *path,
		  struct error *err)
{
	struct plan_options options = {
		.profile = s->context->plan.profile,
		.environment = s->world->environment,
	};

	if (!(s->federate ? find_user(s, err) : find_role(s, err)))
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

/* Makes a name that AWS takes of the user's, which CloudTrail then shows. */
static bool name_user(struct sign_in *s, const char *user_arn,
		      char name[static USER_MAX + 1], struct error *err)
{
	struct arn arn;

	if (!arn_parse(user_arn, &arn))
		return error_fail(err, REASON_INCOMPLETE_ANSWER,
				  .action = "GetCallerIdentity",
				  .other = "identity");
	(void)snprintf(name, USER_MAX + 1, "%.*s", USER_MAX, arn_name(&arn));
	if (!limits_fit(&limits_federation_name, name))
		(void)snprintf(name, USER_MAX + 1, "rolekey");
	s->context->plan.account = arena_strdup(s->context->arena, arn.account);
	return s->context->plan.account || error_memory(err);
}

static bool get_federation_token(struct sign_in *s,
				 const struct credentials *key,
				 struct credentials *creds, struct error *err)
{
	struct whose whose = { .profile = s->context->plan.profile,
			       .creds = key };
	char name[USER_MAX + 1];
	const struct sts_federation_token in = { .name = name,
						 .policy = ALLOW_ALL,
						 .duration = s->federation };

	if (!key_owner_find(s->request, s->world, s->context, &whose, err) ||
	    !name_user(s, whose.arn, name, err))
		return false;
	whose.caller.endpoint = whose.sts;
	return sts_get_federation_token(&whose.caller, &in, creds, err);
}

static bool federate(struct sign_in *s, struct credentials *creds,
		     struct error *err)
{
	struct credentials key = { 0 };
	bool ok;

	if (!obtain_credentials(s->request, s->context, s->world, TTL_PROCESS,
				&key, err))
		return false;
	if (key.session_token)
		ok = needs_key(s, err);
	else
		ok = get_federation_token(s, &key, creds, err) ||
		     error_context(err, REASON_SIGN_IN);
	if (ok)
		notice_warn(&s->world->notices, REASON_FEDERATED_CONSOLE,
			    .profile = s->context->plan.profile,
			    .number = s->federation);
	credentials_clear(&key);
	return ok;
}

bool sign_in_get_token(struct sign_in *s, struct secbuf **token,
		       struct error *err)
{
	struct credentials creds = { 0 };
	bool ok;

	*token = NULL;
	explain_duration(s);
	ok = (s->federate ? federate(s, &creds, err)
			  : obtain_credentials(s->request, s->context, s->world,
					       TTL_PROCESS, &creds, err)) &&
	     exchange(s, &creds, token, err);
	if (ok)
		log_use(&(const struct log_use){ .request = s->request,
						 .plan = &s->context->plan,
						 .creds = &creds,
						 .how = LOG_USE_LOGIN },
			s->world);
	credentials_clear(&creds);
	return ok;
}
