#include <stdio.h>
#include <string.h>

#include "api/sts.h"
#include "aws/arn.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "plan/plan.h"
#include "port/world.h"
#include "session/session.h"
#include "session_internal.h"

#define LOCK_WAIT  120 /* seconds; as long as a person may take to answer */
#define LOCKS_MAX  32
#define LOCK_LEN   512
#define CODE_TRIES 3
#define HOUR       3600 /* seconds: AWS's default, which every role allows */

#define INVALID_CODE "invalid MFA one time pass code"

/* A plan being carried out: how far it is, and what it holds on the way. */
struct walk {
	const struct plan *plan;
	const struct session_request *request;
	const struct world *world;
	struct credentials creds; /* of the last step done: signs the next */
	size_t done;              /* how many steps creds stand for */
	size_t cached;            /* how many of them came from the cache */
	bool stored;              /* the key came from the keyring */
	bool asked;               /* the code came from a person */
	struct secbuf *code;
	char user_arn[KEY_ARN_LEN];
	int locks[LOCKS_MAX];
	size_t n_locks;
};

static bool is_last(const struct walk *w, size_t n)
{
	return n + 1 == w->plan->n_steps;
}

/*
 * Step n from the cache.  A keyring that cannot be read is fatal only where
 * the key itself must come from it.
 */
static bool find(struct walk *w, size_t n, bool *found, struct error *err)
{
	const struct step *first = &w->plan->steps[0];
	int64_t ttl = is_last(w, n) ? w->request->min_ttl : INNER_TTL;
	struct cached cached;

	*found = false;
	if (!w->plan->steps[n].cached || w->request->refresh)
		return true;
	if (!cache_find(w->plan, n, ttl, w->world, &cached, err)) {
		if (err->code != ERROR_KEYRING ||
		    (first->kind == STEP_STORED_KEY && !first->keys))
			return false;
		notice(&w->world->notices, NOTICE_WARNING, "%s", err->text);
	}
	*found = cached.creds.access_key_id != NULL;
	if (*found) {
		credentials_move(&w->creds, &cached.creds);
		memcpy(w->user_arn, cached.user_arn, sizeof(w->user_arn));
		w->done = w->cached = n + 1;
	}
	return true;
}

/* From the step before the last backward: session_obtain() saw the last. */
static bool look(struct walk *w, struct error *err)
{
	bool found = false;
	bool ok = true;

	for (size_t n = w->plan->n_steps - 1; ok && !found && n-- > 0;)
		ok = find(w, n, &found, err);
	return ok;
}

/* A place without locks costs a request too many, at worst: go on. */
static bool take(struct walk *w, const char *name, struct error *err)
{
	const struct locks *locks = &w->world->locks;

	if (w->n_locks == LOCKS_MAX)
		return true;
	if (locks->take(locks->self, name, LOCK_WAIT, &w->locks[w->n_locks],
			err)) {
		w->n_locks++;
		return true;
	}
	if (err->code != ERROR_SYSTEM)
		return false;
	notice(&w->world->notices, NOTICE_WARNING, "%s", err->text);
	return true;
}

/* The locks of a step: its session's, and its device's where a code goes. */
static bool take_for(struct walk *w, size_t n, struct error *err)
{
	const struct step *step = &w->plan->steps[n];
	char digest[NAME_LEN];
	char name[LOCK_LEN];

	if (step->kind != STEP_SESSION_TOKEN || !step->mfa_serial) {
		session_name(w->plan, n, digest);
		(void)snprintf(name, sizeof(name), "session %s", digest);
		if (!take(w, name, err))
			return false;
	}
	if (!step->mfa_serial)
		return true;
	(void)snprintf(name, sizeof(name), "%s %s", w->plan->steps[0].profile,
		       step->mfa_serial);
	return take(w, name, err);
}

/* Lock what is missing, and look again: another may have just made it. */
static bool lock_and_look(struct walk *w, struct error *err)
{
	size_t from = w->done;
	bool found = false;
	bool ok = true;

	for (size_t n = w->plan->n_steps; ok && !found && n-- > from;) {
		if (!w->plan->steps[n].cached)
			continue;
		ok = take_for(w, n, err) && find(w, n, &found, err);
	}
	return ok;
}

