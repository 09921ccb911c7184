#ifndef API_EXCHANGE_H
#define API_EXCHANGE_H

#include <stdbool.h>
#include <stddef.h>

#include "api/caller.h"
#include "base/attrs.h"
#include "port/http.h"

struct error;
struct secbuf;

/* The error that an answer holds, in AWS's own words. */
struct exchange_fault {
	char code[64];          /* "AccessDenied"; "" if the answer has none */
	struct secbuf *message; /* NULL if there is none; freed by exchange.c */
};

/* What an answer turned out to be, as a protocol's reader says. */
enum exchange_reading {
	EXCHANGE_RESULT,  /* the action's result, stored by the reader */
	EXCHANGE_FAULT,   /* one of AWS's errors */
	EXCHANGE_FOREIGN, /* not a document of this protocol: a proxy's page */
	EXCHANGE_NO_MEMORY, /* to read it */
};

/*
 * One request to AWS.  The protocols (query.h, json_rpc.h, rest_json.h) fill it
 * in; texts are borrowed until exchange_send() returns.
 */
struct exchange {
	const struct api_caller *caller;
	const char *action;          /* for --debug: "AssumeRole" */
	const char *service;         /* signing name; NULL: send it unsigned */
	const char *method;          /* "POST" or "GET" */
	const char *path;            /* added to the endpoint's, encoded */
	const char *query;           /* encoded and sorted by name; or NULL */
	const char *content_type;    /* NULL if there is no body */
	const char *target;          /* X-Amz-Target; or NULL */
	struct http_header more;     /* a header more; its value is a secret */
	const struct secbuf *body;   /* or NULL */
	const struct secbuf *secret; /* in the body: never quoted; or NULL */
	size_t max_answer;           /* bytes */
	bool spends_code;            /* a code in it is good for one request */
	enum exchange_reading (*read)(const struct exchange *exchange,
				      const struct http_answer *answer,
				      void *result,
				      struct exchange_fault *fault);
};

/*
 * Sign and send the request, read the answer, and send it again while retry.h
 * allows.  The reader stores what it made of the answer in result, which is
 * left alone on failure.  *sent, if not NULL, becomes true once the request may
 * have reached AWS, whatever is returned: a code in it is then spent.  Fails as
 * api/caller.h says.
 */
bool exchange_send(const struct exchange *exchange, void *result, bool *sent,
		   struct error *err) MUST_CHECK;

#endif
