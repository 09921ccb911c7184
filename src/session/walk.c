#include <stdio.h>
#include <string.h>

#include "api/sts.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "plan/plan.h"
#include "port/world.h"
#include "session/session.h"
#include "session/session_internal.h"
#include "session/walk_internal.h"

#define LOCK_LEN 512
#define SKEW_MIN 60 /* seconds of clock error that matter for an expiry */

static bool is_last(const struct walk *w, size_t n)
{
	return n + 1 == w->plan->n_steps;
}

static int64_t now(const struct walk *w)
{
	return clock_now(&w->world->clock);
}

/*
 * Notes the key, or session, that the walk starts from, and when it was read.
 */
static void set_out(struct walk *w)
{
	w->begun = now(w);
	(void)snprintf(w->origin, sizeof(w->origin), "%s",
		       w->creds.access_key_id);
}

/*
 * Looks for step n in the cache.  A keyring that cannot be read is fatal only
 * if the key itself must come from it.
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
		    (first->kind == STEP_STORED_KEY && !first->keys &&
		     !w->world->keyring.apart))
			return false;
		notice(&w->world->notices, NOTICE_WARNING, "%s", err->text);
	}
	*found = cached.creds.access_key_id != NULL;
	if (*found) {
		credentials_move(&w->creds, &cached.creds);
		memcpy(w->user_arn, cached.user_arn, sizeof(w->user_arn));
		w->done = w->cached = n + 1;
		set_out(w);
	}
	return true;
}

/*
 * Searches from the step before the last backward: session_cache_obtain() has
 * tried the last.
 */
static bool look(struct walk *w, struct error *err)
{
	bool found = false;
	bool ok = true;

	for (size_t n = w->plan->n_steps - 1; ok && !found && n > 0; n--)
		ok = find(w, n - 1, &found, err);
	return ok;
}

/*
 * Takes a lock.  Without a folder for locks the worst case is one redundant
 * request.
 */
static bool take(struct walk *w, const char *name, struct error *err)
{
	const struct locks *locks = &w->world->locks;

	if (w->n_locks == LOCKS_MAX)
		return true;
	if (locks_take(locks, name, w->request->patience, &w->locks[w->n_locks],
		       err)) {
		w->n_locks++;
		return true;
	}
	if (err->code != ERROR_SYSTEM)
		return false;
	notice(&w->world->notices, NOTICE_WARNING, "%s", err->text);
	return true;
}

/*
 * Takes the locks of a step: of its session, and of its device if it needs a
 * code.
 */
