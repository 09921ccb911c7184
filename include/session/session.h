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
struct step;
struct world;

struct session_request {
	int64_t min_ttl; /* seconds that a cached session must last */
	bool refresh;    /* --refresh: ignore cached sessions */
	const struct secbuf *mfa_token; /* -t, or NULL; borrowed */
	bool ykman;             /* codes come from a YubiKey, by ykman */
	const char *login_name; /* if AWS reports no user; or NULL */
	const char *browser;    /* the user's choice, or NULL */
	bool sso_shared;        /* sso_cache = shared */
	int patience; /* seconds to wait for another process that asks */
};

/*
 * Gets the credentials that the plan ends with from the cache, if they last at
 * least request->min_ttl seconds.  If *found, the caller owns creds:
 * credentials_clear().  A cache that cannot be read is treated as empty.
 */
void session_cache_obtain(const struct plan *plan,
			  const struct session_request *request,
			  const struct world *world, struct credentials *creds,
			  bool *found);

/*
 * Waits while another process makes the session that the plan ends with, at most
 * request->patience seconds, and takes no lock.  *waited: one did, and
 * session_cache_obtain() may find it now.  Fails like locks_wait().
 */
bool session_wait(const struct plan *plan,
		  const struct session_request *request,
		  const struct world *world, bool *waited,
		  struct error *err) MUST_CHECK;

/*
 * Executes a plan; the maker of rolekey-full.  Searches from the end for the
 * last step whose credentials are cached, takes locks and searches again, then
 * executes the steps after it, in order, once each.  The error says which step
 * failed.  The caller owns creds.
 */
bool session_walk(const struct plan *plan,
		  const struct session_request *request,
		  const struct world *world, struct credentials *creds,
		  struct error *err) MUST_CHECK;

/*
 * Tests whether the role that AWS denied may require a code: the request was
 * signed by a long-lived key, the role is the first of the chain, and no MFA
 * serial was known.
 */
bool session_devices_may_help(const struct plan *plan, const struct error *err);

/*
 * Gets the cached credentials that the plan ends with, if they last longer than
 * ttl seconds, after a walk has failed.  Unlike session_cache_obtain() it reads
 * the stored key if that is needed to know whose session it is.  The caller owns
 * creds: credentials_clear().
 */
bool session_cache_rest(const struct plan *plan, int64_t ttl,
			const struct world *world,
			struct credentials *creds) MUST_CHECK;

/*
 * Lists the MFA devices of the user whose key the plan starts with: serials in
 * arena.  Fails like api/caller.h, or like the keyring.
 */
bool session_devices(const struct plan *plan, const struct world *world,
		     struct arena *arena, const char *const **serials,
		     size_t *n, struct error *err) MUST_CHECK;

/*
 * Computes the name in the keyring of the result of step n: a digest of all
 * that shapes it.  from_files: if the key of the AWS files is used where a
 * stored key would come first.
 */
void session_cache_name(const struct plan *plan, size_t n, bool from_files,
			const struct world *world, char name[static NAME_LEN]);

/*
 * The same for several steps of a plan, with each step's fields added once:
 * begin with the first step, add the steps after it in order, and get the name
 * of the last that was added.
 */
void session_cache_name_begin(struct name_state *names, const struct plan *plan,
			      bool from_files, const struct world *world);
void session_cache_name_add(struct name_state *names, const struct step *step);
void session_cache_name_get(const struct name_state *names,
			    char name[static NAME_LEN]);

/* Tests whether the key of the AWS files may be used for a stored one. */
bool session_cache_falls_back(const struct plan *plan);

/*
 * Computes the name in the ledger for facts about a role or a device that AWS
 * reported or received.  A custom endpoint has a name of its own.
 */
#define SESSION_LEDGER_LEN 4800
void session_ledger_name(const struct plan *plan, const char *subject,
			 char name[static SESSION_LEDGER_LEN]);

/*
 * Looks up when the cached result of step n expires.  *expires is 0 if nothing
 * is cached.  Credentials that were read are discarded.
 */
bool session_cache_peek(const struct plan *plan, size_t n,
			const struct world *world, int64_t *expires,
			struct error *err) MUST_CHECK;

#endif
