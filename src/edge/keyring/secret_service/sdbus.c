#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/mem.h"
#include "base/secbuf.h"
#include "edge/keyring.h"
#include "edge/keyring/secret_service/sdbus_internal.h"
#include "edge/keyring/secret_service/service_internal.h"

#define NO_PATH     "/" /* the service's way to say "none" */
#define SECRET_MAX  ((size_t)1 << 20)
#define RETRY_NS    5000000L
#define ALIAS_TRIES 3

/* --- the service's answers ----------------------------------------------- */

/*
 * Reads the path of an alias; *path is in *reply, and NO_PATH if there is no
 * such collection.
 */
static bool read_alias(struct bus *b, sd_bus_message **reply, const char **path,
		       struct error *err)
{
	static const struct method read_alias = { SERVICE, ROOT_PATH,
						  INTERFACE "Service",
						  "ReadAlias" };

	*reply = b->f.sd_bus_message_unref(*reply);
	return sdbus_call_ask(b, &read_alias, reply, err, "s", "default") &&
	       (b->f.sd_bus_message_read(*reply, "o", path) > 0 ||
		sdbus_call_garbled(err));
}

/*
 * Finds the default collection, first on every connection.  A busy GNOME
 * Keyring 42.1 may answer before it has noted the caller: it then knows no
 * collection, or dies if the call was OpenSession, and knows better at the next
 * call.  So "none" is believed only the second time.
 */
static bool find_collection(struct bus *b, sd_bus_message **reply,
			    const char **path, struct error *err)
{
	const struct timespec pause = { .tv_nsec = RETRY_NS };
	bool ok = read_alias(b, reply, path, err);

	for (int tries = 1; ok && strcmp(*path, NO_PATH) == 0; tries++) {
		if (tries == ALIAS_TRIES)
			return error_fail(err, REASON_NO_COLLECTION);
		if (tries > 1)
			(void)nanosleep(&pause, NULL);
		ok = read_alias(b, reply, path, err);
	}
	return ok;
}

static bool ask_locked(struct bus *b, const char *collection, bool *locked,
		       struct error *err)
{
	const struct method property = { SERVICE, collection,
					 INTERFACE "Collection", "Locked" };
	int value = 0;
	bool ok = sdbus_call_ask_property(b, &property, "b", &value, err);

	*locked = value != 0;
	return ok;
}

/*
 * Searches for an item.  *path is in *reply, which must be unreferenced in any
 * case.
 */
static bool look(struct bus *b, sd_bus_message **reply, const char **path,
		 bool *locked, struct error *err)
{
	bool ok = find_collection(b, reply, path, err) &&
		  ask_locked(b, *path, locked, err);

	return ok;
}

static bool ask_modified(struct bus *b, const char *path, uint64_t *modified,
			 struct error *err)
{
	const struct method property = { SERVICE, path, INTERFACE "Item",
					 "Modified" };

	return sdbus_call_ask_property(b, &property, "t", modified, err);
}

/* Chooses the item that was changed later; the first may be NULL. */
static bool pick(struct bus *b, const char **best, const char *other,
		 struct error *err)
{
	uint64_t ours = 0;
	uint64_t theirs = 0;

	if (*best && (!ask_modified(b, *best, &ours, err) ||
		      !ask_modified(b, other, &theirs, err)))
		return false;
	if (theirs >= ours)
		*best = other;
	return true;
}

/*
 * Returns one of the paths in the next array, or NULL.  There may be two if two
 * processes stored at the same moment; the one changed last is returned.
 */
static bool newest(struct bus *b, sd_bus_message *reply, const char **path,
		   struct error *err)
{
	const char *other;
	int r = b->f.sd_bus_message_enter_container(reply, 'a', "o");

	*path = NULL;
	while (r > 0 && (r = b->f.sd_bus_message_read(reply, "o", &other)) > 0)
		if (!pick(b, path, other, err))
			return false;
	if (r >= 0)
		r = b->f.sd_bus_message_exit_container(reply);
	return r >= 0 || sdbus_call_garbled(err);
}

/*
 * Reads the next array, of locked items, if no unlocked item was found, to tell
 * whether there is none.
 */
static bool is_none(struct bus *b, sd_bus_message *reply, struct error *err)
{
	const char *hidden = NULL;

	return newest(b, reply, &hidden, err) &&
	       (!hidden || service_locked(err));
}

