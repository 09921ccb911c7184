#ifndef FORMAT_JSON_H
#define FORMAT_JSON_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attrs.h"

struct error;
struct json; /* opaque; wiped when freed */
struct secbuf;

/*
 * Read JSON (RFC 8259) by jansson, strictly: one value, no duplicate members,
 * valid UTF-8, nothing after it.  NULL and ERROR_PROTOCOL, with the place, or
 * ERROR_MEMORY otherwise.  The library gets wiping allocators: what is freed is
 * wiped, since answers hold tokens and keys.
 */
#define JSON_MAX 1048576 /* bytes of an answer that our callers accept */

struct json *json_parse(const char *text, size_t len,
			struct error *err) MUST_CHECK;
void json_free(struct json *json);

/*
 * Parts of a value, borrowed from the whole.  NULL is nowhere: it has no
 * members, no items and no text.
 */
const struct json *json_member(const struct json *json, const char *name);

/* Items of an array, from 0 on; 0 items for any other value. */
size_t json_count(const struct json *json);
const struct json *json_item(const struct json *json, size_t i);

/* The text of a value itself. NULL if it is not a string. */
const char *json_as_text(const struct json *json);

/* The text of an object's member. NULL if it is missing or not a string. */
const char *json_text(const struct json *json, const char *member);

/*
 * The text of a member as a new secbuf of the caller's, since it may be a key.
 * NULL if there is none, it is longer than max bytes, or no memory is left.
 */
struct secbuf *json_secret(const struct json *json, const char *member,
			   size_t max) MUST_CHECK;

/* False, and *n is left alone, if the member is missing or no whole number. */
bool json_number(const struct json *json, const char *member, long long *n);

#endif
