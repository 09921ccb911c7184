#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/mem.h"
#include "base/secbuf.h"
#include "edge/keyring.h"
#include "edge/keyring/secret_service/bus_internal.h"
#include "edge/keyring/secret_service/service_internal.h"

#define NO_PATH     "/" /* the service's way to say "none" */
#define SECRET_MAX  ((size_t)1 << 20)
#define RETRY_NS    5000000L
#define ALIAS_TRIES 3

/* --- the service's answers ----------------------------------------------- */

#define SERVICE   "org.freedesktop.secrets"
#define ROOT_PATH "/org/freedesktop/secrets"
#define INTERFACE "org.freedesktop.Secret."

/* Asks with one text, or with none if it is NULL. */
static bool ask(struct bus *b, const struct bus_method *to, const char *text,
		const char *expected, struct bus_reply *reply,
		struct error *err)
{
	struct strbuf body = strbuf_with_max(BUS_MESSAGE_MAX);
	const struct bus_call call = { to, text ? "s" : "", &body, expected };

	if (text)
		bus_put_text(&body, text);
	return bus_ask(b, &call, reply, err);
}

/* Asks for a property; its value follows in reply->body. */
static bool ask_property(struct bus *b, const struct bus_method *property,
			 const char *type, struct bus_reply *reply,
			 struct error *err)
{
	const struct bus_method get = { SERVICE, property->path,
					"org.freedesktop.DBus.Properties",
					"Get" };
	struct strbuf body = strbuf_with_max(BUS_MESSAGE_MAX);
	const struct bus_call call = { &get, "ss", &body, "v" };
	const char *found;

	bus_put_text(&body, property->interface);
	bus_put_text(&body, property->member);
	if (!bus_ask(b, &call, reply, err))
		return false;
	found = bus_get_signature(&reply->body);
	return (found && strcmp(found, type) == 0) || bus_garbled(err);
}

/*
 * Reads the path of an alias; *path is in *reply, and NO_PATH if there is no
 * such collection.
 */
static bool read_alias(struct bus *b, struct bus_reply *reply,
		       const char **path, struct error *err)
{
	static const struct bus_method read_alias = { SERVICE, ROOT_PATH,
						      INTERFACE "Service",
						      "ReadAlias" };

	bus_reply_clear(reply);
	if (!ask(b, &read_alias, "default", "o", reply, err))
		return false;
	*path = bus_get_text(&reply->body);
	if (*path)
		return true;
	(void)bus_garbled(err);
	return false;
}

/*
 * Finds the default collection, first on every connection.  A busy GNOME
 * Keyring 42.1 may answer before it has noted the caller: it then knows no
 * collection, or dies if the call was OpenSession, and knows better at the next
 * call.  So "none" is believed only the second time.
 */
static bool find_collection(struct bus *b, struct bus_reply *reply,
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
	const struct bus_method property = { SERVICE, collection,
					     INTERFACE "Collection", "Locked" };
	struct bus_reply reply;
	bool ok = ask_property(b, &property, "b", &reply, err);

	*locked = ok && bus_get_u32(&reply.body) != 0;
	ok = ok && (!reply.body.failed || bus_garbled(err));
	bus_reply_clear(&reply);
	return ok;
}

/*
 * Finds the default collection, and whether it is locked.  *path is in *reply,
 * which must be cleared in any case.
 */
static bool look(struct bus *b, struct bus_reply *reply, const char **path,
		 bool *locked, struct error *err)
{
	return find_collection(b, reply, path, err) &&
	       ask_locked(b, *path, locked, err);
}

/* Fails if the default collection is locked. Asked once on a connection. */
static bool check_unlocked(struct bus *b, struct error *err)
{
	struct bus_reply alias = { 0 };
	const char *collection;
	bool locked = false;
	bool ok = b->unlocked || (look(b, &alias, &collection, &locked, err) &&
				  (!locked || service_locked(err)));

	b->unlocked = ok;
	bus_reply_clear(&alias);
	return ok;
}

static bool ask_modified(struct bus *b, const char *path, uint64_t *modified,
			 struct error *err)
{
	const struct bus_method property = { SERVICE, path, INTERFACE "Item",
					     "Modified" };
	struct bus_reply reply;
	bool ok = ask_property(b, &property, "t", &reply, err);

	*modified = ok ? bus_get_u64(&reply.body) : 0;
	ok = ok && (!reply.body.failed || bus_garbled(err));
	bus_reply_clear(&reply);
	return ok;
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
static bool newest(struct bus *b, struct bus_reply *reply, const char **path,
		   struct error *err)
{
	size_t end = bus_get_array(&reply->body);

