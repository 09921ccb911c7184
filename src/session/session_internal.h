#ifndef SESSION_SESSION_INTERNAL_H
#define SESSION_SESSION_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aws/credentials.h"
#include "base/attrs.h"
#include "port/keyring.h"
#include "session/store/key.h"
#include "session/store/session.h"

struct error;
struct plan;
struct world;

/* Seconds that a session in the middle of a chain must last. */
#define INNER_TTL 60

/* The access key that a plan begins with, as far as it is known. */
struct key_known {
	char id[KEY_ID_LEN]; /* "" until the key was loaded */
	bool from_files;     /* not the stored one: there is none to use */
	char stamp[KEYRING_STAMP_LEN]; /* of the stored one, before that */
};

/* The content of the cache for a step. */
struct cached {
	struct session_record session; /* without an access_key_id: none */
	bool from_files;               /* made with the key of the files */
	/*
	 * There may be one, but another key may be stored now: find it again
	 * with a key that is known.
	 */
	bool in_doubt;
	bool restamp; /* made with that key; another key has changed since */
};

/*
 * Finds the session that step n gives; the caller owns cached->session.creds.
 * It is empty, and the call a success, if it is not cached, has less than ttl
 * seconds left, was made with another key than key, or cannot be read as a
 * record.  Failures are a keyring that cannot be read, and a lack of memory.
 */
bool cache_find(const struct plan *plan, size_t n, int64_t ttl,
		const struct key_known *key, const struct world *world,
		struct cached *cached, struct error *err) MUST_CHECK;

/* Stores what step n gave. A failure is a warning: it is only a cache. */
void cache_keep(const struct plan *plan, size_t n, bool from_files,
		const struct session_record *session,
		const struct world *world);

/* Removes what step n gave. */
void cache_drop(const struct plan *plan, size_t n, bool from_files,
		const struct world *world);

/*
 * Writes the stamp of the key that is stored for the plan's first step: "" if
 * the keyring cannot tell or there is none to ask for, CACHE_UNUSABLE if it
 * cannot be used.
 */
#define CACHE_UNUSABLE "unusable"
void cache_stamp(const struct plan *plan, bool again, const struct world *world,
		 char stamp[static KEYRING_STAMP_LEN]);

/* Compares the account in AWS's response with that of the requested role. */
bool assumed_check_account(const char *role, const char *assumed,
			   struct error *err) MUST_CHECK;

/*
 * Derives the RoleSessionName from the caller's ARN, reduced to AWS's character
 * set.
 */
#define ROLE_SESSION_NAME_LEN CREDENTIALS_NAME_LEN
void role_session_name(const char *user_arn, const char *login_name,
		       char name[static ROLE_SESSION_NAME_LEN]);

#endif
