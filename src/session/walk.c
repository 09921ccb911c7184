#include <stdio.h>
#include <string.h>

#include "api/sts.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "plan/plan.h"
#include "port/world.h"
#include "session/session.h"
#include "session/session_internal.h"
#include "session/source.h"
#include "session/store/key_change.h"
#include "session/walk_internal.h"

#define SKEW_MIN 60 /* seconds of clock error that matter for an expiry */

static bool is_last(const struct walk *w, size_t n)
{
	return n + 1 == w->plan->n_steps;
}

/* How far AWS's clock is ahead of this machine's, if that matters. */
static int64_t clock_error(const struct walk *w)
{
	int64_t ahead = w->skew->known ? w->skew->ahead : 0;

	return ahead >= SKEW_MIN || ahead <= -SKEW_MIN ? ahead : 0;
}

/* Loads the key itself, or what its source gives, once. */
static bool load_key(struct walk *w, struct error *err)
{
	const struct session_source_use use = {
		.plan = w->plan,
		.world = w->world,
		.skew = w->skew,
		.login_name = w->request->login_name,
		.browser = w->request->browser,
		.sso_shared = w->request->sso_shared,
		.least = w->plan->n_steps == 1 ? w->request->min_ttl : 0,
		.refresh = w->request->refresh,
		.patience = w->request->patience,
	};
	struct session_start start;

	if (w->key.id[0] != '\0' && w->creds.access_key_id)
		return true;
	cache_stamp(w->plan, true, w->world, w->key.stamp);
	if (!session_source_load(&use, &start, err))
		return false;
	credentials_move(&w->creds, &start.creds);
	if (w->creds.expires != 0)
		w->creds.ends = w->creds.expires - clock_error(w);
	memcpy(w->user_arn, start.user_arn, sizeof(w->user_arn));
	w->key.from_files = session_cache_falls_back(w->plan) && !start.stored;
	(void)snprintf(w->key.id, sizeof(w->key.id), "%s",
		       w->creds.access_key_id);
	return true;
}

/* Can the key be used without the keyring, or while it cannot be read? */
static bool needs_keyring(const struct walk *w)
{
	const struct step *first = &w->plan->steps[0];

	return (session_source_find(first->kind)->needs &
		SESSION_NEEDS_KEYRING) &&
	       !first->keys && !w->world->keyring.apart;
}

/*
 * Looks for step n in the cache.  A keyring that cannot be read is fatal only
 * if the key itself must come from it.
 */
static bool look_up(struct walk *w, size_t n, struct cached *cached,
		    struct error *err)
{
	int64_t ttl = is_last(w, n) ? w->request->min_ttl : INNER_TTL;

	*cached = (struct cached){ .in_doubt = false };
	if (cache_find(w->plan, n, ttl, &w->key, w->world, cached, err))
		return true;
	if (err->code != ERROR_KEYRING || needs_keyring(w))
		return false;
	notice_error(&w->world->notices, NOTICE_WARNING, err);
	return true;
}

static void keep(struct walk *w, size_t n,
		 const struct session_record *session);
static void keep_step(struct walk *w, size_t n);

/* Copies the facts about the key from a session that was made with it. */
static void begin_with(struct walk *w, size_t n, struct cached *cached)
{
	struct session_record *session = &cached->session;

	w->done = w->cached = n + 1;
	(void)snprintf(w->began_with, sizeof(w->began_with), "%s",
		       session->creds.access_key_id);
	if (w->key.id[0] == '\0') {
		memcpy(w->key.id, session->key_id, sizeof(w->key.id));
		memcpy(w->key.stamp, session->key_stamp, sizeof(w->key.stamp));
		w->key.from_files = cached->from_files;
	}
	memcpy(w->user_arn, session->user_arn, sizeof(w->user_arn));
	if (cached->restamp)
		keep(w, n, session);
	credentials_move(&w->creds, &session->creds);
}

