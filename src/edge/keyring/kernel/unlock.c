#include "edge/unlock.h"

#include <errno.h>
#include <keyutils.h>
#include <string.h>

#include "base/error.h"
#include "base/secbuf.h"

#define TYPE    "user"
#define KEY_MAX 64 /* bytes; none of our keys is longer */

/*
 * All permissions for possessor and user: a session that does not link the
 * user's keyring (one of `keyctl session`, or some services) possesses nothing
 * in it, and could find the key but not read it.
 */
#define PERMISSIONS (KEY_POS_ALL | KEY_USR_ALL)

static bool fail(const char *what, struct error *err)
{
	return error_fail(err, REASON_KERNEL_KEYRING, .action = what,
			  .detail = strerrordesc_np(errno));
}

/* Tests whether errno means that there is no such key. */
static bool is_none(void)
{
	return errno == ENOKEY || errno == EKEYEXPIRED ||
	       errno == EKEYREVOKED || errno == EACCES;
}

static bool find(const char *name, key_serial_t *found, struct error *err)
{
	long id = keyctl_search(KEY_SPEC_USER_KEYRING, TYPE, name, 0);

	*found = id > 0 ? (key_serial_t)id : 0;
	return id > 0 || is_none() || fail("search for a key", err);
}

/* Reads a key. One of another size is not ours. */
static bool read_key(key_serial_t id, struct secbuf *key, bool *there,
		     struct error *err)
{
	size_t room;
	char *at = secbuf_room(key, &room);
	long n;

	if (!at)
		return error_memory(err);
	n = keyctl_read(id, at, room);
	*there = n > 0 && (size_t)n <= room;
	if (*there)
		secbuf_grew(key, (size_t)n);
	return n >= 0 || is_none() || fail("read a key", err);
}

bool unlock_get(const char *name, struct secbuf **key, struct error *err)
{
	struct secbuf *got;
	key_serial_t id;
	bool there = false;
	bool ok;

	*key = NULL;
	if (!find(name, &id, err))
		return false;
	if (id == 0)
		return true;
	got = secbuf_new(KEY_MAX);
	ok = read_key(id, got, &there, err);
	if (ok && there)
		*key = got;
	else
		secbuf_free(got);
	return ok;
}

/*
 * Creates the key in this process's own keyring and then links it into the
 * user's, over an existing one, so that a key without its timeout is never left
 * behind.
 */
bool unlock_put(const char *name, const struct secbuf *key, int64_t timeout,
		struct error *err)
{
	unsigned seconds = timeout > INT32_MAX ? INT32_MAX : (unsigned)timeout;
	key_serial_t id;
	bool ok;

	if (timeout <= 0)
		return true;
	id = add_key(TYPE, name, secbuf_text(key), secbuf_len(key),
		     KEY_SPEC_PROCESS_KEYRING);
	if (id < 0)
		return fail("add a key", err);
	ok = keyctl_set_timeout(id, seconds) == 0 || fail("set a timeout", err);
	ok = ok && (keyctl_setperm(id, PERMISSIONS) == 0 ||
		    fail("set permissions", err));
	ok = ok && (keyctl_link(id, KEY_SPEC_USER_KEYRING) == 0 ||
		    fail("link a key", err));
	(void)keyctl_unlink(id, KEY_SPEC_PROCESS_KEYRING);
	return ok;
}

bool unlock_forget(const char *name, struct error *err)
{
	key_serial_t id;

	if (!find(name, &id, err))
		return false;
	return id == 0 || keyctl_invalidate(id) == 0 || is_none() ||
	       fail("invalidate a key", err);
}
