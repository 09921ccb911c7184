#ifndef PORT_KEYRING_H
#define PORT_KEYRING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct error;
struct secbuf;

/* The kinds of items. Kind and name identify an item. */
#define KEYRING_KEY     "key"     /* a long-lived key; named for its profile */
#define KEYRING_SESSION "session" /* a cached session; named by a digest */
#define KEYRING_SSO     "sso"  /* of IAM Identity Center; by session or URL */
#define KEYRING_SEED    "seed" /* of a TOTP device; named by its serial */
/* A rotation that is not finished; named for the profile. */
#define KEYRING_ROTATION "rotation"

#define KEYRING_STAMP_LEN 128 /* with its NUL */

/* The public part of an item. The Secret Service stores it unencrypted. */
struct keyring_item {
	const char *kind;
	const char *name;
	const char *label;  /* for the user, such as in Seahorse */
	const char *origin; /* the profile whose stored key it comes from */
	int64_t expires;    /* seconds since the epoch; 0: never */
};

/*
 * Stores keys, sessions and seeds.  Failures: ERROR_KEYRING; ERROR_PERSON if a
 * user would have to act and cannot be asked; ERROR_INTERRUPTED; ERROR_MEMORY.
 * Each call takes at most 5 s, or 60 s if the user must act.
 */
struct keyring {
	void *self;
	const char *name; /* "secret-service", "file", ...: for messages */
	/* Why this one is used, as a notice; or NULL. */
	const struct error *why;
	/* Why a preferred one is not; or NULL. */
	const struct error *passed_over;
	/* Tells keyrings of one name apart: a path, an address; or NULL. */
	const char *store;
	/*
	 * Reads an item.  The caller owns *value.  If there is no such item,
	 * *value is NULL and the call succeeds.
	 */
	bool (*get)(void *self, const char *kind, const char *name,
		    struct secbuf **value, struct error *err);
	/* Stores an item, and replaces one of the same kind and name. */
	bool (*put)(void *self, const struct keyring_item *item,
		    const struct secbuf *value, struct error *err);
	/* Removes an item. *removed says whether there was one. */
	bool (*remove)(void *self, const char *kind, const char *name,
		       bool *removed, struct error *err);
	/* Lists all items of a kind, sorted by name, in arena. */
	bool (*list)(void *self, const char *kind, struct arena *arena,
		     const struct keyring_item **items, size_t *n,
		     struct error *err);
	/*
	 * Writes a short printable text that is different after every change
	 * of the key stored for profile, whichever program made it; it may be
	 * different after other changes, too.  "" if the keyring cannot tell;
	 * one that starts with '~' may miss a change in the same second.
	 * Without a key it is "none", or a text that starts with "~0 ".  No
	 * key is decrypted and the user is not asked.  If again is false, the
	 * result of the last get() may be used.  Afterwards name and store are
	 * those of the keyring that has the keys.  ERROR_KEYRING.
	 */
	bool (*stamp)(void *self, const char *profile, bool again,
		      char stamp[static KEYRING_STAMP_LEN], struct error *err);
	/*
	 * Lock the keyring: forget what opens it without the user; and unlock
	 * it, asking the user if necessary.  All three are NULL if the keyring
	 * has no passphrase of its own.  A keyring that does not exist yet is
	 * open, and locking it does nothing.
	 */
	bool (*lock)(void *self, struct error *err);
	bool (*unlock)(void *self, struct error *err);
	/*
	 * Changes the passphrase: asks for the old one, even if the keyring is
	 * unlocked, and twice for the new one.  Afterwards the content is the
	 * old or the new one, as with put().
	 */
	bool (*change)(void *self, struct error *err);
	bool apart; /* sessions are in another keyring */
};

/* Calls through the port; struct keyring documents them. */
static inline bool keyring_get(const struct keyring *keyring, const char *kind,
			       const char *name, struct secbuf **value,
			       struct error *err)
{
	return keyring->get(keyring->self, kind, name, value, err);
}

static inline bool keyring_put(const struct keyring *keyring,
			       const struct keyring_item *item,
			       const struct secbuf *value, struct error *err)
{
	return keyring->put(keyring->self, item, value, err);
}

static inline bool keyring_remove(const struct keyring *keyring,
				  const char *kind, const char *name,
				  bool *removed, struct error *err)
{
	return keyring->remove(keyring->self, kind, name, removed, err);
}

static inline bool keyring_list(const struct keyring *keyring, const char *kind,
				struct arena *arena,
				const struct keyring_item **items, size_t *n,
				struct error *err)
{
	return keyring->list(keyring->self, kind, arena, items, n, err);
}

static inline bool keyring_stamp(const struct keyring *keyring,
				 const char *profile, bool again,
				 char stamp[static KEYRING_STAMP_LEN],
				 struct error *err)
{
	return keyring->stamp(keyring->self, profile, again, stamp, err);
}

static inline bool keyring_lock(const struct keyring *keyring,
				struct error *err)
{
	return keyring->lock(keyring->self, err);
}

static inline bool keyring_unlock(const struct keyring *keyring,
				  struct error *err)
{
	return keyring->unlock(keyring->self, err);
}

static inline bool keyring_change(const struct keyring *keyring,
				  struct error *err)
{
	return keyring->change(keyring->self, err);
}

#endif
