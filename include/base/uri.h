#ifndef BASE_URI_H
#define BASE_URI_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attrs.h"

struct arena;
struct error;
struct secbuf;

/*
 * Append text with every byte but A-Z a-z 0-9 - _ . ~ as %XX, upper-case: the
 * set of SigV4 (RFC 3986 2.3), which AWS's query protocol takes as well.
 */
void uri_encode(struct secbuf *out, const char *text);
void uri_encode_n(struct secbuf *out, const char *text, size_t len);

/* The parts of an http or https URL that a request to AWS is made of. */
struct uri {
	bool https;
	const char *host; /* as in Host: with ":port" only if not the default */
	const char *name; /* the host alone, without brackets or port */
	const char *path; /* "/" at least */
};

/*
 * Take an endpoint URL apart, into arena.  Fails with ERROR_CONFIG if it is no
 * http(s) URL, or has a user, a query, a fragment, white space or a control
 * character; or ERROR_MEMORY.
 */
bool uri_split(const char *url, struct arena *arena, struct uri *uri,
	       struct error *err) MUST_CHECK;

#endif