	*path = NULL;
	while (!reply->body.failed && reply->body.at < end) {
		const char *other = bus_get_text(&reply->body);

		if (other && !pick(b, path, other, err))
			return false;
	}
	return !reply->body.failed || bus_garbled(err);
}

/*
 * Reads the next array, of locked items, if no unlocked item was found, to tell
 * whether there is none.
 */
static bool is_none(struct bus *b, struct bus_reply *reply, struct error *err)
{
	const char *hidden = NULL;

	return newest(b, reply, &hidden, err) &&
	       (!hidden || service_locked(err));
}

static bool search(struct bus *b, const char *kind, const char *name,
		   struct bus_reply *reply, struct error *err)
{
	static const struct bus_method items = { SERVICE, ROOT_PATH,
						 INTERFACE "Service",
						 "SearchItems" };
	const char *const attributes[][2] = {
		{ ATTRIBUTE_OURS, LAYOUT_VERSION },
		{ ATTRIBUTE_KIND, kind },
		{ ATTRIBUTE_NAME, name },
	};
	struct strbuf body = strbuf_with_max(BUS_MESSAGE_MAX);
	const struct bus_call call = { &items, "a{ss}", &body, "aoao" };

	bus_put_pairs(&body, attributes,
		      sizeof(attributes) / sizeof(attributes[0]));
	return bus_ask(b, &call, reply, err);
}

/*
 * Finds the item.  *path is NULL if there is none, and is in *reply.  The lock
 * is checked first: KeePassXC answers a search in a closed database only after
 * the user has opened it in a window.
 */
static bool find(struct bus *b, const char *kind, const char *name,
		 struct bus_reply *reply, const char **path, struct error *err)
{
	return check_unlocked(b, err) && search(b, kind, name, reply, err) &&
	       newest(b, reply, path, err) && (*path || is_none(b, reply, err));
}

/* Reads a secret: session, parameters, value and content type. */
static bool take_secret(struct bus_reply *reply, struct secbuf **value,
			struct error *err)
{
	const uint8_t *bytes;
	size_t n, len;

	bus_get_struct(&reply->body);
	(void)bus_get_text(&reply->body);
	(void)bus_get_bytes(&reply->body, &n);
	bytes = bus_get_bytes(&reply->body, &len);
	if (!bytes)
		return bus_garbled(err);
	if (len > SECRET_MAX)
		return error_fail(err, REASON_ITEM_TOO_LONG, .key = "value",
				  .number = (int64_t)SECRET_MAX);
	*value = secbuf_new(len);
	secbuf_add(*value, bytes, len);
	return secbuf_ok(*value) || error_memory(err);
}

/*
 * Opens a "plain" session: a program that can watch this bus could also ask for
 * the secret, and an encrypted session costs three times the whole read.  The
 * response is an empty text, or an empty array in KWallet.
 */
static bool open_session(struct bus *b, struct bus_reply *reply,
			 const char **id, struct error *err)
{
	static const struct bus_method open = { SERVICE, ROOT_PATH,
						INTERFACE "Service",
						"OpenSession" };
	struct strbuf body = strbuf_with_max(BUS_MESSAGE_MAX);
	const struct bus_call call = { &open, "sv", &body, "vo" };

	bus_put_text(&body, "plain");
	bus_put_variant(&body, "");
	if (!bus_ask(b, &call, reply, err))
		return false;
	bus_get_past(&reply->body, "v");
	*id = bus_get_text(&reply->body);
	return *id || bus_garbled(err);
}

static bool fetch(struct bus *b, const char *path, struct secbuf **value,
		  struct error *err)
{
	const struct bus_method get_secret = { SERVICE, path, INTERFACE "Item",
					       "GetSecret" };
	struct strbuf body = strbuf_with_max(BUS_MESSAGE_MAX);
	const struct bus_call call = { &get_secret, "o", &body, "(oayays)" };
	struct bus_reply session = { 0 };
	struct bus_reply secret = { 0 };
	const char *id = NULL;
	bool ok = open_session(b, &session, &id, err);

	if (ok) {
		bus_put_text(&body, id);
		ok = bus_ask(b, &call, &secret, err) &&
		     take_secret(&secret, value, err);
	}
	bus_reply_clear(&session);
	bus_reply_clear(&secret);
	return ok;
}

static bool read_item(struct bus *b, const char *kind, const char *name,
		      struct secbuf **value, struct error *err)
{
	struct bus_reply reply = { 0 };
	const char *path = NULL;
	bool ok = find(b, kind, name, &reply, &path, err) &&
		  (!path || fetch(b, path, value, err));

