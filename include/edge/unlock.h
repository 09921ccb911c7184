#ifndef EDGE_UNLOCK_H
#define EDGE_UNLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attrs.h"

struct error;
struct secbuf;

/*
 * A derived key in the kernel's user keyring (keyrings(7)), with a timeout:
 * readable by any process of the same user, gone after timeout seconds or at
 * reboot.  32 bytes, since the quota of a user is 20,000.
 */

/*
 * *key (the caller's) is NULL, and the call a success, if there is none: never
 * there, out of time, of another size, or not ours to read.  Failures of all
 * three are ERROR_KEYRING or ERROR_MEMORY; a kernel or a container without
 * keyrings is one.
 */
bool unlock_get(const char *name, struct secbuf **key,
		struct error *err) MUST_CHECK;

/* With a timeout of 0 or less nothing is kept, and that is a success. */
bool unlock_put(const char *name, const struct secbuf *key, int64_t timeout,
		struct error *err) MUST_CHECK;

/* There is none afterwards, whether there was one or not. */
bool unlock_forget(const char *name, struct error *err) MUST_CHECK;

#endif
