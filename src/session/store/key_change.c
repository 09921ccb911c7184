#include "session/store/key_change.h"

#include <stdio.h>
#include <string.h>

#include "aws/credentials.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "format/record.h"
#include "port/world.h"
#include "session/store/key.h"
#include "session/store/rotation.h"
#include "session/store/session.h"

#define LOCK_LEN  512
#define LOCK_WAIT 10 /* seconds */

bool key_change_lock(const struct world *world, const char *profile, int *lock,
		     struct error *err)
{
	char name[LOCK_LEN];
	struct error why = { 0 };

	*lock = -1;
	(void)snprintf(name, sizeof(name), "key %s", profile);
	if (locks_take(&world->locks, name, LOCK_WAIT, lock, &why))
		return true;
	*lock = -1;
	if (why.code == ERROR_SYSTEM)
		return true;
	*err = why;
	return false;
}

void key_change_unlock(const struct world *world, int lock)
{
	if (lock >= 0)
		locks_release(&world->locks, lock, false);
}

/* --- the sessions of a key --------------------------------------------------- */

/* A key, as the sessions that were made with it name it. */
struct origin {
	const char *profile;
	char store[NAME_LEN];
	char id[KEY_ID_LEN]; /* "" if it cannot be read */
};

static struct origin origin_of(const struct keyring *keyring,
			       const char *profile)
{
	struct origin origin = { .profile = profile };
	struct credentials creds = { 0 };
	struct error ignored = { 0 };
	char arn[KEY_ARN_LEN];

	if (key_load(keyring, profile, &creds, arn, &ignored) &&
	    creds.access_key_id)
		(void)snprintf(origin.id, sizeof(origin.id), "%s",
			       creds.access_key_id);
	credentials_clear(&creds);
	key_store_name(keyring, origin.store);
	return origin;
}

/*
 * Was the session made with that key?  A keyring of sessions alone may have
 * those of a profile of the same name in another store.  A record that cannot
 * be read is of no use to anybody.
 */
static bool is_derived(const struct keyring *sessions,
		       const struct keyring_item *item,
		       const struct origin *origin)
{
	struct session_record session = { .issued = 0 };
	char store[NAME_LEN];
	struct secbuf *record = NULL;
	struct error ignored = { 0 };
	bool is = strcmp(item->origin, origin->profile) == 0;

	if (!is || !sessions->apart)
		return is;
	if (keyring_get(sessions, item->kind, item->name, &record, &ignored) &&
	    record && session_record_read(record, &session, &ignored))
		is = (record_text(record, "key_store", store, sizeof(store)) &&
		      strcmp(store, origin->store) == 0) ||
		     (origin->id[0] != '\0' &&
		      strcmp(session.key_id, origin->id) == 0);
	credentials_clear(&session.creds);
	secbuf_free(record);
	return is;
}

/* origin NULL: of any key. */
static bool drop(const struct keyring *sessions, const struct origin *origin,
		 unsigned *n, struct error *err)
{
	struct arena *arena = arena_new();
	const struct keyring_item *items = NULL;
	size_t count = 0;
	bool ok;

	ok = (arena || error_memory(err)) &&
	     keyring_list(sessions, KEYRING_SESSION, arena, &items, &count,
			  err);
	for (size_t i = 0; ok && i < count; i++) {
		bool removed = false;

		if (origin && !is_derived(sessions, &items[i], origin))
			continue;
		ok = keyring_remove(sessions, KEYRING_SESSION, items[i].name,
				    &removed, err);
		*n += removed;
	}
	arena_free(arena);
	return ok;
}

/*
 * In whichever keyring has them: that of the key, if it keeps sessions, and the
 * one that is set for sessions.
 */
static bool drop_all(const struct world *world, const struct keyring *keyring,
		     const struct origin *origin, unsigned *n,
		     struct error *err)
{
	*n = 0;
	return drop(keyring, origin, n, err) &&
	       (keyring == &world->keyring || !world->keyring.apart ||
		drop(&world->keyring, origin, n, err));
}

/* --- doors ------------------------------------------------------------------- */

/* NOLINTNEXTLINE(readability-function-size): seven facts, each its own */
bool key_change_replace(const struct world *world,
			const struct keyring *keyring, const char *profile,
			const struct credentials *creds, const char *arn,
			const struct endpoint *sts, struct key_change *change,
			struct error *why, struct error *err)
{
	struct origin origin;
	int lock;
	bool ok;

	*change = (struct key_change){ .dropped = 0 };
	if (!key_change_lock(world, profile, &lock, err))
		return false;
	origin = origin_of(keyring, profile);
	ok = key_store(keyring, profile, creds, arn, sts, err);
	if (ok)
		change->failed = !drop_all(world, keyring, &origin,
					   &change->dropped, why);
	key_change_unlock(world, lock);
	return ok;
}

bool key_change_remove(const struct world *world, const struct keyring *keyring,
		       const char *profile, unsigned *dropped,
		       struct error *err)
{
	struct origin origin;
	bool removed = false;
	int lock;
	bool ok;

	*dropped = 0;
	if (!key_change_lock(world, profile, &lock, err))
		return false;
	origin = origin_of(keyring, profile);
	/* If that fails, the key is still there to try again with. */
	ok = drop_all(world, keyring, &origin, dropped, err) &&
	     keyring_remove(keyring, KEYRING_KEY, profile, &removed, err) &&
	     rotation_remove(keyring, profile, err);
	key_change_unlock(world, lock);
	return ok;
}

bool key_change_drop(const struct world *world, const struct keyring *keyring,
		     const char *profile, unsigned *dropped, struct error *err)
{
	struct origin origin;
	int lock;
	bool ok;

	if (!profile)
		return drop_all(world, keyring, NULL, dropped, err);
	*dropped = 0;
	if (!key_change_lock(world, profile, &lock, err))
		return false;
	origin = origin_of(keyring, profile);
	ok = drop_all(world, keyring, &origin, dropped, err);
	key_change_unlock(world, lock);
	return ok;
}
