#ifndef BASE_URI_H
#define BASE_URI_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attrs.h"

struct arena;
struct error;
struct secbuf;

/*
 * Append text with every byte except A-Z a-z 0-9 - _ . ~ as %XX in upper case:
 * the encoding of SigV4 (RFC 3986 2.3) and of AWS's query protocol.
 */
void uri_encode(struct secbuf *out, const char *text);
void uri_encode_n(struct secbuf *out, const char *text, size_t len);

/* The parts of an http or https URL that a request to AWS needs. */
struct uri {
	bool https;
	const char *host; /* as in Host: with ":port" only if not the default */
	const char *name; /* the host alone, without brackets and port */
	const char *path; /* at least "/" */
};

/*
 * Splits an endpoint URL into parts allocated from arena.  Fails with
 * ERROR_CONFIG if it is not an http(s) URL, or has a user, a query, a fragment,
 * white space or a control character; or with ERROR_MEMORY.
 */
bool uri_split(const char *url, struct arena *arena, struct uri *uri,
	       struct error *err) MUST_CHECK;

#endif
