#ifndef API_CALLER_H
#define API_CALLER_H

#include <stdint.h>

#include "aws/endpoint.h"

struct clock;
struct credentials;
struct http;
struct notices;

/* What every request needs: who signs, where it goes, through what. */
struct api_caller {
	const struct http *http;
	const struct clock *clock;
	const struct notices *notices;   /* for --debug: one line a request */
	const struct credentials *creds; /* borrowed */
	struct endpoint endpoint;
};

/*
 * Failures of every function of api/: ERROR_DENIED with AWS's error code as
 * the topic and its message in the text ("AccessDenied: User: ... is not
 * authorized ..."), ERROR_NETWORK, ERROR_PROTOCOL (an answer that is no AWS
 * answer: a proxy's page), ERROR_MEMORY.  Nothing is sent twice.
 */

#endif
