#ifndef FORMAT_RECORD_H
#define FORMAT_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attrs.h"

struct error;
struct secbuf;

/*
 * The form of what lies in a keyring item: a line that says what it is and in
 * which version, then "name value" a line.  Read by people in Seahorse, if it
 * must be, and by us without a library.
 *
 *	rolekey session 1
 *	access_key_id ASIA...
 *	secret_key ...
 *	session_token ...
 *	expires 2030-01-02T03:04:05Z
 *
 * Names are [a-z_]+, values are printable ASCII, blanks inside allowed.
 */

/* Begin one in a new buffer; what is "session" or "key". NULL: no memory. */
struct secbuf *record_new(const char *what, int version, size_t cap) MUST_CHECK;

/* NULL is left out. A value that is not printable spoils the buffer. */
void record_put(struct secbuf *record, const char *name, const char *value);
void record_put_time(struct secbuf *record, const char *name, int64_t t);

/*
 * Is this a record of that kind, whole and well-formed?  ERROR_PROTOCOL says
 * what is wrong without quoting any of it; a version that we do not know is an
 * error too.
 */
bool record_check(const struct secbuf *record, const char *what, int version,
		  struct error *err) MUST_CHECK;

bool record_has(const struct secbuf *record, const char *name);

/* A value as a new secbuf of the caller's; NULL if absent or no memory. */
struct secbuf *record_get(const struct secbuf *record,
			  const char *name) MUST_CHECK;

/* Into out, for public values; false, and "", if absent or too long. */
bool record_text(const struct secbuf *record, const char *name, char *out,
		 size_t size);
bool record_time(const struct secbuf *record, const char *name, int64_t *t);

#endif
