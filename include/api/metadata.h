#ifndef API_METADATA_H
#define API_METADATA_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attrs.h"
#include "port/http.h"

struct clock;
struct credentials;
struct error;
struct notices;

/*
 * Services that give the credentials of the machine's or container's role to
 * any program on it, without a signature: EC2's instance metadata, and the
 * container endpoint of ECS, EKS and the like.
 */
struct metadata_call {
	const struct http *http;
	const struct clock *clock;
	const struct notices *notices; /* for --debug: one line a request */
	const char *method;            /* "GET" or "PUT" */
	const char *url;
	struct http_header
		header; /* its value may be secret; name may be NULL */
	int timeout;    /* seconds, to connect and for all of it */
	int attempts;   /* in all, if the service is busy */
	int64_t pause;  /* milliseconds between two of them */
	bool patient;   /* repeat also if nobody answered */
};

/*
 * Sends a request, never through a proxy, and receives an answer with status
 * 200, which the caller owns.  AWS_REFUSED with the code of a JSON error;
 * METADATA_REFUSED, with the URL as path and the status as number; ERROR_NETWORK,
 * ERROR_PROTOCOL, ERROR_MEMORY.
 */
bool metadata_send(const struct metadata_call *call, struct http_answer *answer,
		   struct error *err) MUST_CHECK;

/*
 * Reads the JSON of either service.  The caller owns creds.  ERROR_PROTOCOL; a
 * "Code" other than "Success" is AWS_REFUSED.
 */
bool metadata_read(const struct http_answer *answer, struct credentials *creds,
		   struct error *err) MUST_CHECK;

#endif
