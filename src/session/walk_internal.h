#ifndef SESSION_WALK_INTERNAL_H
#define SESSION_WALK_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>

#include "api/caller.h"
#include "aws/credentials.h"
#include "base/attrs.h"
#include "session/store/key.h"

struct code_source;
struct error;
struct plan;
struct secbuf;
struct session_request;
struct step;
struct world;

#define ORIGIN_LEN 129 /* of an access key id, with its NUL */
#define LOCKS_MAX  32
#define CODE_TRIES 3  /* that a person has, whatever is wrong with them */
#define CODE_STEP  30 /* seconds that a code is good: RFC 6238 */

/* A plan being carried out: how far it is, and what it holds on the way. */
struct walk {
	const struct plan *plan;
	const struct session_request *request;
	const struct world *world;
	struct api_skew *skew;
	struct credentials creds; /* of the last step done: signs the next */
	size_t done;              /* how many steps creds stand for */
	size_t cached;            /* how many of them came from the cache */
	bool stored;              /* the key came from the keyring */
	bool lost;                /* what the walk began with is gone there */
	int64_t begun;            /* when that was read, */
	char origin[ORIGIN_LEN];  /* and its access key id */
	const struct code_source *source; /* of codes; NULL: not chosen yet */
	struct secbuf *seed;      /* of the device, if it is stored; or NULL */
	struct secbuf *code;      /* for the next request that takes one */
	int64_t code_step;        /* in which it went out */
	struct secbuf *last_code; /* that went out; or NULL */
	int n_asked;              /* how often one was asked for */
	bool gave_up;             /* whoever was asked gave none */
	char user_arn[KEY_ARN_LEN];
	int locks[LOCKS_MAX];
	size_t n_locks;
};

/* The caller of a request that the walk's credentials sign. */
struct api_caller session_request_caller(const struct walk *w,
					 struct endpoint endpoint);

/*
 * A code for the device, into w->code, from the source that there is.  If one of
 * this 30 s step went out already, the next step is waited for where somebody or
 * something can give its code; else it is ERROR_PERSON, TOPIC_SPENT_CODE.
 */
bool mfa_spend_obtain(struct walk *w, const char *serial,
		      struct error *err) MUST_CHECK;

/* Is there anybody or anything that could give another one? */
bool mfa_spend_can_repeat(const struct walk *w);

/*
 * Note that w->code goes out now.  If another process was quicker in this
 * step, another code is obtained first.  Whatever comes of the request, the
 * code is then spent: mfa_spend_is_spent(), which takes the note back where nothing
 * was sent.
 */
bool mfa_spend_code(struct walk *w, const char *serial,
		    struct error *err) MUST_CHECK;
void mfa_spend_is_spent(struct walk *w, const char *serial, bool sent);

/*
 * Do a step, with the credentials of the one before: the request, and others
 * for a code that is refused or lost, or a session that is too long.  out is
 * the caller's.
 */
bool session_request_step(struct walk *w, const struct step *step,
			  struct credentials *out,
			  struct error *err) MUST_CHECK;

#endif
