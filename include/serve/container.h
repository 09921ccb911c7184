#ifndef SERVE_CONTAINER_H
#define SERVE_CONTAINER_H

#include <stdbool.h>

#include "serve/supply.h"

struct error;
struct listener_answer;
struct listener_request;
struct secbuf;

/*
 * Answers the requests of AWS SDKs to a container credentials endpoint ("Container
 * credential provider", AWS SDKs and Tools Reference Guide): GET, a path that
 * names the credentials, and the token in Authorization.
 */
struct container {
	const struct secbuf *token; /* borrowed */
	unsigned port;
	const char *host; /* one more name of the server, or NULL */
	/*
	 * Finds the credentials that a path names; NULL, with err, if it names
	 * none.
	 */
	struct supply *(*find)(void *self, const char *path, struct error *err);
	void *self;
};

/* Answers a request from memory. */
void container_answer(const struct container *container,
		      const struct listener_request *request, struct moment now,
		      struct listener_answer *answer);

#endif
