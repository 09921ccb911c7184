#ifndef EDGE_UNLOCK_H
#define EDGE_UNLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attrs.h"

struct error;
struct secbuf;

/*
 * Keeps a derived key of 32 bytes in the kernel's user keyring (keyrings(7)):
 * any process of the same user can read it, until its timeout or a reboot.  The
 * quota of a user is 20,000 bytes.
 */

/*
 * Reads a key.  The caller owns *key.  If there is none (never stored, timed
 * out, of another size, or not readable), *key is NULL and the call succeeds.
 * All three functions fail with ERROR_KEYRING, also if a kernel or container
 * has no keyrings, or ERROR_MEMORY.
 */
bool unlock_get(const char *name, struct secbuf **key,
		struct error *err) MUST_CHECK;

/*
 * Stores a key for timeout seconds.  With 0 or less nothing is stored, and the
 * call succeeds.
 */
bool unlock_put(const char *name, const struct secbuf *key, int64_t timeout,
		struct error *err) MUST_CHECK;

/* Removes a key. Succeeds if there was none. */
bool unlock_forget(const char *name, struct error *err) MUST_CHECK;

#endif
