#ifndef API_CALLER_H
#define API_CALLER_H

#include <stdbool.h>
#include <stdint.h>

#include "aws/endpoint.h"
#include "aws/trust.h"

struct clock;
struct credentials;
struct http;
struct notices;

/*
 * The difference between this machine's clock and AWS's, learned from the Date
 * headers of responses.  One for all requests of a command, not stored.
 */
struct api_skew {
	int64_t ahead;   /* seconds that AWS's clock is ahead of ours */
	bool known;      /* a response had a date */
	bool correcting; /* AWS refused our time: sign with its own */
};

/* Parameters of every request: credentials, endpoint and ports. */
struct api_caller {
	const struct http *http;
	const struct clock *clock;
	struct api_skew *skew;           /* borrowed; or NULL */
	int max_attempts;                /* 0: the AWS SDKs' default, 3 */
	const struct notices *notices;   /* for --debug: one line a request */
	const struct credentials *creds; /* borrowed */
	struct endpoint endpoint;
	struct trust trust; /* borrowed texts */
};

/*
 * Every function of api/ fails with ERROR_DENIED, AWS's error code and its
 * message ("AccessDenied: User: ... is not authorized ..."); ERROR_NETWORK;
 * ERROR_PROTOCOL (a response that does not come from AWS, such as the page of a
 * proxy); or ERROR_MEMORY.
 *
 * A request that may succeed later is signed and sent again, as the AWS SDKs do
 * in standard mode ("Retry behavior" of their reference guide): max_attempts
 * times in all, after a random wait of up to 1 s, 2 s, ... 20 s.  A request with
 * an MFA code is not sent again once it may have reached AWS.  If AWS refuses
 * the time of a request, it is sent once more with AWS's time, even with a code:
 * AWS verifies a code only after the signature.
 */

#endif
