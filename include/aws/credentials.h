#ifndef AWS_CREDENTIALS_H
#define AWS_CREDENTIALS_H

#include <stdint.h>

struct secbuf;

/* Signs requests: a long-lived key, or a session if it has a token. */
struct credentials {
	char *access_key_id;          /* public; owned */
	struct secbuf *secret_key;    /* owned */
	struct secbuf *session_token; /* owned; NULL for a long-lived key */
	int64_t expires;              /* seconds since the epoch; 0: never */
};

/* Moves from into to, which is cleared first. from is empty afterwards. */
void credentials_move(struct credentials *to, struct credentials *from);

/* Overwrites and frees what c owns, and leaves it empty. */
void credentials_clear(struct credentials *c);

#endif
