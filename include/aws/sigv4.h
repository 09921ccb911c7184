#ifndef AWS_SIGV4_H
#define AWS_SIGV4_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attrs.h"

struct credentials;
struct error;
struct strbuf;

/*
 * Signs with AWS Signature Version 4 in its header form.  It is a pure
 * function, without clock, file, environment or network, so the published test
 * vectors are checked byte for byte.
 *
 * The covered headers are fields, not a list: there is nothing to sort, repeat
 * or forget.  Only requests of our API clients can be expressed.
 */
struct sigv4_request {
	const char *method; /* "GET" or "POST" */
	const char *host;   /* as sent in Host, port included if sent */
	const char *path;   /* absolute and percent-encoded, "/" at least */
	const char *query;  /* encoded and sorted by name, or "" */
	const char *content_type; /* NULL if there is no body */
	const char *target;       /* X-Amz-Target of a JSON service, or NULL */
	const void *body;         /* may be NULL if body_len is 0 */
	size_t body_len;          /* bytes */
};

struct sigv4_scope {
	const char *region;  /* "eu-west-1" */
	const char *service; /* "sts": the signing name, not the host's */
	int64_t now;         /* seconds since the epoch; AWS allows 5 min off */
};

#define SIGV4_DATE_LEN sizeof("20150830T123600Z")

/*
 * Signs req with cred.  Writes the value of X-Amz-Date to date and appends the
 * value of Authorization to authorization.  The caller also sends cred's
 * session token, if any, as X-Amz-Security-Token.
 *
 * All parameters are borrowed for the call.  Copies of the secret key and of
 * the token are overwritten before it returns.
 *
 * Fails with ERROR_MEMORY, also if the headers exceed 16 KiB; ERROR_USAGE if a
 * text has a line break, scope->now is not a four-digit year or cred has no
 * key; ERROR_SYSTEM if libcrypto has no SHA-256. date and authorization are
 * then not usable.
 */
bool sigv4_sign(const struct sigv4_request *req,
		const struct sigv4_scope *scope, const struct credentials *cred,
		char date[static SIGV4_DATE_LEN], struct strbuf *authorization,
		struct error *err) MUST_CHECK;

#endif