/* What the machine and the person must give, before the first request. */
static bool fetch(struct walk *w, struct error *err)
{
	bool ok = true;

	if (w->done == 0) {
		ok = origin_load(w->plan, w->world, &w->creds, w->user_arn,
				 &w->stored, err);
		w->done = 1;
	}
	for (size_t n = w->done; ok && !w->code && n < w->plan->n_steps; n++)
		if (w->plan->steps[n].mfa_serial)
			ok = code_obtain(w->plan->steps[n].mfa_serial,
					 w->request, w->world, &w->code,
					 &w->asked, err);
	return ok;
}

static struct api_caller caller_of(const struct walk *w,
				   struct endpoint endpoint)
{
	return (struct api_caller){ .http = &w->world->http,
				    .clock = &w->world->clock,
				    .notices = &w->world->notices,
				    .creds = &w->creds,
				    .endpoint = endpoint };
}

/* Who calls, for the RoleSessionName; kept with the key once it is known. */
static bool identify(struct walk *w, struct error *err)
{
	struct api_caller caller = caller_of(w, w->plan->sts);
	struct sts_identity identity;
	struct error kept = { 0 };

	if (w->user_arn[0] != '\0')
		return true;
	if (!sts_get_caller_identity(&caller, &identity, err))
		return error_within(err, "ask AWS who %s is",
				    w->plan->steps[0].profile);
	memcpy(w->user_arn, identity.arn, sizeof(w->user_arn));
	if (w->stored && w->done == 1 &&
	    !key_store(&w->world->keyring, w->plan->steps[0].profile, &w->creds,
		       w->user_arn, &kept))
		notice(&w->world->notices, NOTICE_WARNING,
		       "the user's name cannot be kept: %s", kept.text);
	return true;
}

/* Before any request: with the key itself, and with no code spent yet. */
static bool name_caller(struct walk *w, struct error *err)
{
	for (size_t n = w->done; n < w->plan->n_steps; n++)
		if (w->plan->steps[n].role_arn &&
		    !w->plan->steps[n].session_name)
			return identify(w, err);
	return true;
}

/* The role's account is the one asked for: AWS says so itself. */
static bool check_account(const char *role, const char *assumed,
			  struct error *err)
{
	struct arn want, got;

	if (arn_parse(role, &want) && arn_parse(assumed, &got) &&
	    strcmp(want.account, got.account) == 0)
		return true;
	return error_set(err, ERROR_PROTOCOL,
			 "AWS answered with %s, which is not in the role's "
			 "account",
			 assumed);
}

static bool assume(struct walk *w, const struct step *step,
		   struct credentials *out, struct error *err)
{
	struct api_caller caller = caller_of(w, step->endpoint);
	char name[ROLE_SESSION_NAME_LEN];
	char assumed[KEY_ARN_LEN];
	struct sts_assume_role in = {
		.role_arn = step->role_arn,
		.session_name = step->session_name ? step->session_name : name,
		.external_id = step->external_id,
		.source_identity = step->source_identity,
		.session_tags = step->session_tags,
		.transitive_tags = step->transitive_tags,
		.policy_arns = step->policy_arns,
		.mfa_serial = step->mfa_serial,
		.mfa_code = step->mfa_serial ? w->code : NULL,
		.duration = step->duration,
	};
	bool ok;

	role_session_name(w->user_arn, w->request->login_name, name);
	ok = sts_assume_role(&caller, &in, out, assumed, NULL, err);
	if (ok && !check_account(step->role_arn, assumed, err)) {
		credentials_clear(out);
		ok = false;
	}
	return ok || error_within(err, "assume role %s", step->role_arn);
}

static bool get_token(struct walk *w, const struct step *step,
		      struct credentials *out, struct error *err)
{
	struct api_caller caller = caller_of(w, step->endpoint);
	struct sts_session_token in = {
		.mfa_serial = step->mfa_serial,
		.mfa_code = step->mfa_serial ? w->code : NULL,
		.duration = step->duration,
	};

	return sts_get_session_token(&caller, &in, out, NULL, err) ||
	       error_within(err, "get a session for %s",
			    w->plan->steps[0].profile);
}

static bool is_refused_code(const struct error *err)
{
	return err->code == ERROR_DENIED && strstr(err->text, INVALID_CODE);
}

