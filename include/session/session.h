#ifndef SESSION_SESSION_H
#define SESSION_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attrs.h"
#include "crypto/name.h"
#include "session/store/key.h"

struct arena;
struct credentials;
struct error;
struct plan;
struct secbuf;
struct world;

struct session_request {
	int64_t min_ttl; /* seconds a cached one must have left */
	bool refresh;    /* --refresh: look at no cached one */
	const struct secbuf *mfa_token; /* -t, or NULL; borrowed */
	bool ykman;             /* codes come from a YubiKey, by ykman */
	const char *login_name; /* if AWS names no user; or NULL */
	int patience; /* seconds to wait for another process that asks */
};

/*
 * Can the source of the plan's chain be used?  Some are planned and explained,
 * and no more: ERROR_CONFIG with TOPIC_NOT_CARRIED_OUT.
 */
bool stored_key_can_begin(const struct plan *plan,
			  struct error *err) MUST_CHECK;

/*
 * Get the credentials that plan ends in from the cache, if they have at least
 * request->min_ttl seconds left.  *found: the caller owns creds, and frees them
 * with credentials_clear().  A source that cannot be used fails before the
 * keyring is opened; a cache that cannot be read counts as empty.
 */
bool session_cache_obtain(const struct plan *plan,
			  const struct session_request *request,
			  const struct world *world, struct credentials *creds,
			  bool *found, struct error *err) MUST_CHECK;

/*
 * The full executable's maker: look from the plan's end for the last step whose
 * credentials are cached and fresh, lock and look again, then do the steps
 * after it, in order, once each.  The err of a failed step says which.
 */
bool session_walk(const struct plan *plan,
		  const struct session_request *request,
		  const struct world *world, struct credentials *creds,
		  struct error *err) MUST_CHECK;

/*
 * The key that the plan begins with, and its user's ARN ("" if that is not
 * known): creds are the caller's.  ERROR_CONFIG if it is nowhere.
 */
bool stored_key_of_plan(const struct plan *plan, const struct world *world,
			struct credentials *creds,
			char user_arn[static KEY_ARN_LEN],
			struct error *err) MUST_CHECK;

/*
 * Could the role that AWS denied be one that wants a code?  Its request was
 * signed by a lasting key, it is the first of the chain, and no MFA serial was
 * known.
 */
bool session_devices_may_help(const struct plan *plan, const struct error *err);

/*
 * The MFA devices of the user whose key the plan begins with: serial numbers in
 * arena.  Fails as api/caller.h says, or as the keyring does.
 */
bool session_devices(const struct plan *plan, const struct world *world,
		     struct arena *arena, const char *const **serials,
		     size_t *n, struct error *err) MUST_CHECK;

/* The name in the keyring of what step n of the plan gives. */
void session_cache_name(const struct plan *plan, size_t n,
			char name[static NAME_LEN]);

/*
 * A look into the cache for one step: *expires is 0 if nothing is cached.
 * Nothing but the expiry is kept of what is read.
 */
bool session_cache_peek(const struct plan *plan, size_t n,
			const struct world *world, int64_t *expires,
			struct error *err) MUST_CHECK;

#endif
