#ifndef API_REST_JSON_H
#define API_REST_JSON_H

#include <stdbool.h>

#include "api/caller.h"
#include "api/exchange.h"
#include "base/attrs.h"
#include "port/http.h"

struct error;
struct json;
struct secbuf;

/*
 * Services with unsigned requests: IAM Identity Center's portal (a bearer token
 * in a header), its OIDC service, and sign-in.  GET with a query, or POST with
 * JSON; the response is JSON ("AWS restJson1 protocol", smithy.io).
 */
struct rest_json {
	const struct api_caller *caller;
	const char *action;          /* for --debug: "GetRoleCredentials" */
	const char *method;          /* "GET" or "POST" */
	const char *path;            /* "/federation/credentials", encoded */
	struct secbuf *members;      /* the query or the body so far */
	struct http_header header;   /* with a secret value: never quoted */
	struct exchange_proof proof; /* a header, or none */
	const struct secbuf *secret; /* in the body: never quoted; or NULL */
	bool spends_code;            /* as in struct exchange */
};

/*
 * Begins a request without members.  Free it with rest_json_clear().  The
 * credentials of caller are not used and may be NULL.
 */
struct rest_json rest_json_begin(const struct api_caller *caller,
				 const char *action, const char *method,
				 const char *path);
void rest_json_clear(struct rest_json *rest);

/* Adds a member of the query or the body; NULL is skipped. */
void rest_json_put(struct rest_json *rest, const char *name, const char *value);

/* Adds a list, given with commas ("a,b"), to a body; NULL is skipped. */
void rest_json_put_list(struct rest_json *rest, const char *name,
			const char *list);

/*
 * Sends the request.  Succeeds with status 200 and a JSON document that is not
 * an error, which the caller owns; an empty body is an empty object.  Fails,
 * and sets *sent, like exchange_send(); OAuth's "authorization_pending" is an
 * AWS error code.
 */
struct json *rest_json_send(struct rest_json *rest, bool *sent,
			    struct error *err) MUST_CHECK;

#endif
