#ifndef SESSION_STORE_ROTATION_H
#define SESSION_STORE_ROTATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aws/credentials.h"
#include "base/attrs.h"
#include "session/store/key.h"

struct error;
struct keyring;

/*
 * The journal of a rotation that replaces an access key: an item of the keyring
 * that has the key, named for its profile.  It is stored before AWS creates a
 * key, stored again with the new key, and removed when the old key is gone.  So
 * a new key is in the keyring, beside the old one, before anything uses it.
 */
struct rotation {
	const char *profile;     /* borrowed */
	char old_id[KEY_ID_LEN]; /* the access key id that is being replaced */
	int64_t started;         /* by AWS's clock, seconds since the epoch */
	bool keep_old;           /* the old key stays, inactive */
	/* The key that AWS created; empty until AWS has answered. */
	struct credentials created;
};

/* Overwrites and frees what it owns, and leaves it empty. */
void rotation_clear(struct rotation *rotation);

/* Stores the journal, reads it back and compares. Fails like the keyring. */
bool rotation_store(const struct keyring *keyring,
		    const struct rotation *rotation,
		    struct error *err) MUST_CHECK;

/*
 * Loads the journal of a profile.  *found is false, and the call a success, if
 * there is none.  The caller owns rotation: rotation_clear().
 */
bool rotation_load(const struct keyring *keyring, const char *profile,
		   struct rotation *rotation, bool *found,
		   struct error *err) MUST_CHECK;

/* Removes the journal of a profile, if there is one. */
bool rotation_remove(const struct keyring *keyring, const char *profile,
		     struct error *err) MUST_CHECK;

#endif
