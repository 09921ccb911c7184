#ifndef API_CALLER_H
#define API_CALLER_H

#include <stdbool.h>
#include <stdint.h>

#include "aws/endpoint.h"

struct clock;
struct credentials;
struct http;
struct notices;

/*
 * What the Date headers of AWS's answers say of this machine's clock.  One for
 * all requests of a command, and not kept any longer.
 */
struct api_skew {
	int64_t ahead;   /* seconds that AWS's clock is ahead of ours */
	bool known;      /* an answer has said so */
	bool correcting; /* AWS refused our time: requests are signed by its */
};

/* What every request needs: who signs, where it goes, through what. */
struct api_caller {
	const struct http *http;
	const struct clock *clock;
	struct api_skew *skew; /* borrowed; or NULL: nobody wants to know */
	int max_attempts;      /* 0: the AWS SDKs' default, 3 */
	const struct notices *notices;   /* for --debug: one line a request */
	const struct credentials *creds; /* borrowed */
	struct endpoint endpoint;
	const char *ca_bundle; /* a file of certificates, or NULL; borrowed */
};

/*
 * Failures of every function of api/: ERROR_DENIED with AWS's error code as
 * the topic and its message in the text ("AccessDenied: User: ... is not
 * authorized ..."), ERROR_NETWORK, ERROR_PROTOCOL (an answer that is no AWS
 * answer: a proxy's page), ERROR_MEMORY.
 *
 * A request that may succeed the next time is sent again, signed anew, as the
 * AWS SDKs do in standard mode ("Retry behavior" of their reference guide):
 * max_attempts in all, after a random wait of up to 1 s, 2 s, ... 20 s.  One
 * that carries an MFA code is not, once it may have reached AWS.  Where AWS
 * refuses the time of a request, it is sent once more with AWS's own, a code
 * in it as well: AWS looks at a code only behind a good signature.
 */

#endif
