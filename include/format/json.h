#ifndef FORMAT_JSON_H
#define FORMAT_JSON_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attrs.h"

struct error;
struct json; /* opaque; wiped when freed */
struct secbuf;

/*
 * Parses JSON (RFC 8259) with jansson, strictly: one value, no duplicate
 * members, valid UTF-8, nothing after it.  NULL with ERROR_PROTOCOL and the
 * position, or ERROR_MEMORY. jansson gets allocators that overwrite freed
 * memory, because responses contain tokens and keys.  Free with json_free().
 */
#define JSON_MAX 1048576 /* bytes of an answer that our callers accept */

struct json *json_parse(const char *text, size_t len,
			struct error *err) MUST_CHECK;
void json_free(struct json *json);

/*
 * Return parts of a value, borrowed from it.  NULL stands for a missing value:
 * it has no members, items or text.
 */
const struct json *json_member(const struct json *json, const char *name);

/*
 * Return the number of items of an array, 0 for any other value, and item i,
 * counted from 0.
 */
size_t json_count(const struct json *json);
const struct json *json_item(const struct json *json, size_t i);

/* Returns the text of a string value. NULL if it is not a string. */
const char *json_as_text(const struct json *json);

/*
 * Returns the text of a member of an object.  NULL if it is missing or not a
 * string.
 */
const char *json_text(const struct json *json, const char *member);

/*
 * Returns the text of a member in a new secbuf that the caller owns, because it
 * may be a key.  NULL if it is missing or longer than max bytes, or out of
 * memory.
 */
struct secbuf *json_secret(const struct json *json, const char *member,
			   size_t max) MUST_CHECK;

/*
 * Reads an integer member into *n.  Returns false and leaves *n unchanged if
 * the member is missing or not an integer.
 */
bool json_number(const struct json *json, const char *member, long long *n);

/* Calls each with every member of an object, in its order. */
void json_each(const struct json *json,
	       void (*each)(void *self, const char *name,
			    const struct json *value),
	       void *self);

/* Appends a value as JSON.  ERROR_MEMORY, also if it does not fit. */
bool json_write(const struct json *json, struct secbuf *out,
		struct error *err) MUST_CHECK;

#endif
