#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "base/text.h"
#include "plan/plan.h"
#include "port/world.h"
#include "session/session.h"
#include "session/session_internal.h"
#include "session/store/session.h"

#define NAME_SHOWN 8 /* digits of a digest to show in logs */

static void say(const struct world *world, const struct plan *plan, size_t n,
		const char *name, const char *what)
{
	notice(&world->notices, NOTICE_DEBUG, "cache: %s of %s (%.*s): %s",
	       step_action(plan->steps[n].kind), plan->steps[n].profile,
	       NAME_SHOWN, name, what);
}

/* Uses a record that was read, if it is valid. *word is for logs. */
static bool take_in(const struct secbuf *record, int64_t ttl,
		    const struct world *world, struct cached *cached,
		    const char **word, struct error *err)
{
	struct error why = { 0 };
	int64_t left;

	*word = "none";
	if (!record)
		return true;
	*word = "not readable, passed over";
	if (!session_record_read(record, &cached->creds, cached->user_arn,
				 &why))
		return why.code != ERROR_MEMORY ||
		       error_set(err, ERROR_MEMORY, "%s", why.text);
	*word = "hit";
	left = cached->creds.expires - clock_now(&world->clock);
	if (left <= 0 || left < ttl) {
		*word = "too little time left";
		credentials_clear(&cached->creds);
	}
	return true;
}

bool cache_find(const struct plan *plan, size_t n, int64_t ttl,
		const struct world *world, struct cached *cached,
		struct error *err)
{
	const struct keyring *keyring = &world->keyring;
	struct secbuf *record = NULL;
	const char *word = "";
	char name[NAME_LEN];
	bool ok;

	*cached = (struct cached){ 0 };
	session_cache_name(plan, n, name);
	ok = keyring_get(keyring, KEYRING_SESSION, name, &record, err) &&
	     take_in(record, ttl, world, cached, &word, err);
	if (ok)
		say(world, plan, n, name, word);
	secbuf_free(record);
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

static bool keep(const struct plan *plan, size_t n,
		 const struct credentials *creds, const char *user_arn,
		 const struct world *world, struct error *err)
{
	struct arena *arena = arena_new();
	struct secbuf *record = session_record_write(creds, user_arn);
	char name[NAME_LEN];
	struct keyring_item item = {
		.kind = KEYRING_SESSION,
		.name = name,
		.label = arena ? label_of(plan, n, arena) : NULL,
		.origin = plan->steps[0].profile,
		.expires = creds->expires,
	};
	bool ok;

	session_cache_name(plan, n, name);
	ok = (record && item.label) ||
	     error_set(err, ERROR_MEMORY, "no memory");
	ok = ok && keyring_put(&world->keyring, &item, record, err);
	if (ok)
		say(world, plan, n, name, "kept");
	secbuf_free(record);
	arena_free(arena);
	return ok;
}

void cache_keep(const struct plan *plan, size_t n,
		const struct credentials *creds, const char *user_arn,
		const struct world *world)
{
	struct error err = { 0 };

	if (plan->steps[n].cached &&
	    !keep(plan, n, creds, user_arn, world, &err))
		notice(&world->notices, NOTICE_WARNING,
		       "the session cannot be kept: %s", err.text);
}

void cache_drop(const struct plan *plan, size_t n, const struct world *world)
{
	struct error ignored = { 0 };
	char name[NAME_LEN];
	bool removed = false;

	session_cache_name(plan, n, name);
	(void)keyring_remove(&world->keyring, KEYRING_SESSION, name, &removed,
			     &ignored);
}

bool session_cache_peek(const struct plan *plan, size_t n,
			const struct world *world, int64_t *expires,
			struct error *err)
{
	struct cached cached;
	bool ok = cache_find(plan, n, 1, world, &cached, err);

	*expires = cached.creds.access_key_id ? cached.creds.expires : 0;
	credentials_clear(&cached.creds);
	return ok;
}

bool session_cache_obtain(const struct plan *plan,
			  const struct session_request *request,
			  const struct world *world, struct credentials *creds,
			  bool *found, struct error *err)
{
	size_t last = plan->n_steps - 1;
	struct cached cached = { 0 };
	struct error cause = { 0 };

	*creds = (struct credentials){ 0 };
	*found = false;
	if (!stored_key_can_begin(plan, err))
		return false;
	if (plan->steps[last].cached && !request->refresh &&
	    !cache_find(plan, last, request->min_ttl, world, &cached, &cause))
		notice(&world->notices, NOTICE_DEBUG,
		       "the cached sessions cannot be read: %s", cause.text);
	*found = cached.creds.access_key_id != NULL;
	if (*found)
		credentials_move(creds, &cached.creds);
	return true;
}
