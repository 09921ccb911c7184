#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "base/text.h"
#include "plan/plan.h"
#include "port/world.h"
#include "session/session.h"
#include "session/session_internal.h"

#define NAME_SHOWN 8      /* of a digest's digits, in logs */
#define SLACK      300    /* seconds: of AWS's clock and a slow answer */
#define LIFE_MAX   129600 /* seconds: GetSessionToken gives no more */

static void log_outcome(const struct world *world, const struct plan *plan,
			size_t n, const char *name, const char *what)
{
	notice_debug(&world->notices, "cache: %s of %s (%.*s): %s",
		     step_action(plan->steps[n].kind), plan->steps[n].profile,
		     NAME_SHOWN, name, what);
}

bool session_cache_falls_back(const struct plan *plan)
{
	return plan->steps[0].kind == STEP_STORED_KEY && plan->steps[0].keys;
}

void cache_stamp(const struct plan *plan, bool again, const struct world *world,
		 char stamp[static KEYRING_STAMP_LEN])
{
	const struct step *first = &plan->steps[0];
	struct error why = { 0 };

	stamp[0] = '\0';
	if (first->kind == STEP_STORED_KEY &&
	    !keyring_stamp(&world->keyring, first->profile, again, stamp, &why))
		memcpy(stamp, CACHE_UNUSABLE, sizeof(CACHE_UNUSABLE));
}

/*
 * Does the session last as long as it must?  Never before it was issued, and
 * never longer than was asked for, whatever the clock or the record says.
 */
static bool is_alive(const struct session_record *session,
		     const struct step *step, int64_t ttl, int64_t now)
{
	int64_t life = session->creds.ends - session->issued;
	int64_t most = step->duration > 0 && step->duration < LIFE_MAX
			       ? step->duration
			       : LIFE_MAX;
	int64_t left = session->creds.ends - now;

	/* now may be almost a second ago: left is less than it seems */
	return life <= most + SLACK && session->issued <= now && left > ttl;
}

/* Reads what was found, if it is fit to be used.  *word is for logs. */
/* NOLINTNEXTLINE(readability-function-size): seven facts, each its own */
static bool read_record(const struct secbuf *record, const struct step *step,
			int64_t ttl, const struct world *world,
			struct session_record *session, const char **word,
			struct error *err)
{
	struct error why = { 0 };

	*word = "none";
	if (!record)
		return true;
	*word = "not readable, passed over";
	if (!session_record_read(record, session, &why))
		return why.code != ERROR_MEMORY || error_memory(err);
	*word = "hit";
	if (!is_alive(session, step, ttl, clock_now(&world->clock))) {
		*word = "too little time left";
		credentials_clear(&session->creds);
	}
	return true;
}

/*
 * Was it made with the key that would be used now?  By the id where the key is
 * known, else by its stamp, which costs no look at the key.
 */
static void compare_key(const struct plan *plan, const struct key_known *key,
			const struct world *world, struct cached *cached,
			const char **word)
{
	struct session_record *session = &cached->session;
	char stamp[KEYRING_STAMP_LEN];
	bool is;

	if (plan->steps[0].kind != STEP_STORED_KEY)
		return;
	if (key->id[0] != '\0') {
		is = strcmp(session->key_id, key->id) == 0;
		cached->restamp =
			is && strcmp(session->key_stamp, key->stamp) != 0;
	} else {
		cache_stamp(plan, false, world, stamp);
		is = stamp[0] == '\0' || strcmp(session->key_stamp, stamp) == 0;
		cached->in_doubt = !is;
	}
	if (is)
		return;
	*word = "made with another key";
	credentials_clear(&session->creds);
}

/* NOLINTNEXTLINE(readability-function-size): seven facts, each its own */
static bool find_one(const struct plan *plan, size_t n, int64_t ttl,
		     const struct key_known *key, const struct world *world,
		     struct cached *cached, struct error *err)
{
	const struct keyring *keyring = &world->keyring;
	struct secbuf *record = NULL;
	const char *word = "";
	char name[NAME_LEN];
	bool ok;

	session_cache_name(plan, n, cached->from_files, world, name);
	ok = keyring_get(keyring, KEYRING_SESSION, name, &record, err) &&
	     read_record(record, &plan->steps[n], ttl, world, &cached->session,
			 &word, err);
	if (ok && cached->session.creds.access_key_id)
		compare_key(plan, key, world, cached, &word);
	if (ok)
		log_outcome(world, plan, n, name, word);
	secbuf_free(record);
	return ok;
}

/* NOLINTNEXTLINE(readability-function-size): seven facts, each its own */
static bool find_either(const struct plan *plan, size_t n, int64_t ttl,
			const struct key_known *key, const struct world *world,
			struct cached *cached, struct error *err)
{
	bool both = key->id[0] == '\0' && session_cache_falls_back(plan);
	bool in_doubt;

	*cached = (struct cached){ .from_files = key->from_files || both };
	if (!find_one(plan, n, ttl, key, world, cached, err))
		return false;
	if (!both || cached->session.creds.access_key_id)
		return true;
	in_doubt = cached->in_doubt;
	*cached = (struct cached){ .from_files = false };
	if (!find_one(plan, n, ttl, key, world, cached, err))
		return false;
	cached->in_doubt = cached->in_doubt || in_doubt;
	return true;
}

/*
 * Tests whether a session is sought for STS's global endpoint.  One of a regional
 * endpoint is valid there, too; the reverse is not so ("Manage AWS STS in an AWS
 * Region", IAM User Guide).
 */
static bool is_global(const struct plan *plan, size_t n)
{
	return n == 1 && plan->steps[n].kind == STEP_SESSION_TOKEN &&
	       strcmp(plan->steps[n].endpoint.reach, "global") == 0;
}

