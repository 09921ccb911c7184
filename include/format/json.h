#ifndef FORMAT_JSON_H
#define FORMAT_JSON_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attrs.h"

struct error;
struct json; /* opaque; wiped when freed */
struct secbuf;

/*
 * Reading JSON, by jansson, strictly: one value, no duplicate members, valid
 * UTF-8, nothing behind it.  NULL and ERROR_PROTOCOL with the place otherwise.
 */
struct json *json_parse(const char *text, size_t len,
			struct error *err) MUST_CHECK;
void json_free(struct json *json);

/* Member of the top object. NULL if it is not there or no string. */
const char *json_text(const struct json *json, const char *member);

/* False if it is not there or no whole number. */
bool json_number(const struct json *json, const char *member, long long *n);

#endif