/* A refused code: another is asked for, if there is anybody to ask. */
static bool next_code(struct walk *w, const char *serial, int tries,
		      struct error *err)
{
	secbuf_free(w->code);
	w->code = NULL;
	if (tries == CODE_TRIES) {
		err->code = ERROR_PERSON;
		return error_within(err, "%d codes were refused", tries);
	}
	w->world->prompt.tell(w->world->prompt.self,
			      "AWS refused that code: mistyped, used already, "
			      "or the clock is off. Wait for the next one.");
	return code_obtain(serial, w->request, w->world, &w->code, &w->asked,
			   err);
}

static bool send_step(struct walk *w, const struct step *step,
		      struct credentials *out, struct error *err)
{
	return step->role_arn ? assume(w, step, out, err)
			      : get_token(w, step, out, err);
}

/* The request, and another one for each refused code. */
static bool send_until_taken(struct walk *w, const struct step *step,
			     struct credentials *out, struct error *err)
{
	bool ok = send_step(w, step, out, err);

	for (int tries = 1;
	     !ok && step->mfa_serial && w->asked && is_refused_code(err);
	     tries++)
		ok = next_code(w, step->mfa_serial, tries, err) &&
		     send_step(w, step, out, err);
	return ok;
}

/*
 * The role allows less than was wanted: an hour is what every role allows.  A
 * request with a code is not repeated, since the code is spent.
 */
static bool send_shorter(struct walk *w, const struct step *step,
			 struct credentials *out, struct error *err)
{
	struct step shorter = *step;

	if (step->duration <= HOUR || step->mfa_serial ||
	    !strstr(err->text, "MaxSessionDuration"))
		return false;
	notice(&w->world->notices, NOTICE_WARNING,
	       "%lld s are over the maximum of %s: taking one hour",
	       (long long)step->duration, step->role_arn);
	shorter.duration = HOUR;
	return send_step(w, &shorter, out, err);
}

/* Why a code goes with the role, where a session was to be expected. */
static void say_direct(const struct walk *w, const struct step *step)
{
	if (step->role_arn && step->mfa_serial && step->duration > HOUR)
		notice(&w->world->notices, NOTICE_INFO,
		       "the role is taken straight from the key with the code: "
		       "from a session AWS gives one hour at most");
}

static bool do_step(struct walk *w, size_t n, struct error *err)
{
	const struct step *step = &w->plan->steps[n];
	struct credentials out = { 0 };

	say_direct(w, step);
	if (!send_until_taken(w, step, &out, err) &&
	    !send_shorter(w, step, &out, err))
		return false;
	credentials_move(&w->creds, &out);
	w->done = n + 1;
	cache_keep(w->plan, n, &w->creds, w->user_arn, w->world);
	return true;
}

static bool is_dead_session(const struct error *err)
{
	return error_is(err, "ExpiredToken") ||
	       error_is(err, "ExpiredTokenException") ||
	       error_is(err, "InvalidClientTokenId");
}

static void finish(struct walk *w)
{
	while (w->n_locks > 0)
		w->world->locks.release(w->world->locks.self,
					w->locks[--w->n_locks]);
	secbuf_free(w->code);
	credentials_clear(&w->creds);
}

/* *again: the cache had a session that AWS refuses; it is gone from there. */
static bool walk_once(struct walk *w, struct credentials *creds, bool *again,
		      struct error *err)
{
	bool ok;

	*again = false;
	ok = look(w, err) && lock_and_look(w, err) && fetch(w, err) &&
	     name_caller(w, err);
	while (ok && w->done < w->plan->n_steps)
		ok = do_step(w, w->done, err);
	if (ok)
		credentials_move(creds, &w->creds);
	else if (w->cached > 0 && w->done == w->cached &&
		 is_dead_session(err)) {
		cache_drop(w->plan, w->cached - 1, w->world);
		*again = true;
	}
	finish(w);
	return ok;
}

bool session_carry_out(const struct plan *plan,
		       const struct session_request *request,
		       const struct world *world, struct credentials *creds,
		       struct error *err)
{
	const struct walk fresh = { .plan = plan,
				    .request = request,
				    .world = world };
	struct walk w = fresh;
	bool again = false;

	*creds = (struct credentials){ 0 };
	for (size_t i = 0; i < plan->n_warnings; i++)
		notice(&world->notices, NOTICE_WARNING, "%s",
		       plan->warnings[i]);
	if (walk_once(&w, creds, &again, err))
		return true;
	if (!again)
		return false;
	notice(&world->notices, NOTICE_INFO,
	       "AWS does not take the cached session any more: making a new "
	       "one");
	w = fresh;
	return walk_once(&w, creds, &again, err);
}