/* NOLINTNEXTLINE(readability-function-size): seven facts, each its own */
bool cache_find(const struct plan *plan, size_t n, int64_t ttl,
		const struct key_known *key, const struct world *world,
		struct cached *cached, struct error *err)
{
	struct plan regional = *plan;
	struct step steps[2];
	bool in_doubt;
	bool ok;

	if (!find_either(plan, n, ttl, key, world, cached, err))
		return false;
	if (cached->session.creds.access_key_id || !is_global(plan, n))
		return true;
	in_doubt = cached->in_doubt;
	memcpy(steps, plan->steps, sizeof(steps));
	steps[1].endpoint.reach = endpoint_partition(NULL);
	regional.steps = steps;
	ok = find_either(&regional, n, ttl, key, world, cached, err);
	cached->in_doubt = cached->in_doubt || in_doubt;
	return ok;
}

static const char *label_of(const struct plan *plan, size_t n,
			    struct arena *arena)
{
	const struct step *step = &plan->steps[n];

	if (step->role_arn)
		return arena_printf(arena, "rolekey: session of %s",
				    step->role_arn);
	return arena_printf(arena, "rolekey: session of %s%s%s",
			    plan->steps[0].profile,
			    step->mfa_serial ? " with " : "",
			    step->mfa_serial ? step->mfa_serial : "");
}

static bool put(const struct plan *plan, size_t n, bool from_files,
		const struct session_record *session, const struct world *world,
		struct error *err)
{
	struct arena *arena = arena_new();
	struct secbuf *record = session_record_write(session);
	char name[NAME_LEN];
	struct keyring_item item = {
		.kind = KEYRING_SESSION,
		.name = name,
		.label = arena ? label_of(plan, n, arena) : NULL,
		.origin = plan->steps[0].profile,
		.expires = session->creds.ends,
	};
	bool ok;

	session_cache_name(plan, n, from_files, world, name);
	ok = (record && item.label) || error_memory(err);
	ok = ok && keyring_put(&world->keyring, &item, record, err);
	if (ok)
		log_outcome(world, plan, n, name, "kept");
	secbuf_free(record);
	arena_free(arena);
	return ok;
}

void cache_keep(const struct plan *plan, size_t n, bool from_files,
		const struct session_record *session, const struct world *world)
{
	struct error why = { 0 };

	if (!plan->steps[n].cached ||
	    put(plan, n, from_files, session, world, &why))
		return;
	error_context(&why, REASON_CACHE_FAILED);
	notice_error(&world->notices, NOTICE_WARNING, &why);
}

void cache_drop(const struct plan *plan, size_t n, bool from_files,
		const struct world *world)
{
	struct error ignored = { 0 };
	char name[NAME_LEN];
	bool removed = false;

	session_cache_name(plan, n, from_files, world, name);
	(void)!keyring_remove(&world->keyring, KEYRING_SESSION, name, &removed,
			      &ignored);
}

/* A key that is known by its stamp alone is read where that has changed. */
static bool find_surely(const struct plan *plan, size_t n, int64_t ttl,
			const struct world *world, struct cached *cached,
			struct error *err)
{
	struct key_known key = { .id = "" };
	struct credentials creds = { 0 };
	char arn[KEY_ARN_LEN];
	bool ok;

	if (!cache_find(plan, n, ttl, &key, world, cached, err))
		return false;
	if (!cached->in_doubt)
		return true;
	ok = key_load(&world->keyring, plan->steps[0].profile, &creds, arn,
		      err);
	if (ok && creds.access_key_id)
		(void)snprintf(key.id, sizeof(key.id), "%s",
			       creds.access_key_id);
	credentials_clear(&creds);
	return ok && (key.id[0] == '\0' ||
		      cache_find(plan, n, ttl, &key, world, cached, err));
}

bool session_cache_peek(const struct plan *plan, size_t n,
			const struct world *world, int64_t *expires,
			struct error *err)
{
	struct cached cached = { .in_doubt = false };
	bool ok = find_surely(plan, n, 1, world, &cached, err);
	const struct credentials *creds = &cached.session.creds;

	*expires = creds->access_key_id ? creds->ends : 0;
	credentials_clear(&cached.session.creds);
	return ok;
}

bool session_cache_rest(const struct plan *plan, int64_t ttl,
			const struct world *world, struct credentials *creds)
{
	size_t last = plan->n_steps - 1;
	struct cached cached = { .in_doubt = false };
	struct error ignored = { 0 };
	bool found;

	found = plan->steps[last].cached &&
		find_surely(plan, last, ttl, world, &cached, &ignored) &&
		cached.session.creds.access_key_id;
	if (found)
		credentials_move(creds, &cached.session.creds);
	credentials_clear(&cached.session.creds);
	return found;
}

void session_cache_obtain(const struct plan *plan,
			  const struct session_request *request,
			  const struct world *world, struct credentials *creds,
			  bool *found)
{
	size_t last = plan->n_steps - 1;
	const struct key_known key = { .id = "" };
	struct cached cached = { .in_doubt = false };
	struct error why = { 0 };

	*creds = (struct credentials){ 0 };
	*found = false;
	if (plan->steps[last].cached && !request->refresh &&
	    !cache_find(plan, last, request->min_ttl, &key, world, &cached,
			&why)) {
		(void)error_context(&why, REASON_CACHE_UNREADABLE);
		notice_error(&world->notices, NOTICE_DEBUG, &why);
	}
	*found = cached.session.creds.access_key_id != NULL;
	if (*found)
		credentials_move(creds, &cached.session.creds);
}
