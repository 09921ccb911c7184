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
 * AWS Signature Version 4, in its header form, as a pure function: no clock,
 * file, environment or network is read here, so the same request always gets
 * the same signature and the published test vectors are checked byte for byte.
 *
 * Only what our API clients send can be said: there is no list of headers to
 * sort, repeat or forget, because the covered headers are fields.
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
 * Sign req as cred.  On success date holds the value of X-Amz-Date and
 * authorization has been appended the value of Authorization; the caller also
 * sends cred's session token, if any, as X-Amz-Security-Token.
 *
 * All parameters are borrowed for the call.  Copies made of the secret key or
 * the token are wiped before this returns, whatever it returns.
 *
 * Fails with ERROR_MEMORY, also when the headers pass 16 KiB; ERROR_USAGE when
 * a text has a line break, scope->now no four-digit year or cred no key;
 * ERROR_SYSTEM when libcrypto has no SHA-256.  date and authorization then hold
 * nothing of use.
 */
bool sigv4_sign(const struct sigv4_request *req,
		const struct sigv4_scope *scope, const struct credentials *cred,
		char date[static SIGV4_DATE_LEN], struct strbuf *authorization,
		struct error *err) MUST_CHECK;

#endif