static bool search(struct bus *b, const char *kind, const char *name,
		   sd_bus_message **reply, struct error *err)
{
	static const struct method items = { SERVICE, ROOT_PATH,
					     INTERFACE "Service",
					     "SearchItems" };

	return sdbus_call_ask(b, &items, reply, err, "a{ss}", 3, ATTRIBUTE_OURS,
			      LAYOUT_VERSION, ATTRIBUTE_KIND, kind,
			      ATTRIBUTE_NAME, name);
}

/*
 * Finds the item.  *path is NULL if there is none, and is in *reply.  The lock
 * is checked first: KeePassXC answers a search in a closed database only after
 * the user has opened it in a window.
 */
static bool find(struct bus *b, const char *kind, const char *name,
		 sd_bus_message **reply, const char **path, struct error *err)
{
	sd_bus_message *alias = NULL;
	const char *collection;
	bool locked = false;
	bool ok;

	ok = look(b, &alias, &collection, &locked, err) &&
	     (!locked || service_locked(err)) &&
	     search(b, kind, name, reply, err) &&
	     newest(b, *reply, path, err) && (*path || is_none(b, *reply, err));
	b->f.sd_bus_message_unref(alias);
	return ok;
}

static bool take_secret(struct bus *b, sd_bus_message *reply,
			struct secbuf **value, struct error *err)
{
	const void *parameters, *bytes;
	const char *session;
	size_t n, len = 0;
	bool ok;

	ok = b->f.sd_bus_message_sensitive(reply) >= 0 &&
	     b->f.sd_bus_message_enter_container(reply, 'r', "oayays") > 0 &&
	     b->f.sd_bus_message_read(reply, "o", &session) > 0 &&
	     b->f.sd_bus_message_read_array(reply, 'y', &parameters, &n) >= 0 &&
	     b->f.sd_bus_message_read_array(reply, 'y', &bytes, &len) >= 0;
	if (!ok)
		return sdbus_call_garbled(err);
	if (len > SECRET_MAX)
		return error_fail(err, REASON_ITEM_TOO_LONG, .key = "value",
				  .number = (int64_t)SECRET_MAX);
	*value = secbuf_new(len);
	secbuf_add(*value, bytes, len);
	return secbuf_ok(*value) || error_memory(err);
}

/*
 * Reads the secret in a "plain" session: a program that can watch this bus
 * could also ask for the secret, and an encrypted session costs three times the
 * whole read.
 */
static bool fetch(struct bus *b, const char *path, struct secbuf **value,
		  struct error *err)
{
	static const struct method open_session = { SERVICE, ROOT_PATH,
						    INTERFACE "Service",
						    "OpenSession" };
	const struct method get_secret = { SERVICE, path, INTERFACE "Item",
					   "GetSecret" };
	sd_bus_message *session = NULL;
	sd_bus_message *secret = NULL;
	const char *id = NULL;
	bool ok;

	/* the response is an empty text, or an empty array in KWallet */
	ok = sdbus_call_ask(b, &open_session, &session, err, "sv", "plain", "s",
			    "") &&
	     ((b->f.sd_bus_message_skip(session, "v") >= 0 &&
	       b->f.sd_bus_message_read(session, "o", &id) > 0) ||
	      sdbus_call_garbled(err)) &&
	     sdbus_call_ask(b, &get_secret, &secret, err, "o", id) &&
	     take_secret(b, secret, value, err);
	b->f.sd_bus_message_unref(session);
	b->f.sd_bus_message_unref(secret);
	return ok;
}

static bool read_item(struct bus *b, const char *kind, const char *name,
		      struct secbuf **value, struct error *err)
{
	sd_bus_message *reply = NULL;
	const char *path = NULL;
	bool ok = find(b, kind, name, &reply, &path, err) &&
		  (!path || fetch(b, path, value, err));

	b->f.sd_bus_message_unref(reply);
	return ok;
}

/* --- interface ----------------------------------------------------------- */

static bool copy_path(const char *from, char **path, struct error *err)
{
	size_t size = strlen(from) + 1;

	*path = mem_alloc(size);
	if (*path)
		memcpy(*path, from, size);
	return *path || error_memory(err);
}

