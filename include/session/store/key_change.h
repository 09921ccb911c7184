#ifndef SESSION_STORE_KEY_CHANGE_H
#define SESSION_STORE_KEY_CHANGE_H

#include <stdbool.h>

#include "base/attrs.h"

struct credentials;
struct endpoint;
struct error;
struct keyring;
struct world;

/*
 * Changes of stored keys.  Each drops the sessions that were made with the old
 * key.  A walk (session/session.h) compares the key and stores a session under
 * the same lock, so that no session of an old key is stored afterwards.
 */

/*
 * Locks the key of a profile, waiting a few seconds.  Without a place for locks
 * *lock is -1 and the call succeeds.  ERROR_PERSON if another process keeps the
 * lock.
 */
bool key_change_lock(const struct world *world, const char *profile, int *lock,
		     struct error *err) MUST_CHECK;
void key_change_unlock(const struct world *world, int lock);

/* The sessions that a change dropped; or why it could not. */
struct key_change {
	unsigned dropped;
	bool failed; /* then *why says how; the key was changed */
};

/*
 * Stores a key (see key_store()) in keyring, which is world->keyring or another
 * one, and drops the sessions of the key that was there.
 */
bool key_change_replace(const struct world *world,
			const struct keyring *keyring, const char *profile,
			const struct credentials *creds, const char *arn,
			const struct endpoint *sts, struct key_change *change,
			struct error *why, struct error *err) MUST_CHECK;

/*
 * Drops the sessions of a stored key, then removes the key, and the journal of a
 * rotation that was interrupted.
 */
bool key_change_remove(const struct world *world, const struct keyring *keyring,
		       const char *profile, unsigned *dropped,
		       struct error *err) MUST_CHECK;

/* Drops the sessions of a stored key; profile NULL: all sessions. */
bool key_change_drop(const struct world *world, const struct keyring *keyring,
		     const char *profile, unsigned *dropped,
		     struct error *err) MUST_CHECK;

#endif
