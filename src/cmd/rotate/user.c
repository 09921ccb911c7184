#include <stdio.h>
#include <string.h>

#include "access/request.h"
#include "api/sts.h"
#include "aws/arn.h"
#include "base/error.h"
#include "base/timefmt.h"
#include "cmd/rotate/rotate_internal.h"
#include "plan/plan.h"
#include "port/world.h"
#include "session/session.h"

#define SESSION_LEFT 900   /* seconds that the session must last */
#define TRY_FOR      60000 /* ms until AWS must know a new key */
#define PAUSE_GOOD   250   /* ms between two successes */
#define PAUSE_FIRST  500   /* ms after a failure; doubled each time */
#define PAUSE_MAX    5000
#define DAY          86400

int64_t rotate_user_now(const struct rotating *r)
{
	return clock_now(&r->world->clock) +
	       (r->skew.known ? r->skew.ahead : 0);
}

/* --- who signs ------------------------------------------------------------------- */

static struct api_caller caller_of(struct rotating *r,
				   const struct credentials *creds,
				   struct endpoint endpoint)
{
	const struct plan *plan = &r->context.plan;

	return (struct api_caller){ .http = &r->world->http,
				    .clock = &r->world->clock,
				    .skew = &r->skew,
				    .max_attempts = plan->max_attempts,
				    .notices = &r->world->notices,
				    .creds = creds,
				    .endpoint = endpoint,
				    .trust = plan->trust };
}

bool rotate_user_identify(struct rotating *r, struct error *err)
{
	struct api_caller caller = caller_of(r, &r->key, r->context.plan.sts);
	struct sts_identity identity;
	struct arn arn;

	if (r->user_arn[0] == '\0') {
		if (!sts_get_caller_identity(&caller, &identity, err))
			return error_context(err, REASON_IDENTIFYING,
					     .profile = r->profile);
		memcpy(r->user_arn, identity.arn, sizeof(identity.arn));
	}
	if (!arn_parse(r->user_arn, &arn) ||
	    strncmp(arn.resource, "user/", 5) != 0)
		return error_fail(err, REASON_NOT_AN_IAM_USER,
				  .arn = r->user_arn);
	(void)snprintf(r->user, sizeof(r->user), "%s", arn_name(&arn));
	return true;
}

/*
 * IAM refuses sessions without MFA.  So the plan up to GetSessionToken is
 * executed if it sends a code; otherwise the key signs.
 */
static bool sign_in(struct rotating *r, bool refresh, struct error *err)
{
	const struct request *request = r->request;
	const struct session_request wanted = {
		.min_ttl = SESSION_LEFT,
		.refresh = refresh,
		.mfa_token = request->mfa_token,
		.ykman = strcmp(request->settings.prompt, "ykman") == 0,
		.login_name = request->login_name,
		.patience = (int)request->settings.prompt_timeout
	};
	struct plan plan = r->context.plan;

	r->caller = caller_of(r, &r->key, plan.iam);
	r->cached = false;
	if (plan.n_steps < 2 || plan.steps[1].kind != STEP_SESSION_TOKEN ||
	    !plan.steps[1].mfa_serial)
		return true;
	plan.n_steps = 2;
	plan.n_warnings = 0; /* about roles */
	credentials_clear(&r->session);
	r->caller.creds = &r->session;
	if (!refresh)
		session_cache_obtain(&plan, &wanted, r->world, &r->session,
				     &r->cached);
	return r->cached ||
	       session_walk(&plan, &wanted, r->world, &r->session, err);
}

static bool is_dead(const struct error *err)
{
	return error_is_aws(err, "ExpiredToken") ||
	       error_is_aws(err, "InvalidClientTokenId");
}

bool rotate_user_list(struct rotating *r, struct error *err)
{
	if (!sign_in(r, false, err))
		return false;
	if (iam_keys_list(&r->caller, r->user, r->keys, &r->n_keys, err))
		return true;
	if (!r->cached || !is_dead(err))
		return false;
	notice_info(&r->world->notices, REASON_SESSION_REFUSED);
	return sign_in(r, true, err) &&
	       iam_keys_list(&r->caller, r->user, r->keys, &r->n_keys, err);
}

/* --- the user's keys -------------------------------------------------------------- */

const struct iam_key *rotate_user_find(const struct rotating *r, const char *id)
{
	for (size_t i = 0; id && i < r->n_keys; i++)
		if (strcmp(r->keys[i].id, id) == 0)
			return &r->keys[i];
	return NULL;
}

const struct iam_key *rotate_user_other(const struct rotating *r, const char *a,
					const char *b)
{
	for (size_t i = 0; i < r->n_keys; i++)
		if ((!a || strcmp(r->keys[i].id, a) != 0) &&
		    (!b || strcmp(r->keys[i].id, b) != 0))
			return &r->keys[i];
	return NULL;
}