bool sdbus_search(char *const *environment, uint64_t deadline, char **path,
		  bool *locked, struct error *err)
{
	bool again = true;
	bool ok = false;

	for (int tries = 0; !ok && again && tries < 2; tries++) {
		sd_bus_message *reply = NULL;
		const char *found;
		struct bus b;

		ok = sdbus_call_open(&b, environment, deadline, err) &&
		     look(&b, &reply, &found, locked, err) &&
		     copy_path(found, path, err);
		again = b.again;
		if (reply)
			b.f.sd_bus_message_unref(reply);
		sdbus_call_close(&b);
	}
	return ok;
}

/* The reader: one connection for all of its calls. */
struct reader {
	char *const *environment;
	uint64_t deadline; /* 0: nothing was asked yet */
	struct bus bus;
	bool open;
};

static void hang_up(struct reader *reader)
{
	if (reader->open)
		sdbus_call_close(&reader->bus);
	reader->open = false;
}

static bool connect(struct reader *reader, struct error *err)
{
	if (reader->open)
		return true;
	if (reader->deadline == 0)
		reader->deadline = service_deadline(SERVICE_SECONDS);
	reader->open = true;
	return sdbus_call_open(&reader->bus, reader->environment,
			       reader->deadline, err);
}

/* Tries again, on another connection, if that may help. */
static bool may_try_again(struct reader *reader, bool ok, int tries)
{
	bool again = !ok && reader->bus.again && tries < 1;

	if (!ok)
		hang_up(reader);
	reader->bus.again = false;
	return again;
}

static bool sdbus_get(void *self, const char *kind, const char *name,
		      struct secbuf **value, struct error *err)
{
	struct reader *reader = self;
	int tries = 0;
	bool ok;

	*value = NULL;
	if (!service_attribute_ok("name", name, err))
		return false;
	do {
		secbuf_free(*value);
		*value = NULL;
		ok = connect(reader, err) &&
		     read_item(&reader->bus, kind, name, value, err);
	} while (may_try_again(reader, ok, tries++));
	if (!ok) {
		secbuf_free(*value);
		*value = NULL;
	}
	return ok;
}

/* Adds the items of the next array to the stamp. */
static bool add_to_stamp(struct bus *b, sd_bus_message *reply, unsigned *n,
			 uint64_t *newest_change, struct error *err)
{
	const char *path;
	int r = b->f.sd_bus_message_enter_container(reply, 'a', "o");

	while (r > 0 && (r = b->f.sd_bus_message_read(reply, "o", &path)) > 0) {
		uint64_t changed = 0;

		if (!ask_modified(b, path, &changed, err))
			return false;
		*newest_change =
			changed > *newest_change ? changed : *newest_change;
		(*n)++;
	}
	if (r >= 0)
		r = b->f.sd_bus_message_exit_container(reply);
	return r >= 0 || sdbus_call_garbled(err);
}

static bool stamp_once(struct reader *reader, const char *profile,
		       char stamp[static KEYRING_STAMP_LEN], struct error *err)
{
	struct bus *b = &reader->bus;
	sd_bus_message *alias = NULL;
	sd_bus_message *reply = NULL;
	const char *collection;
	bool locked = false;
	uint64_t change = 0;
	unsigned n = 0;
	bool ok;

	ok = connect(reader, err) &&
	     look(b, &alias, &collection, &locked, err) &&
	     (!locked || service_locked(err)) &&
	     search(b, KEYRING_KEY, profile, &reply, err) &&
	     add_to_stamp(b, reply, &n, &change, err) && /* unlocked */
	     add_to_stamp(b, reply, &n, &change, err);   /* locked */
	if (ok)
		service_stamp(n, change, stamp);
	if (alias)
		b->f.sd_bus_message_unref(alias);
	if (reply)
		b->f.sd_bus_message_unref(reply);
	return ok;
}

/*
 * The same as libsecret's.  A service that is locked or out of reach cannot
 * tell: sessions may be in another keyring, and are then served without it.
 */
static bool sdbus_stamp(void *self, const char *profile, bool again,
			char stamp[static KEYRING_STAMP_LEN], struct error *err)
{
	struct reader *reader = self;
	int tries = 0;
	bool ok;

	(void)again;
	stamp[0] = '\0';
	if (!service_attribute_ok("name", profile, err))
		return false;
	do
		ok = stamp_once(reader, profile, stamp, err);
	while (may_try_again(reader, ok, tries++));
	return ok || err->code == ERROR_KEYRING ||
	       error_is(err, REASON_KEYRING_LOCKED);
}

