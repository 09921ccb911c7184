#ifndef AWS_CREDENTIALS_H
#define AWS_CREDENTIALS_H

#include <stdint.h>

struct secbuf;

/* What signs a request: a long-lived key, or a session if it has a token. */
struct credentials {
	char *access_key_id;          /* public; owned */
	struct secbuf *secret_key;    /* owned */
	struct secbuf *session_token; /* owned; NULL for a long-lived key */
	int64_t expires;              /* seconds since the epoch; 0 is never */
};

/* Move from into to, which is cleared first; from is then empty. */
void credentials_move(struct credentials *to, struct credentials *from);

/* Wipe and give back what c owns, and leave it empty. */
void credentials_clear(struct credentials *c);

#endif
