#ifndef FORMAT_RECORD_H
#define FORMAT_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attrs.h"

struct error;
struct secbuf;

/*
 * Reads and writes the value of a keyring item: a line with the kind and the
 * version, then lines "name value".  It can be read in Seahorse, and needs no
 * library.
 *
 *	rolekey session 1
 *	access_key_id ASIA...
 *	secret_key ...
 *	session_token ...
 *	expires 2030-01-02T03:04:05Z
 *
 * Names are [a-z_]+; values are printable ASCII and may contain spaces.
 */

/*
 * Starts a record of kind what ("session", "key", "seed") in a new buffer for
 * cap bytes.  NULL when out of memory.
 */
struct secbuf *record_new(const char *what, int version, size_t cap) MUST_CHECK;

/*
 * Append a value.  NULL is skipped.  A value that is not printable makes the
 * buffer fail.
 */
void record_put(struct secbuf *record, const char *name, const char *value);
void record_put_time(struct secbuf *record, const char *name, int64_t t);

/*
 * Tests whether a record is complete, well-formed and of this kind and
 * version.  ERROR_PROTOCOL otherwise; the error quotes nothing of the record.
 */
bool record_check(const struct secbuf *record, const char *what, int version,
		  struct error *err) MUST_CHECK;

/* Tests whether the record has a value of this name. */
bool record_has(const struct secbuf *record, const char *name);

/*
 * Returns a value in a new secbuf that the caller owns.  NULL if it is missing,
 * or out of memory.
 */
struct secbuf *record_get(const struct secbuf *record,
			  const char *name) MUST_CHECK;

/*
 * Copy a public value to out, or parse it as a time (RFC 3339) in seconds since
 * the epoch.  Return false, and "" in out, if it is missing, invalid or too
 * long.
 */
bool record_text(const struct secbuf *record, const char *name, char *out,
		 size_t size);
bool record_time(const struct secbuf *record, const char *name, int64_t *t);

#endif
