#include <stddef.h>
#include <string.h>

#include "base/error.h"
#include "base/secbuf.h"
#include "base/wipe.h"
#include "main/front_internal.h"

static bool open_real(struct lazy_keyring *self, struct error *err)
{
	if (self->choice.row)
		return true;
	if (!keyring_choose(self->rows, self->backend, &self->needs,
			    &self->choice, err))
		return false;
	if (self->port) {
		self->port->name = self->choice.keyring.name;
		self->port->why = self->choice.keyring.why;
		self->port->passed_over = self->choice.keyring.passed_over;
		self->port->store = self->choice.keyring.store;
	}
	return true;
}

/* Returns the real keyring for items of a kind. NULL, with err, on failure. */
static const struct keyring *real(struct lazy_keyring *lazy, const char *kind,
				  struct error *err)
{
	if (lazy->sessions && strcmp(kind, KEYRING_SESSION) == 0)
		lazy = lazy->sessions;
	return open_real(lazy, err) ? &lazy->choice.keyring : NULL;
}

/*
 * Overwrites secrets on the stack if the user may be asked next; otherwise
 * execve or the end of the process follows.
 */
static bool over(const struct lazy_keyring *lazy, bool ok)
{
	if (lazy->needs.prompt)
		wipe_stack();
	return ok;
}

static bool lazy_get(void *self, const char *kind, const char *name,
		     struct secbuf **value, struct error *err)
{
	const struct keyring *ring = real(self, kind, err);

	return over(self, ring && keyring_get(ring, kind, name, value, err));
}

static bool lazy_put(void *self, const struct keyring_item *item,
		     const struct secbuf *value, struct error *err)
{
	const struct keyring *ring = real(self, item->kind, err);

	return over(self, ring && keyring_put(ring, item, value, err));
}

static bool lazy_remove(void *self, const char *kind, const char *name,
			bool *removed, struct error *err)
{
	const struct keyring *ring = real(self, kind, err);

	return over(self,
		    ring && keyring_remove(ring, kind, name, removed, err));
}

static bool lazy_list(void *self, const char *kind, struct arena *arena,
		      const struct keyring_item **items, size_t *n,
		      struct error *err)
{
	const struct keyring *ring = real(self, kind, err);

	return over(self,
		    ring && keyring_list(ring, kind, arena, items, n, err));
}

static bool lazy_stamp(void *self, const char *profile, bool again,
		       char stamp[static KEYRING_STAMP_LEN], struct error *err)
{
	const struct keyring *ring = real(self, KEYRING_KEY, err);

	stamp[0] = '\0';
	return ring && (!ring->stamp ||
			keyring_stamp(ring, profile, again, stamp, err));
}

/*
 * Returns the keyring with a passphrase, first that of keys; the port gets its
 * name.  A keyring of keys that cannot be opened is not skipped: it may have
 * one.
 */
static const struct keyring *with_passphrase(struct lazy_keyring *lazy,
					     struct error *err)
{
	const struct keyring *keys;
	const struct keyring *sessions = NULL;

	keys = open_real(lazy, err) ? &lazy->choice.keyring : NULL;
	if (!keys || keys->unlock)
		return keys;
	if (lazy->sessions && open_real(lazy->sessions, err))
		sessions = &lazy->sessions->choice.keyring;
	if (sessions && sessions->unlock) {
		lazy->port->name = sessions->name;
		return sessions;
	}
	(void)error_fail(err, REASON_NO_PASSPHRASE, .other = keys->name);
	return NULL;
}

static bool lazy_lock(void *self, struct error *err)
{
	const struct keyring *ring = with_passphrase(self, err);

	return ring && keyring_lock(ring, err);
}

static bool lazy_unlock(void *self, struct error *err)
{
	const struct keyring *ring = with_passphrase(self, err);

	return over(self, ring && keyring_unlock(ring, err));
}

static bool lazy_change(void *self, struct error *err)
{
	const struct keyring *ring = with_passphrase(self, err);

	return over(self, ring && keyring_change(ring, err));
}

/*
 * The same backend is the same keyring; sessions then have none of their own.
 */
struct keyring keyrings_lazy(struct lazy_keyring *self)
{
	if (self->sessions &&
	    (!self->sessions->backend ||
	     strcmp(self->sessions->backend, self->backend) == 0))
		self->sessions = NULL;
	return (struct keyring){ .self = self,
				 .name = self->backend,
				 .apart = self->sessions != NULL,
				 .get = lazy_get,
				 .put = lazy_put,
				 .remove = lazy_remove,
				 .list = lazy_list,
				 .stamp = lazy_stamp,
				 .lock = lazy_lock,
				 .unlock = lazy_unlock,
				 .change = lazy_change };
}

void keyrings_lazy_close(struct lazy_keyring *self)
{
	if (self->sessions)
		keyrings_lazy_close(self->sessions);
	if (self->choice.row)
		self->choice.row->close(&self->choice.keyring);
	self->choice.row = NULL;
}

static bool open_named(void *self, const char *backend, struct keyring *keyring,
		       struct error *err)
{
	struct named_keyrings *named = self;
	struct keyring_choice *choice = &named->choices[named->n];

	/* "auto" may choose another one tomorrow. */
	if (strcmp(backend, "auto") == 0)
		return error_fail(err, REASON_BACKEND_IS_AUTO);
	if (!keyring_choose(named->rows, backend, &named->needs, choice, err)) {
		if (err->code == ERROR_CONFIG)
			err->code = ERROR_USAGE;
		return false;
	}
	named->n++;
	*keyring = choice->keyring;
	return true;
}

static const struct keyring_row *find_row(const struct named_keyrings *named,
					  const char *backend)
{
	const struct keyring_row *const *row = named->rows;

	while (*row && strcmp((*row)->name, backend) != 0)
		row++;
	return *row;
}

/* Tests a stamp (port/keyring.h) for that of a key that is there. */
static bool is_stamp_of_key(const char *stamp)
{
	return stamp[0] != '\0' && strcmp(stamp, "none") != 0 &&
	       strncmp(stamp, "~0 ", 3) != 0;
}

/* The stamp of the encrypted file is that of all keys: the item must be read. */
static bool can_see_key(const struct keyring *keyring, const char *profile)
{
	char stamp[KEYRING_STAMP_LEN];
	struct secbuf *key = NULL;
	struct error ignored = { 0 };
	bool is;

	is = keyring->stamp &&
	     keyring_stamp(keyring, profile, true, stamp, &ignored) &&
	     is_stamp_of_key(stamp);
	if (is && strcmp(keyring->name, "file") == 0)
		is = keyring_get(keyring, KEYRING_KEY, profile, &key,
				 &ignored) &&
		     key;
	secbuf_free(key);
	return is;
}

static bool has_named_key(void *self, const char *backend, const char *profile)
{
	const struct named_keyrings *named = self;
	const struct keyring_row *row = find_row(named, backend);
	struct keyring_needs silent = named->needs;
	struct keyring keyring;
	struct error ignored = { 0 };
	bool has;

	silent.prompt = NULL;
	silent.no_prompt = true;
	if (!row || !row->probe(&silent, &ignored) ||
	    !row->open(&silent, &keyring, &ignored))
		return false;
	has = can_see_key(&keyring, profile);
	row->close(&keyring);
	return has;
}

struct keyrings keyrings_named(struct named_keyrings *self)
{
	return (struct keyrings){ self, open_named, has_named_key };
}

void keyrings_named_close(struct named_keyrings *self)
{
	while (self->n > 0) {
		struct keyring_choice *choice = &self->choices[--self->n];

		choice->row->close(&choice->keyring);
	}
}
