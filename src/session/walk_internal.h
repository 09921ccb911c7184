#ifndef SESSION_WALK_INTERNAL_H
#define SESSION_WALK_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>

#include "api/caller.h"
#include "aws/credentials.h"
#include "base/attrs.h"
#include "session/session_internal.h"
#include "session/store/key.h"

struct code_source;
struct error;
struct plan;
struct secbuf;
struct session_request;
struct step;
struct world;

#define LOCKS_MAX  32
#define CODE_TRIES 3  /* that the user may enter */
#define CODE_STEP  30 /* seconds that a code is valid: RFC 6238 */

/*
 * Formats the name of the lock of a step: of its session, or of its device if
 * there is nothing else to share.  Returns name.
 */
#define WAIT_NAME_LEN 512
const char *wait_name(const struct plan *plan, size_t n,
		      const struct world *world,
		      char name[static WAIT_NAME_LEN]);

/* The same for the device, if that is another lock; else false. */
bool wait_device_name(const struct plan *plan, size_t n,
		      char name[static WAIT_NAME_LEN]);

/* A plan being executed: its progress and what it holds. */
struct walk {
	const struct plan *plan;
	const struct session_request *request;
	const struct world *world;
	struct api_skew *skew;
	struct credentials creds;    /* of the last step; signs the next */
	size_t done;                 /* number of steps executed */
	size_t cached;               /* number of them found in the cache */
	struct key_known key;        /* that the chain starts from */
	char began_with[KEY_ID_LEN]; /* access key id of the cached session */
	const struct code_source *source; /* of codes; NULL: not chosen yet */
	struct secbuf *seed;      /* of the device, if it is stored; or NULL */
	struct secbuf *code;      /* for the next request that needs one */
	int64_t code_step;        /* the step in which it was sent */
	struct secbuf *last_code; /* the last one that was sent; or NULL */
	int n_asked;              /* how often a code was asked for */
	bool gave_up;             /* no code was given */
	char user_arn[KEY_ARN_LEN];
	int locks[LOCKS_MAX];
	size_t lock_step[LOCKS_MAX]; /* that each is for: the last one first */
	size_t n_locks;
};

/*
 * Fails if the CA bundle does not exist: no request can succeed, so that no code
 * must be asked for.
 */
bool session_request_can_trust(const struct walk *w,
			       struct error *err) MUST_CHECK;

/* Returns the caller of a request signed by the walk's credentials. */
struct api_caller session_request_caller(const struct walk *w,
					 struct endpoint endpoint);

/*
 * Obtains a code for the device, in w->code.  If one of this 30 s step was
 * already sent, waits for the next step if the source can supply another code;
 * otherwise fails with ERROR_PERSON.
 */
bool mfa_spend_obtain(struct walk *w, const char *serial,
		      struct error *err) MUST_CHECK;

/* Tests whether the source could supply another code. */
bool mfa_spend_can_repeat(const struct walk *w);

/*
 * Notes that w->code is about to be sent.  If another process was faster in
 * this step, another code is obtained first.  After the request, whatever its
 * result, call mfa_spend_is_spent(), which removes the note if nothing was
 * sent.
 */
bool mfa_spend_code(struct walk *w, const char *serial,
		    struct error *err) MUST_CHECK;
void mfa_spend_is_spent(struct walk *w, const char *serial, bool sent);

/*
 * Executes a step with the credentials of the previous one, and repeats its
 * request after a refused or lost code, or a duration that is too long.  The
 * caller owns out.
 */
bool session_request_step(struct walk *w, const struct step *step,
			  struct credentials *out,
			  struct error *err) MUST_CHECK;

#endif
