#ifndef SESSION_SESSION_INTERNAL_H
#define SESSION_SESSION_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aws/credentials.h"
#include "base/attrs.h"
#include "session/store/key.h"

struct error;
struct plan;
struct world;

/* Seconds that a session in the middle of a chain must last. */
#define INNER_TTL 60

/* A session record: credentials, and the user whose key they come from. */
struct cached {
	struct credentials creds; /* without an access_key_id: none */
	char user_arn[KEY_ARN_LEN];
};

/*
 * Looks up the result of step n; the caller owns cached->creds.  They are
 * empty, and the call succeeds, if nothing is cached, if it lasts less than ttl
 * seconds, or if the record is malformed.  Fails if the keyring cannot be read,
 * or out of memory.
 */
bool cache_find(const struct plan *plan, size_t n, int64_t ttl,
		const struct world *world, struct cached *cached,
		struct error *err) MUST_CHECK;

/* Caches the result of step n. A failure is only a warning. */
void cache_keep(const struct plan *plan, size_t n,
		const struct credentials *creds, const char *user_arn,
		const struct world *world);

/* Removes the result of step n from the cache. */
void cache_drop(const struct plan *plan, size_t n, const struct world *world);

/*
 * Loads the credentials of a plan's first step: the key stored for its profile,
 * or else the one in the files.  *stored says which.
 */
bool stored_key_load(const struct plan *plan, const struct world *world,
		     struct credentials *creds,
		     char user_arn[static KEY_ARN_LEN], bool *stored,
		     struct error *err) MUST_CHECK;

/*
 * Derives the RoleSessionName from the caller's ARN, reduced to AWS's character
 * set.
 */
#define ROLE_SESSION_NAME_LEN 65
void role_session_name(const char *user_arn, const char *login_name,
		       char name[static ROLE_SESSION_NAME_LEN]);

#endif
