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

/* Seconds that a session in the middle of a chain must have left. */
#define INNER_TTL 60

/* What a session record holds: creds, and whose key they come from. */
struct cached {
	struct credentials creds; /* without an access_key_id: none */
	char user_arn[KEY_ARN_LEN];
};

/*
 * Look for what step n gives; the caller owns cached->creds.  They are empty,
 * and the call a success, if it is not cached, has less than ttl seconds left,
 * or is no record of ours.  Failures are a keyring that cannot be read, and a
 * lack of memory.
 */
bool cache_find(const struct plan *plan, size_t n, int64_t ttl,
		const struct world *world, struct cached *cached,
		struct error *err) MUST_CHECK;

/* Keep what step n gave.  A failure is a warning: it is only a cache. */
void cache_keep(const struct plan *plan, size_t n,
		const struct credentials *creds, const char *user_arn,
		const struct world *world);

/* Forget what step n gave. */
void cache_drop(const struct plan *plan, size_t n, const struct world *world);

/*
 * The credentials that a plan's first step names: the key stored for its
 * profile, or else the files' own.  *stored says that it was the keyring's.
 */
bool stored_key_load(const struct plan *plan, const struct world *world,
		     struct credentials *creds,
		     char user_arn[static KEY_ARN_LEN], bool *stored,
		     struct error *err) MUST_CHECK;

/* The RoleSessionName that a caller's ARN gives, cut to AWS's alphabet. */
#define ROLE_SESSION_NAME_LEN 65
void role_session_name(const char *user_arn, const char *login_name,
		       char name[static ROLE_SESSION_NAME_LEN]);

#endif