static bool take_for(struct walk *w, size_t n, struct error *err)
{
	const struct step *step = &w->plan->steps[n];
	char digest[NAME_LEN];
	char name[LOCK_LEN];

	if (step->kind != STEP_SESSION_TOKEN || !step->mfa_serial) {
		session_cache_name(w->plan, n, digest);
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

/*
 * Locks the missing steps and searches again: another process may have created
 * them.
 */
static bool lock_and_look(struct walk *w, struct error *err)
{
	size_t from = w->done;
	bool found = false;
	bool ok = true;

	for (size_t n = w->plan->n_steps; ok && !found && n > from; n--) {
		if (!w->plan->steps[n - 1].cached)
			continue;
		ok = take_for(w, n - 1, err) && find(w, n - 1, &found, err);
	}
	return ok;
}

/*
 * Obtains what the machine and the user must provide, before the first request.
 */
static bool fetch(struct walk *w, struct error *err)
{
	bool ok = true;

	if (w->done == 0) {
		ok = stored_key_load(w->plan, w->world, &w->creds, w->user_arn,
				     &w->stored, err);
		w->done = 1;
		if (ok)
			set_out(w);
	}
	for (size_t n = w->done; ok && !w->code && n < w->plan->n_steps; n++)
		if (w->plan->steps[n].mfa_serial)
			ok = mfa_spend_obtain(w, w->plan->steps[n].mfa_serial,
					      err);
	return ok;
}

/*
 * Tests whether the keyring still has what the walk started from.  While the
 * user looked for the device, another terminal may have replaced or removed the
 * key; sessions of the old key must not be stored afterwards.
 */
static bool is_origin_there(struct walk *w)
{
	struct cached there = { 0 };
	struct error ignored = { 0 };

	if (w->lost)
		return false;
	if (w->cached > 0)
		w->lost = !cache_find(w->plan, w->cached - 1, 0, w->world,
				      &there, &ignored);
	else
		w->lost =
			!key_load(&w->world->keyring, w->plan->steps[0].profile,
				  &there.creds, there.user_arn, &ignored);
	w->lost = w->lost || !there.creds.access_key_id ||
		  strcmp(there.creds.access_key_id, w->origin) != 0;
	credentials_clear(&there.creds);
	return !w->lost;
}

/*
 * Finds the ARN of the caller, for the RoleSessionName, and stores it with the
 * key.
 */
static bool identify(struct walk *w, struct error *err)
{
	struct api_caller caller = session_request_caller(w, w->plan->sts);
	struct sts_identity identity;
	struct error kept = { 0 };

	if (w->user_arn[0] != '\0')
		return true;
	if (!sts_get_caller_identity(&caller, &identity, err))
		return error_within(err, "ask AWS who %s is",
				    w->plan->steps[0].profile);
	memcpy(w->user_arn, identity.arn, sizeof(w->user_arn));
	if (w->stored && w->done == 1 && is_origin_there(w) &&
	    !key_store(&w->world->keyring, w->plan->steps[0].profile, &w->creds,
		       w->user_arn, &kept))
		notice(&w->world->notices, NOTICE_WARNING,
		       "the user's name cannot be kept: %s", kept.text);
	return true;
}

/*
 * Finds it before any other request: signed by the key itself, and before a
 * code is used.
 */
static bool name_caller(struct walk *w, struct error *err)
{
	for (size_t n = w->done; n < w->plan->n_steps; n++)
		if (w->plan->steps[n].role_arn &&
		    !w->plan->steps[n].session_name)
			return identify(w, err);
	return true;
}

/*
 * Returns how far AWS's time is ahead of ours.  Programs on this machine
 * compare an expiry with this machine's clock.
 */
static int64_t clock_error(const struct walk *w)
{
	int64_t ahead = w->skew->known ? w->skew->ahead : 0;

	return ahead >= SKEW_MIN || ahead <= -SKEW_MIN ? ahead : 0;
}

/*
 * Caches the result of a step.  Does not read the keyring again within the same
 * second.
 */
static void keep(struct walk *w, size_t n)
{
	bool from_keyring = w->stored || w->cached > 0;

	if (!from_keyring || (!w->lost && now(w) == w->begun) ||
	    is_origin_there(w))
		cache_keep(w->plan, n, &w->creds, w->user_arn, w->world);
	else
		notice(&w->world->notices, NOTICE_WARNING,
		       "the key of %s, or the session that it gave, was "
		       "replaced or removed meanwhile: this one is not kept",
		       w->plan->steps[0].profile);
}

static bool do_step(struct walk *w, size_t n, struct error *err)
{
	const struct step *step = &w->plan->steps[n];
	struct credentials out = { 0 };

	if (!session_request_step(w, step, &out, err))
		return false;
	out.expires -= clock_error(w);
	credentials_move(&w->creds, &out);
	w->done = n + 1;
	keep(w, n);
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
		locks_release(&w->world->locks, w->locks[--w->n_locks],
			      w->gave_up);
	secbuf_free(w->seed);
	secbuf_free(w->code);
	secbuf_free(w->last_code);
	credentials_clear(&w->creds);
}

/*
 * Executes the plan once.  *again: AWS refused a cached session, which was then
 * removed.
 */
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

bool session_walk(const struct plan *plan,
		  const struct session_request *request,
		  const struct world *world, struct credentials *creds,
		  struct error *err)
{
	struct api_skew skew = { 0 };
	const struct walk fresh = {
		.plan = plan, .request = request, .world = world, .skew = &skew
	};
	struct walk w = fresh;
	bool again = false;

	*creds = (struct credentials){ 0 };
	for (size_t i = 0; i < plan->n_warnings; i++)
		notice_fact(&world->notices, NOTICE_WARNING,
			    &plan->warnings[i]);
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
