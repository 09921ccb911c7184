#ifndef API_EXCHANGE_H
#define API_EXCHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "api/caller.h"
#include "base/attrs.h"
#include "port/http.h"

struct error;
struct secbuf;

/* The error in a response, in AWS's own words. */
struct exchange_fault {
	char code[64];          /* "AccessDenied"; "" if the answer has none */
	struct secbuf *message; /* NULL if there is none; freed by exchange.c */
};

/* The kind of a response, as determined by a protocol's reader. */
enum exchange_reading {
	EXCHANGE_RESULT, /* the action's result, stored by the reader */
	EXCHANGE_FAULT,  /* one of AWS's errors */
	EXCHANGE_FOREIGN, /* not a document of this protocol, such as a proxy's page */
	EXCHANGE_NO_MEMORY, /* to read it */
};

/*
 * A header that proves possession of a key, with the URL and the time of each
 * attempt, such as that of RFC 9449.
 */
struct exchange_proof {
	const char *header; /* NULL: none */
	/* Makes the value, which the caller owns; now is AWS's time. */
	bool (*make)(const void *self, const char *url, int64_t now,
		     struct secbuf **value, struct error *err);
	const void *self; /* borrowed */
};

/*
 * One request to AWS.  The protocols (query.h, json_rpc.h, rest_json.h) fill it
 * in; texts are borrowed until exchange_send() returns.
 */
struct exchange {
	const struct api_caller *caller;
	const char *action;       /* for --debug: "AssumeRole" */
	const char *service;      /* signing name; NULL: send it unsigned */
	const char *method;       /* "POST" or "GET" */
	const char *path;         /* added to the endpoint's, encoded */
	const char *query;        /* encoded and sorted by name; or NULL */
	const char *content_type; /* NULL without a body */
	const char *target;       /* X-Amz-Target; or NULL */
	struct http_header more;  /* an additional header with a secret value */
	struct exchange_proof proof; /* another header, made for each attempt */
	const struct secbuf *body;   /* or NULL */
	const struct secbuf *secret; /* in the body: never quoted; or NULL */
	size_t max_answer;           /* bytes */
	bool spends_code;            /* a code in it is valid for one request */
	enum exchange_reading (*read)(const struct exchange *exchange,
				      const struct http_answer *answer,
				      void *result,
				      struct exchange_fault *fault);
};

/*
 * Signs and sends the request, reads the response, and repeats this while
 * retry.h allows.  The reader stores its result in result, which is unchanged
 * on failure.  *sent, if not NULL, is set once the request may have reached
 * AWS, even on failure: its code is then used up.  Fails like api/caller.h.
 */
bool exchange_send(const struct exchange *exchange, void *result, bool *sent,
		   struct error *err) MUST_CHECK;

#endif
