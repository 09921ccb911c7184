#ifndef SERVE_IMDS_H
#define SERVE_IMDS_H

#include <stdbool.h>
#include <stdint.h>

#include "serve/supply.h"

struct listener_answer;
struct listener_request;

#define IMDS_KEY_LEN   32
#define IMDS_TOKEN_LEN 96 /* hexadecimal digits */

/*
 * Answers like the instance metadata service of EC2, version 2 ("Use IMDS", EC2
 * User Guide): PUT /latest/api/token, then GET with the token.  Only what SDKs
 * need to find credentials and a region exists.  Tokens are not stored: each
 * has its own end and a code that only this server can make.
 */
struct imds {
	struct supply *supply;
	const char *role;   /* the name that it has here */
	const char *region; /* NULL: unknown */
	unsigned port;
	const char *host; /* one more name of the server, or NULL */
	bool v1;          /* requests without a token are answered, too */
	unsigned char key[IMDS_KEY_LEN]; /* random */
	/* Of the last answer; they live until the next. */
	char token[IMDS_TOKEN_LEN + 1];
	char ttl[16];
	char text[512];
};

/* Answers a request from memory. */
void imds_answer(struct imds *imds, const struct listener_request *request,
		 struct moment now, struct listener_answer *answer);

#endif