static bool reads_only(struct error *err)
{
	return error_fail(err, REASON_KEYRING_READ_ONLY);
}

static bool sdbus_put(void *self, const struct keyring_item *item,
		      const struct secbuf *value, struct error *err)
{
	(void)self;
	(void)item;
	(void)value;
	return reads_only(err);
}

static bool sdbus_remove(void *self, const char *kind, const char *name,
			 bool *removed, struct error *err)
{
	(void)self;
	(void)kind;
	(void)name;
	*removed = false;
	return reads_only(err);
}

static bool sdbus_list(void *self, const char *kind, struct arena *arena,
		       const struct keyring_item **items, size_t *n,
		       struct error *err)
{
	(void)self;
	(void)kind;
	(void)arena;
	*items = NULL;
	*n = 0;
	return reads_only(err);
}

/*
 * Asks whether a service owns its name or, if not, whether the bus could start
 * one.
 */
static bool ask_owned(struct bus *b, bool *owned, struct error *err)
{
	static const struct method has_owner = { "org.freedesktop.DBus",
						 "/org/freedesktop/DBus",
						 "org.freedesktop.DBus",
						 "NameHasOwner" };
	sd_bus_message *reply = NULL;
	int value = 0;
	bool ok = sdbus_call_ask(b, &has_owner, &reply, err, "s", SERVICE) &&
		  (b->f.sd_bus_message_read(reply, "b", &value) > 0 ||
		   sdbus_call_garbled(err));

	*owned = value != 0;
	b->f.sd_bus_message_unref(reply);
	return ok;
}

static bool is_startable(struct bus *b, struct error *err)
{
	static const struct method names = { "org.freedesktop.DBus",
					     "/org/freedesktop/DBus",
					     "org.freedesktop.DBus",
					     "ListActivatableNames" };
	sd_bus_message *reply = NULL;
	const char *name;
	bool found = false;
	bool ok = sdbus_call_ask(b, &names, &reply, err, "");

	if (ok && b->f.sd_bus_message_enter_container(reply, 'a', "s") > 0)
		while (!found &&
		       b->f.sd_bus_message_read(reply, "s", &name) > 0)
			found = strcmp(name, SERVICE) == 0;
	b->f.sd_bus_message_unref(reply);
	return ok && (found || error_fail(err, REASON_NO_SERVICE));
}

/*
 * Starts a service that the bus can start: the next call would start it anyway,
 * and a service without a default collection stores nothing.
 */
static bool has_collection(struct bus *b, struct error *err)
{
	sd_bus_message *reply = NULL;
	const char *path;
	bool ok = find_collection(b, &reply, &path, err);

	b->f.sd_bus_message_unref(reply);
	return ok;
}

bool sdbus_probe(const struct keyring_needs *needs, struct error *err)
{
	struct bus b;
	bool owned = false;
	bool ok;

	ok = sdbus_call_open(&b, needs->environment,
			     service_deadline(SERVICE_SECONDS), err) &&
	     ask_owned(&b, &owned, err) && (owned || is_startable(&b, err)) &&
	     has_collection(&b, err);
	sdbus_call_close(&b);
	return ok;
}

static bool sdbus_open(const struct keyring_needs *needs,
		       struct keyring *keyring, struct error *err)
{
	struct reader *reader = mem_alloc(sizeof(*reader));

	if (!reader)
		return error_memory(err);
	reader->environment = needs->environment;
	*keyring = (struct keyring){ .self = reader,
				     .name = SECRET_SERVICE_NAME,
				     .store = service_store(needs->environment),
				     .get = sdbus_get,
				     .put = sdbus_put,
				     .remove = sdbus_remove,
				     .list = sdbus_list,
				     .stamp = sdbus_stamp };
	return true;
}

static void sdbus_close(struct keyring *keyring)
{
	struct reader *reader = keyring->self;

	if (reader)
		hang_up(reader);
	mem_free(reader);
	*keyring = (struct keyring){ 0 };
}

const struct keyring_row sdbus_keyring_row = { .name = SECRET_SERVICE_NAME,
					       .title = SECRET_SERVICE_TITLE,
					       .probe = sdbus_probe,
					       .open = sdbus_open,
					       .close = sdbus_close };
