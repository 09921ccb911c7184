#ifndef AWS_CREDENTIALS_H
#define AWS_CREDENTIALS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attrs.h"

struct error;
struct secbuf;

#define CREDENTIALS_NAME_LEN 65 /* of a RoleSessionName, with its NUL */

/* Signs requests: a long-lived key, or a session if it has a token. */
struct credentials {
	char *access_key_id;          /* public; owned */
	struct secbuf *secret_key;    /* owned */
	struct secbuf *session_token; /* owned; NULL for a long-lived key */
	int64_t expires; /* AWS's Expiration, seconds since the epoch; 0: never */
	int64_t ends;    /* the same moment by this machine's clock */
	/* The RoleSessionName that they were made with; "" if none is known. */
	char session_name[CREDENTIALS_NAME_LEN];
};

/* Moves from into to, which is cleared first. from is empty afterwards. */
void credentials_move(struct credentials *to, struct credentials *from);

/*
 * Checks that each part has the form that AWS gives it (aws/limits.h), without
 * line breaks, blanks and quotes.  Every reader of credentials from outside
 * calls this.  BAD_CREDENTIALS with the part as .other, without its value.
 */
bool credentials_check(const struct credentials *c,
		       struct error *err) MUST_CHECK;

/*
 * The same for a program of the user, which may serve another system than AWS:
 * the access key ID needs only visible ASCII without blanks.
 */
bool credentials_check_any(const struct credentials *c,
			   struct error *err) MUST_CHECK;

/* Overwrites and frees what c owns, and leaves it empty. */
void credentials_clear(struct credentials *c);

#endif
