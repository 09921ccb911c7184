#ifndef PORT_KEYRING_H
#define PORT_KEYRING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct error;
struct secbuf;

/* The kinds of item. A kind and a name are an item's address. */
#define KEYRING_KEY     "key"     /* a long-lived key; named for its profile */
#define KEYRING_SESSION "session" /* a cached session; named by a digest */
#define KEYRING_SEED    "seed"    /* of a TOTP device; named by its serial */

/*
 * What is said of an item without its secret.  None of it is secret: the
 * Secret Service keeps it in the clear.
 */
struct keyring_item {
	const char *kind;
	const char *name;
	const char *label;  /* for people, in Seahorse */
	const char *origin; /* the profile whose stored key it comes from */
	int64_t expires;    /* seconds since the epoch; 0 is never */
};

/*
 * Where keys and sessions lie.  Failures: ERROR_KEYRING (with a topic that
 * says why), ERROR_PERSON where somebody would have to act and cannot be
 * asked, ERROR_INTERRUPTED, ERROR_MEMORY.  Each call is bounded in time: 5 s,
 * or 60 s where a person must act.
 */
struct keyring {
	void *self;
	const char *name; /* "secret-service", "file", ...: for messages */
	const char *why;  /* why it is this one, in words; or NULL */
	/*
	 * *value (owned by the caller) is NULL, and the call a success, if
	 * there is no such item.
	 */
	bool (*get)(void *self, const char *kind, const char *name,
		    struct secbuf **value, struct error *err);
	/* Store, over an item of the same kind and name if there is one. */
	bool (*put)(void *self, const struct keyring_item *item,
		    const struct secbuf *value, struct error *err);
	/* *removed says whether there was one. */
	bool (*remove)(void *self, const char *kind, const char *name,
		       bool *removed, struct error *err);
	/* All items of a kind, sorted by name, in arena. */
	bool (*list)(void *self, const char *kind, struct arena *arena,
		     const struct keyring_item **items, size_t *n,
		     struct error *err);
	/*
	 * Forget what opens it without a person; and take that in now, asking
	 * if need be.  All three NULL where the keyring has no passphrase of its
	 * own.  A keyring that does not exist yet is open, and is locked by
	 * doing nothing.
	 */
	bool (*lock)(void *self, struct error *err);
	bool (*unlock)(void *self, struct error *err);
	/*
	 * Another passphrase: asks for the old one, whatever is unlocked, and
	 * twice for the new one.  Old content or new, as of put().
	 */
	bool (*change)(void *self, struct error *err);
	bool apart; /* sessions lie in another one than keys and seeds */
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