void rotate_user_last_used(struct rotating *r, const char *id, int64_t *days)
{
	const struct notices *notices = &r->world->notices;
	struct iam_key_use use;
	char when[TIMEFMT_ISO_LEN];
	struct error why = { 0 };

	*days = ROTATE_USER_UNKNOWN;
	if (!iam_keys_last_used(&r->caller, id, &use, &why)) {
		(void)error_context(&why, REASON_KEY_USE_UNKNOWN, .value = id);
		notice_error(notices, NOTICE_WARNING, &why);
		return;
	}
	*days = ROTATE_USER_NEVER;
	if (use.when == 0) {
		notice_info(notices, REASON_KEY_NEVER_USED, .value = id);
		return;
	}
	timefmt_iso(use.when, when);
	notice_info(notices, REASON_KEY_LAST_USED, .value = id,
		    .expected = when, .other = use.service,
		    .detail = use.region);
	*days = (rotate_user_now(r) - use.when) / DAY;
}

/* --- a new key -------------------------------------------------------------------- */

/* May AWS accept the key later? */
static bool may_pass(const struct error *err)
{
	return err->code == ERROR_DENIED || err->code == ERROR_NETWORK ||
	       err->code == ERROR_PROTOCOL;
}

/* Waits for AWS to learn a new key. */
struct waiting {
	int64_t pause;  /* ms after the next failure */
	int64_t waited; /* ms so far */
};

/* Pauses after a failure. False if AWS has had enough time, or cannot know. */
static bool wait_more(const struct rotating *r, struct waiting *w,
		      const char *id, const struct error *err)
{
	if (w->waited >= TRY_FOR || !may_pass(err))
		return false;
	if (w->waited == 0)
		notice_info(&r->world->notices, REASON_KEY_NOT_KNOWN,
			    .value = id);
	clock_pause(&r->world->clock, w->pause);
	w->waited += w->pause;
	w->pause = w->pause * 2 < PAUSE_MAX ? w->pause * 2 : PAUSE_MAX;
	return true;
}

bool rotate_user_try(struct rotating *r, const struct credentials *key,
		     int times, struct error *err)
{
	struct api_caller caller = caller_of(r, key, r->context.plan.sts);
	struct waiting waiting = { .pause = PAUSE_FIRST };
	struct sts_identity identity;

	for (int good = 0; good < times;) {
		if (sts_get_caller_identity(&caller, &identity, err)) {
			if (++good < times)
				clock_pause(&r->world->clock, PAUSE_GOOD);
			continue;
		}
		good = 0;
		if (!wait_more(r, &waiting, key->access_key_id, err))
			return error_context(err, REASON_KEY_NOT_ACCEPTED,
					     .value = key->access_key_id);
	}
	return true;
}

/* --- the old key ------------------------------------------------------------------- */

/*
 * Deletes the old key.  AWS may refuse the session that the old key made, now
 * that it is inactive (*dead); then the new key itself signs.
 */
static bool delete_old(struct rotating *r, bool *dead, struct error *err)
{
	const char *id = r->journal.old_id;
	struct api_caller caller;
	bool ok = iam_keys_delete(&r->caller, r->user, id, err);

	*dead = !ok && is_dead(err);
	if (*dead) {
		caller = caller_of(r, &r->journal.created, r->context.plan.iam);
		ok = iam_keys_delete(&caller, r->user, id, err);
	}
	return ok || error_is_aws(err, "NoSuchEntity");
}

/*
 * Deletes it, or leaves it to the next rotation if that needs another code: an
 * inactive key is of no use to anybody.
 */
static bool finish_old(struct rotating *r, bool *left, struct error *err)
{
	const struct notices *notices = &r->world->notices;
	const char *id = r->journal.old_id;
	bool dead = false;

	if (r->journal.keep_old) {
		notice_info(notices, REASON_OLD_KEY_KEPT, .value = id);
		return true;
	}
	if (delete_old(r, &dead, err)) {
		notice_info(notices, REASON_OLD_KEY_DELETED, .value = id);
		return true;
	}
	*left = dead && error_is_aws(err, "AccessDenied") &&
		r->caller.creds == &r->session;
	if (*left)
		notice_warn(notices, REASON_OLD_KEY_LEFT, .value = id,
			    .profile = r->profile);
	return *left;
}

static bool deactivate(struct rotating *r, const struct iam_key *old,
		       struct error *err)
{
	int64_t days;

	if (!old->active)
		return true;
	rotate_user_last_used(r, old->id, &days);
	if (!iam_keys_set_active(&r->caller, r->user, old->id, false, err))
		return false;
	notice_info(&r->world->notices, REASON_OLD_KEY_INACTIVE,
		    .value = old->id);
	return true;
}

bool rotate_user_retire(struct rotating *r, bool *left, struct error *err)
{
	const struct iam_key *old = rotate_user_find(r, r->journal.old_id);

	*left = false;
	return !old || (deactivate(r, old, err) &&
			rotate_user_try(r, &r->journal.created, 1, err) &&
			finish_old(r, left, err));
}