	bus_reply_clear(&reply);
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

bool reader_search(char *const *environment, uint64_t deadline, char **path,
		   bool *locked, struct error *err)
{
	bool again = true;
	bool ok = false;

	for (int tries = 0; !ok && again && tries < 2; tries++) {
		struct bus_reply reply = { 0 };
		const char *found;
		struct bus b;

		ok = bus_open(&b, environment, deadline, err) &&
		     look(&b, &reply, &found, locked, err) &&
		     copy_path(found, path, err);
		again = b.again;
		bus_reply_clear(&reply);
		bus_close(&b);
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
		bus_close(&reader->bus);
	reader->open = false;
}

static bool connect(struct reader *reader, struct error *err)
{
	if (reader->open)
		return true;
	if (reader->deadline == 0)
		reader->deadline = service_deadline(SERVICE_SECONDS);
	reader->open = true;
	return bus_open(&reader->bus, reader->environment, reader->deadline,
			err);
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

static bool reader_get(void *self, const char *kind, const char *name,
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
static bool add_to_stamp(struct bus *b, struct bus_reply *reply, unsigned *n,
			 uint64_t *newest_change, struct error *err)
{
	size_t end = bus_get_array(&reply->body);

	while (!reply->body.failed && reply->body.at < end) {
		const char *path = bus_get_text(&reply->body);
		uint64_t changed = 0;

		if (path && !ask_modified(b, path, &changed, err))
			return false;
		*newest_change =
			changed > *newest_change ? changed : *newest_change;
		(*n)++;
	}
	return !reply->body.failed || bus_garbled(err);
}

static bool stamp_once(struct reader *reader, const char *profile,
		       char stamp[static KEYRING_STAMP_LEN], struct error *err)
{
	struct bus *b = &reader->bus;
	struct bus_reply reply = { 0 };
	uint64_t change = 0;
	unsigned n = 0;
	bool ok;

	ok = connect(reader, err) && check_unlocked(b, err) &&
	     search(b, KEYRING_KEY, profile, &reply, err) &&
	     add_to_stamp(b, &reply, &n, &change, err) && /* unlocked */
	     add_to_stamp(b, &reply, &n, &change, err);   /* locked */
	if (ok)
		service_stamp(n, change, stamp);
	bus_reply_clear(&reply);
	return ok;
}

/*
 * The same as libsecret's.  A service that is locked or out of reach cannot
 * tell: sessions may be in another keyring, and are then served without it.
 */
static bool reader_stamp(void *self, const char *profile, bool again,
			 char stamp[static KEYRING_STAMP_LEN],
			 struct error *err)
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

static bool reader_put(void *self, const struct keyring_item *item,
		       const struct secbuf *value, struct error *err)
{
	(void)self;
	(void)item;
	(void)value;
	return reads_only(err);
}

static bool reader_remove(void *self, const char *kind, const char *name,
			  bool *removed, struct error *err)
{
	(void)self;
	(void)kind;
	(void)name;
	*removed = false;
	return reads_only(err);
}

static bool reader_list(void *self, const char *kind, struct arena *arena,
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
	static const struct bus_method has_owner = { "org.freedesktop.DBus",
						     "/org/freedesktop/DBus",
						     "org.freedesktop.DBus",
						     "NameHasOwner" };
	struct bus_reply reply;
	bool ok = ask(b, &has_owner, SERVICE, "b", &reply, err);

	*owned = ok && bus_get_u32(&reply.body) != 0;
	ok = ok && (!reply.body.failed || bus_garbled(err));
	bus_reply_clear(&reply);
	return ok;
}

static bool is_startable(struct bus *b, struct error *err)
{
	static const struct bus_method names = { "org.freedesktop.DBus",
						 "/org/freedesktop/DBus",
						 "org.freedesktop.DBus",
						 "ListActivatableNames" };
	struct bus_reply reply;
	bool found = false;
	bool ok = ask(b, &names, NULL, "as", &reply, err);
	size_t end = ok ? bus_get_array(&reply.body) : 0;

	while (ok && !found && !reply.body.failed && reply.body.at < end) {
		const char *name = bus_get_text(&reply.body);

		found = name && strcmp(name, SERVICE) == 0;
	}
	bus_reply_clear(&reply);
	return ok && (found || error_fail(err, REASON_NO_SERVICE));
}

/*
 * Starts a service that the bus can start: the next call would start it anyway,
 * and a service without a default collection stores nothing.
 */
static bool has_collection(struct bus *b, struct error *err)
{
	struct bus_reply reply = { 0 };
	const char *path;
	bool ok = find_collection(b, &reply, &path, err);

	bus_reply_clear(&reply);
	return ok;
}

bool reader_probe(const struct keyring_needs *needs, struct error *err)
{
	struct bus b;
	bool owned = false;
	bool ok;

	ok = bus_open(&b, needs->environment, service_deadline(SERVICE_SECONDS),
		      err) &&
	     ask_owned(&b, &owned, err) && (owned || is_startable(&b, err)) &&
	     has_collection(&b, err);
	bus_close(&b);
	return ok;
}

static bool reader_open(const struct keyring_needs *needs,
			struct keyring *keyring, struct error *err)
{
	struct reader *reader = mem_alloc(sizeof(*reader));

	if (!reader)
		return error_memory(err);
	reader->environment = needs->environment;
	*keyring = (struct keyring){ .self = reader,
				     .name = SECRET_SERVICE_NAME,
				     .store = service_store(needs->environment),
				     .get = reader_get,
				     .put = reader_put,
				     .remove = reader_remove,
				     .list = reader_list,
				     .stamp = reader_stamp };
	return true;
}

static void reader_close(struct keyring *keyring)
{
	struct reader *reader = keyring->self;

	if (reader)
		hang_up(reader);
	mem_free(reader);
	*keyring = (struct keyring){ 0 };
}

const struct keyring_row reader_keyring_row = { .name = SECRET_SERVICE_NAME,
						.title = SECRET_SERVICE_TITLE,
						.probe = reader_probe,
						.open = reader_open,
						.close = reader_close };