/* *found: step n is cached, and the walk begins after it. */
static bool find(struct walk *w, size_t n, bool *found, struct error *err)
{
	struct cached cached;

	*found = false;
	if (!w->plan->steps[n].cached || w->request->refresh)
		return true;
	if (!look_up(w, n, &cached, err))
		return false;
	if (cached.in_doubt &&
	    (!load_key(w, err) || !look_up(w, n, &cached, err)))
		return false;
	*found = cached.session.creds.access_key_id != NULL;
	if (*found)
		begin_with(w, n, &cached);
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
static bool take(struct walk *w, size_t n, const char *name, struct error *err)
{
	const struct locks *locks = &w->world->locks;

	if (w->n_locks == LOCKS_MAX)
		return true;
	if (locks_take(locks, name, w->request->patience, &w->locks[w->n_locks],
		       err)) {
		w->lock_step[w->n_locks++] = n;
		return true;
	}
	if (err->code != ERROR_SYSTEM)
		return false;
	notice_error(&w->world->notices, NOTICE_WARNING, err);
	return true;
}

/*
 * Takes the locks of a step: of its session, and of its device if it needs a
 * code.
 */
static bool take_for(struct walk *w, size_t n, struct error *err)
{
	char name[WAIT_NAME_LEN];

	return take(w, n, wait_name(w->plan, n, w->world, name), err) &&
	       (!wait_device_name(w->plan, n, name) || take(w, n, name, err));
}

/*
 * Releases the locks of the first n steps.  Once a session is stored, others
 * need not wait: that of a device serves other roles, too.
 */
static void release_first(struct walk *w, size_t n)
{
	while (w->n_locks > 0 && w->lock_step[w->n_locks - 1] < n)
		locks_release(&w->world->locks, w->locks[--w->n_locks],
			      w->gave_up);
}

/*
 * Locks the missing steps and searches again: another process may have created
 * them.  The locks of a step that it has created are released.
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
	release_first(w, w->done);
	return ok;
}

/*
 * Obtains what the machine and the user must provide, before the first request.
 */
static bool fetch(struct walk *w, struct error *err)
{
	bool ok = session_request_can_trust(w, err);

	if (ok && w->done == 0) {
		ok = load_key(w, err);
		w->done = 1;
		if (ok)
			keep_step(w, 0);
	}
	for (size_t n = w->done; ok && !w->code && n < w->plan->n_steps; n++)
		if (w->plan->steps[n].mfa_serial)
			ok = mfa_spend_obtain(w, w->plan->steps[n].mfa_serial,
					      err);
	return ok;
}

/* --- has the key changed since? ------------------------------------------- */

/* Is the session that the walk began with still there? */
static bool is_session_there(const struct walk *w)
{
	struct cached cached = { .in_doubt = false };
	struct error ignored = { 0 };
	const struct credentials *creds = &cached.session.creds;
	bool is;

	is = cache_find(w->plan, w->cached - 1, 0, &w->key, w->world, &cached,
			&ignored) &&
	     creds->access_key_id &&
	     strcmp(creds->access_key_id, w->began_with) == 0;
	credentials_clear(&cached.session.creds);
	return is;
}

/* Would the key that is stored now be the one to use? */
static bool is_key_stored(const struct walk *w)
{
	struct credentials creds = { 0 };
	char arn[KEY_ARN_LEN];
	struct error ignored = { 0 };
	bool there = key_load(&w->world->keyring, w->plan->steps[0].profile,
			      &creds, arn, &ignored) &&
		     creds.access_key_id;
	bool is = w->key.from_files ? !there
				    : there && strcmp(creds.access_key_id,
						      w->key.id) == 0;

	credentials_clear(&creds);
	return is;
}

/*
 * Is the key that the walk began with still the one that is stored?  While the
 * user looked for the device, or AWS answered, another process may have
 * replaced or removed it, and what comes of the old one must not be found
 * later.  stamp is that of now.  Only under the key's lock.
 */
static bool is_key_current(const struct walk *w, const char *stamp)
{
	if (w->plan->steps[0].kind != STEP_STORED_KEY)
		return true;
	if (w->cached > 0 && !is_session_there(w))
		return false;
	if (strcmp(stamp, w->key.stamp) == 0 &&
	    (w->cached > 0 || (stamp[0] != '\0' && stamp[0] != '~')))
		return true;
	return is_key_stored(w);
}

/* Stores the user's ARN with the key, if that is still there. */
static void keep_arn(struct walk *w)
{
	const char *profile = w->plan->steps[0].profile;
	char stamp[KEYRING_STAMP_LEN];
	struct error why = { 0 };
	bool ok;
	int lock;

	if (w->plan->steps[0].kind != STEP_STORED_KEY || w->key.from_files ||
	    w->done != 1)
		return;
	ok = key_change_lock(w->world, profile, &lock, &why);
	cache_stamp(w->plan, true, w->world, stamp);
	if (ok && is_key_current(w, stamp)) {
		ok = key_store(&w->world->keyring, profile, &w->creds,
			       w->user_arn, &w->plan->sts, &why);
		cache_stamp(w->plan, true, w->world, w->key.stamp);
	}
	key_change_unlock(w->world, lock);
	if (ok)
		return;
	error_context(&why, REASON_USER_NOT_KEPT, .profile = profile);
	notice_error(&w->world->notices, NOTICE_WARNING, &why);
}

/* Asks AWS who calls, for the RoleSessionName. */
static bool identify(struct walk *w, struct error *err)
{
	struct api_caller caller = session_request_caller(w, w->plan->sts);
	struct sts_identity identity;

	if (w->user_arn[0] != '\0')
		return true;
	if (!sts_get_caller_identity(&caller, &identity, err))
		return error_context(err, REASON_IDENTIFYING,
				     .profile = w->plan->steps[0].profile);
	memcpy(w->user_arn, identity.arn, sizeof(w->user_arn));
	keep_arn(w);
	if (w->done == 1)
		keep_step(w, 0); /* with the name */
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

/* --- what is kept ---------------------------------------------------------- */

/* Stores a session, unless the key that it was made with has changed. */
static void keep(struct walk *w, size_t n, const struct session_record *session)
{
	const char *profile = w->plan->steps[0].profile;
	struct session_record kept = *session;
	struct error why = { 0 };
	bool current;
	int lock;

	if (!w->plan->steps[n].cached || session->creds.expires == 0 ||
	    !session->creds.session_token)
		return;
	current = key_change_lock(w->world, profile, &lock, &why);
	cache_stamp(w->plan, true, w->world, kept.key_stamp);
	current = current && is_key_current(w, kept.key_stamp);
	if (current) {
		if (w->world->keyring.apart)
			key_store_name(&w->world->keyring, kept.key_store);
		cache_keep(w->plan, n, w->key.from_files, &kept, w->world);
		memcpy(w->key.stamp, kept.key_stamp, sizeof(w->key.stamp));
	}
	key_change_unlock(w->world, lock);
	if (!current)
		notice_warn(&w->world->notices, REASON_KEY_CHANGED,
			    .profile = profile);
}

static void keep_step(struct walk *w, size_t n)
{
	struct session_record session = {
		.creds = w->creds, /* on loan */
		.issued = clock_now(&w->world->clock),
	};

	memcpy(session.user_arn, w->user_arn, sizeof(session.user_arn));
	memcpy(session.key_id, w->key.id, sizeof(session.key_id));
	keep(w, n, &session);
}

static bool do_step(struct walk *w, size_t n, struct error *err)
{
	const struct step *step = &w->plan->steps[n];
	struct credentials out = { 0 };

	if (!session_request_step(w, step, &out, err))
		return false;
	out.ends = out.expires - clock_error(w);
	credentials_move(&w->creds, &out);
	w->done = n + 1;
	keep_step(w, n);
	release_first(w, w->done);
	return true;
}

static bool is_dead_session(const struct error *err)
{
	return error_is_aws(err, "ExpiredToken") ||
	       error_is_aws(err, "ExpiredTokenException") ||
	       error_is_aws(err, "InvalidClientTokenId");
}

static void finish(struct walk *w)
{
	release_first(w, w->plan->n_steps);
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
		cache_drop(w->plan, w->cached - 1, w->key.from_files, w->world);
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
	notice_info(&world->notices, REASON_SESSION_REFUSED);
	w = fresh;
	return walk_once(&w, creds, &again, err);
}
