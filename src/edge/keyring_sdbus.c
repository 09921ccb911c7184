#include <sys/stat.h>

#include <dlfcn.h>
#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <systemd/sd-bus.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/mem.h"
#include "base/secbuf.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "base/topic.h"
#include "edge/keyring.h"
#include "keyring_secret_internal.h"

#define SERVICE     "org.freedesktop.secrets"
#define ROOT_PATH   "/org/freedesktop/secrets"
#define INTERFACE   "org.freedesktop.Secret."
#define NO_PATH     "/" /* how the service says "none" */
#define ADDRESS_MAX 4096
#define SECRET_MAX  ((size_t)1 << 20)
#define SECOND      UINT64_C(1000000)
#define RETRY_NS    5000000L
#define ALIAS_TRIES 3

/* --- libsystemd, loaded when first needed -------------------------------- */

/*
 * Linking it would cost every call 0.4 ms, also those that use another
 * keyring.  Hence a table, with the types of the real declarations.
 */
#define EACH_FUNCTION(X)                  \
	X(sd_bus_call)                    \
	X(sd_bus_close_unref)             \
	X(sd_bus_error_free)              \
	X(sd_bus_error_has_name)          \
	X(sd_bus_is_ready)                \
	X(sd_bus_message_appendv)         \
	X(sd_bus_message_enter_container) \
	X(sd_bus_message_exit_container)  \
	X(sd_bus_message_new_method_call) \
	X(sd_bus_message_read)            \
	X(sd_bus_message_read_array)      \
	X(sd_bus_message_sensitive)       \
	X(sd_bus_message_unref)           \
	X(sd_bus_new)                     \
	X(sd_bus_process)                 \
	X(sd_bus_set_address)             \
	X(sd_bus_set_bus_client)          \
	X(sd_bus_start)                   \
	X(sd_bus_wait)

struct functions {
#define AS_MEMBER(name) __typeof__(name) *(name);
	EACH_FUNCTION(AS_MEMBER)
};

static const struct {
	const char *name;
	size_t offset;
} functions[] = {
#define AS_ROW(name) { #name, offsetof(struct functions, name) },
	EACH_FUNCTION(AS_ROW)
};

static bool load_functions(struct functions *f, struct error *err)
{
	void *library = dlopen("libsystemd.so.0", RTLD_NOW | RTLD_LOCAL);
	void *symbol = library;

	for (size_t i = 0;
	     symbol && i < sizeof(functions) / sizeof(functions[0]); i++) {
		symbol = dlsym(library, functions[i].name);
		memcpy((char *)f + functions[i].offset, &symbol,
		       sizeof(symbol));
	}
	if (!symbol)
		(void)error_topic(err, ERROR_KEYRING, TOPIC_NO_SERVICE,
				  "cannot load libsystemd.so.0");
	return symbol != NULL;
}

/* --- time ---------------------------------------------------------------- */

static uint64_t now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * SECOND + (uint64_t)t.tv_nsec / 1000;
}

uint64_t service_deadline(int seconds)
{
	return now() + (uint64_t)seconds * SECOND;
}

uint64_t service_left(uint64_t deadline)
{
	uint64_t t = now();

	return t < deadline ? deadline - t : 0;
}

/* --- why not ------------------------------------------------------------- */

bool service_locked(struct error *err)
{
	return error_topic(err, ERROR_PERSON, TOPIC_KEYRING_LOCKED,
			   "the keyring is locked");
}

bool service_hung(int waited, struct error *err)
{
	return error_topic(err, ERROR_KEYRING, TOPIC_SERVICE_HUNG,
			   "the Secret Service does not answer (waited %d s)",
			   waited);
}

static bool no_memory(struct error *err)
{
	return error_set(err, ERROR_MEMORY, "out of memory");
}

bool service_attribute_ok(const char *what, const char *text, struct error *err)
{
	size_t good;

	return text_is_utf8(text, strlen(text), &good) ||
	       error_set(err, ERROR_KEYRING,
			 "the Secret Service takes only UTF-8, and the %s is "
			 "none: %s",
			 what, text);
}

/* --- where the bus is ---------------------------------------------------- */

/* A path as the value of a key in a D-Bus address. */
static void put_escaped(struct strbuf *out, const char *path)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "abcdefghijklmnopqrstuvwxyz"
				    "0123456789-_/.*";

	for (; *path != '\0'; path++)
		if (strchr(plain, *path))
			strbuf_add(out, path, 1);
		else
			strbuf_printf(out, "%%%02x", (unsigned char)*path);
}

static bool no_bus(struct error *err, const char *why)
{
	return error_topic(err, ERROR_KEYRING, TOPIC_NO_SERVICE,
			   "no session bus (DBUS_SESSION_BUS_ADDRESS is not "
			   "set and %s)",
			   why);
}

/* Another person's, after su(1), might well let root in. */
static const char *why_unusable(const char *path)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return " is not there";
	return st.st_uid == geteuid() ? NULL : " is not yours";
}

/* The bus that a login of systemd's makes, if its socket is there. */
static bool put_user_bus(struct strbuf *out, const char *runtime_dir,
			 struct error *err)
{
	struct strbuf path = strbuf_with_max(ADDRESS_MAX);
	const char *why;

	if (!runtime_dir || runtime_dir[0] != '/')
		return no_bus(err, "XDG_RUNTIME_DIR neither");
	strbuf_printf(&path, "%s/bus", runtime_dir);
	why = why_unusable(strbuf_text(&path));
	if (why) {
		strbuf_puts(&path, why);
		(void)no_bus(err, strbuf_text(&path));
	} else {
		strbuf_puts(out, "unix:path=");
		put_escaped(out, strbuf_text(&path));
	}
	if (!strbuf_ok(&path)) {
		why = "";
		(void)no_memory(err);
	}
	strbuf_clear(&path);
	return !why;
}

bool service_address(char *const *environment, char **address,
		     struct error *err)
{
	const char *set = text_env(environment, "DBUS_SESSION_BUS_ADDRESS");
	struct strbuf out = strbuf_with_max(ADDRESS_MAX);
	bool ok = true;

	if (text_is_empty(set))
		ok = put_user_bus(
			&out, text_env(environment, "XDG_RUNTIME_DIR"), err);
	else if (strstr(set, "autolaunch:")) /* would start a bus */
		ok = error_topic(err, ERROR_KEYRING, TOPIC_NO_SERVICE,
				 "no session bus (DBUS_SESSION_BUS_ADDRESS "
				 "is %s)",
				 set);
	else
		strbuf_puts(&out, set);
	if (ok && !strbuf_ok(&out))
		ok = no_memory(err);
	if (ok)
		*address = out.text;
	else
		strbuf_clear(&out);
	return ok;
}

/* --- a connection -------------------------------------------------------- */

struct bus {
	struct functions f;
	sd_bus *connection;
	uint64_t deadline;
	bool again; /* the last failure is one that a second try may mend */
};

static bool unreachable(int code, const char *address, struct error *err)
{
	return error_topic(err, ERROR_KEYRING, TOPIC_NO_SERVICE,
			   "cannot reach the session bus at %s: %s", address,
			   strerrordesc_np(-code));
}

static bool bus_hung(struct error *err)
{
	return error_topic(err, ERROR_KEYRING, TOPIC_SERVICE_HUNG,
			   "the session bus does not answer (waited %d s)",
			   SERVICE_SECONDS);
}

static int start_once(struct bus *b, const char *address)
{
	int r;

	b->connection = b->f.sd_bus_close_unref(b->connection);
	r = b->f.sd_bus_new(&b->connection);
	if (r >= 0)
		r = b->f.sd_bus_set_address(b->connection, address);
	if (r >= 0)
		r = b->f.sd_bus_set_bus_client(b->connection, 1);
	return r < 0 ? r : b->f.sd_bus_start(b->connection);
}

/* EAGAIN: more processes than the bus has taken in yet stand in its queue. */
static bool start(struct bus *b, const char *address, struct error *err)
{
	const struct timespec pause = { .tv_nsec = RETRY_NS };
	int r = start_once(b, address);

	while (r == -EAGAIN && service_left(b->deadline) > 0) {
		(void)nanosleep(&pause, NULL);
		r = start_once(b, address);
	}
	if (r == -EAGAIN)
		return bus_hung(err);
	return r >= 0 || unreachable(r, address, err);
}

/*
 * Until the bus has said hello.  Everything behind this is bounded by the
 * timeout of the call, but sd_bus_call() would wait for this without end.
 */
static bool settle(struct bus *b, const char *address, struct error *err)
{
	int r;

	while ((r = b->f.sd_bus_is_ready(b->connection)) == 0) {
		uint64_t left = service_left(b->deadline);

		if (left == 0)
			return bus_hung(err);
		r = b->f.sd_bus_process(b->connection, NULL);
		if (r == 0)
			r = b->f.sd_bus_wait(b->connection, left);
		if (r < 0 && r != -EINTR)
			break;
	}
	return r > 0 || unreachable(r, address, err);
}

/* Load, connect, settle. b is to be closed whatever comes out of it. */
static bool bus_open(struct bus *b, char *const *environment, uint64_t deadline,
		     struct error *err)
{
	char *address = NULL;
	bool ok;

	*b = (struct bus){ .deadline = deadline };
	ok = service_address(environment, &address, err) &&
	     load_functions(&b->f, err) && start(b, address, err) &&
	     settle(b, address, err);
	mem_free(address);
	return ok;
}

static void bus_close(struct bus *b)
{
	if (b->connection)
		b->f.sd_bus_close_unref(b->connection);
}

/* --- a question ---------------------------------------------------------- */

struct method {
	const char *destination, *path, *interface, *member;
};

/* What the bus's own names for a failure mean. */
static const struct meaning {
	const char *name;
	bool again; /* died under us, deleted meanwhile, only just starting */
	enum error_code code;
	const char *topic, *text;
} meanings[] = {
	{ "org.freedesktop.Secret.Error.IsLocked", false, ERROR_PERSON,
	  TOPIC_KEYRING_LOCKED, "the keyring is locked" },
	{ "org.freedesktop.DBus.Error.ServiceUnknown", false, ERROR_KEYRING,
	  TOPIC_NO_SERVICE, "no Secret Service on the session bus" },
	{ "org.freedesktop.DBus.Error.NameHasNoOwner", false, ERROR_KEYRING,
	  TOPIC_NO_SERVICE, "no Secret Service on the session bus" },
	{ "org.freedesktop.Secret.Error.NoSuchObject", true, ERROR_KEYRING, "",
	  "the item is gone from the keyring" },
	{ "org.freedesktop.DBus.Error.UnknownObject", true, ERROR_KEYRING, "",
	  "the item is gone from the keyring" },
	{ "org.freedesktop.DBus.Error.UnknownMethod", true, ERROR_KEYRING, "",
	  "the Secret Service does not know its own methods" },
	{ "org.freedesktop.DBus.Error.NoReply", true, ERROR_KEYRING,
	  TOPIC_NO_SERVICE, "the Secret Service went away" },
	{ "org.freedesktop.DBus.Error.Disconnected", true, ERROR_KEYRING,
	  TOPIC_NO_SERVICE, "the Secret Service went away" },
};

static bool refused(struct bus *b, const sd_bus_error *e, int code,
		    struct error *err)
{
	const size_t n = sizeof(meanings) / sizeof(meanings[0]);

	/* it is also what sd-bus makes of NoReply, said of one that died */
	if (code == -ETIMEDOUT && service_left(b->deadline) == 0)
		return service_hung(SERVICE_SECONDS, err);
	for (const struct meaning *m = meanings; m < meanings + n; m++)
		if (b->f.sd_bus_error_has_name(e, m->name)) {
			b->again = m->again;
			return error_topic(err, m->code, m->topic, "%s",
					   m->text);
		}
	b->again = code == -ECONNRESET || code == -ENOTCONN || code == -EPIPE;
	return error_set(err, ERROR_KEYRING, "the Secret Service failed: %s",
			 e->message ? e->message : strerrordesc_np(-code));
}

/* Call a method with arguments as of sd_bus_message_append(). */
static bool ask(struct bus *b, const struct method *to, sd_bus_message **reply,
		struct error *err, const char *types, ...)
{
	sd_bus_error e = SD_BUS_ERROR_NULL;
	sd_bus_message *m = NULL;
	uint64_t left = service_left(b->deadline);
	va_list ap;
	int r;

	va_start(ap, types);
	r = b->f.sd_bus_message_new_method_call(b->connection, &m,
						to->destination, to->path,
						to->interface, to->member);
	if (r >= 0)
		r = b->f.sd_bus_message_appendv(m, types, ap);
	va_end(ap);
	if (r >= 0) /* 0 would mean the default, 25 s */
		r = b->f.sd_bus_call(b->connection, m, left > 0 ? left : 1, &e,
				     reply);
	b->f.sd_bus_message_unref(m);
	if (r < 0)
		(void)refused(b, &e, r, err);
	b->f.sd_bus_error_free(&e);
	return r >= 0;
}

static bool garbled(struct error *err)
{
	return error_set(err, ERROR_KEYRING,
			 "the Secret Service's answer makes no sense");
}

/* A property of type (one letter) into *value. */
static bool ask_property(struct bus *b, const struct method *property,
			 const char *type, void *value, struct error *err)
{
	const struct method get = { SERVICE, property->path,
				    "org.freedesktop.DBus.Properties", "Get" };
	sd_bus_message *reply = NULL;
	bool ok = ask(b, &get, &reply, err, "ss", property->interface,
		      property->member) &&
		  (b->f.sd_bus_message_read(reply, "v", type, value) > 0 ||
		   garbled(err));

	b->f.sd_bus_message_unref(reply);
	return ok;
}

/* --- the service's answers ----------------------------------------------- */

/* *path lies in *reply, and is NO_PATH if there is no such collection. */
static bool read_alias(struct bus *b, sd_bus_message **reply, const char **path,
		       struct error *err)
{
	static const struct method read_alias = { SERVICE, ROOT_PATH,
						  INTERFACE "Service",
						  "ReadAlias" };

	*reply = b->f.sd_bus_message_unref(*reply);
	return ask(b, &read_alias, reply, err, "s", "default") &&
	       (b->f.sd_bus_message_read(*reply, "o", path) > 0 ||
		garbled(err));
}

/*
 * This comes first on every connection, and is waited for.  A busy GNOME
 * Keyring 42.1 may take up a call before it has noted who calls: it then knows
 * no collection, dies if the call was OpenSession, and knows better at the
 * next one.  So "none" is believed only when it is said again.
 */
static bool find_collection(struct bus *b, sd_bus_message **reply,
			    const char **path, struct error *err)
{
	const struct timespec pause = { .tv_nsec = RETRY_NS };
	bool ok = read_alias(b, reply, path, err);

	for (int tries = 1; ok && strcmp(*path, NO_PATH) == 0; tries++) {
		if (tries == ALIAS_TRIES)
			return error_set(err, ERROR_KEYRING,
					 "the Secret Service has no default "
					 "collection");
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
	bool ok = ask_property(b, &property, "b", &value, err);

	*locked = value != 0;
	return ok;
}

/* *path lies in *reply, which is to be unreferenced in any case. */
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

	return ask_property(b, &property, "t", modified, err);
}

/* The later changed of two items; the first may still be NULL. */
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
 * One of the paths in the array that comes next, or NULL.  There may be two if
 * two processes stored at the same moment: then the one changed last.
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
	return r >= 0 || garbled(err);
}

/*
 * No unlocked item was found. Is there none? The array of locked ones comes
 * next in the reply; and KeePassXC shows no item of a closed database.
 */
static bool is_none(struct bus *b, sd_bus_message *reply,
		    const char *collection, struct error *err)
{
	const char *hidden = NULL;
	bool locked = false;

	if (!newest(b, reply, &hidden, err) ||
	    (!hidden && !ask_locked(b, collection, &locked, err)))
		return false;
	return (!hidden && !locked) || service_locked(err);
}

/* Which item holds it. *path is NULL if there is none, and lies in *reply. */
static bool find(struct bus *b, const char *kind, const char *name,
		 sd_bus_message **reply, const char **path, struct error *err)
{
	static const struct method search = { SERVICE, ROOT_PATH,
					      INTERFACE "Service",
					      "SearchItems" };
	sd_bus_message *alias = NULL;
	const char *collection;
	bool ok;

	ok = find_collection(b, &alias, &collection, err) &&
	     ask(b, &search, reply, err, "a{ss}", 3, ATTRIBUTE_OURS,
		 LAYOUT_VERSION, ATTRIBUTE_KIND, kind, ATTRIBUTE_NAME, name) &&
	     newest(b, *reply, path, err) &&
	     (*path || is_none(b, *reply, collection, err));
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
		return garbled(err);
	if (len > SECRET_MAX)
		return error_set(err, ERROR_KEYRING,
				 "the item in the keyring is too long");
	*value = secbuf_new(len);
	secbuf_add(*value, bytes, len);
	return secbuf_ok(*value) || no_memory(err);
}

/*
 * In a "plain" session: whoever can listen on this bus could ask for the
 * secret as well, and the encrypted one costs three times the whole read.
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
	const char *output, *id = NULL;
	bool ok;

	ok = ask(b, &open_session, &session, err, "sv", "plain", "s", "") &&
	     (b->f.sd_bus_message_read(session, "vo", "s", &output, &id) > 0 ||
	      garbled(err)) &&
	     ask(b, &get_secret, &secret, err, "o", id) &&
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

/* --- doors --------------------------------------------------------------- */

static bool copy_path(const char *from, char **path, struct error *err)
{
	size_t size = strlen(from) + 1;

	*path = mem_alloc(size);
	if (*path)
		memcpy(*path, from, size);
	return *path || no_memory(err);
}

bool service_look(char *const *environment, uint64_t deadline, char **path,
		  bool *locked, struct error *err)
{
	bool again = true;
	bool ok = false;

	for (int tries = 0; !ok && again && tries < 2; tries++) {
		sd_bus_message *reply = NULL;
		const char *found;
		struct bus b;

		ok = bus_open(&b, environment, deadline, err) &&
		     look(&b, &reply, &found, locked, err) &&
		     copy_path(found, path, err);
		again = b.again;
		if (reply)
			b.f.sd_bus_message_unref(reply);
		bus_close(&b);
	}
	return ok;
}

static bool sdbus_get(void *self, const char *kind, const char *name,
		      struct secbuf **value, struct error *err)
{
	uint64_t deadline = service_deadline(SERVICE_SECONDS);
	bool again = true;
	bool ok = false;

	*value = NULL;
	if (!service_attribute_ok("name", name, err))
		return false;
	for (int tries = 0; !ok && again && tries < 2; tries++) {
		struct bus b;

		ok = bus_open(&b, self, deadline, err) &&
		     read_item(&b, kind, name, value, err);
		again = b.again;
		bus_close(&b);
		if (!ok) {
			secbuf_free(*value);
			*value = NULL;
		}
	}
	return ok;
}

static bool reads_only(struct error *err)
{
	return error_set(err, ERROR_KEYRING, "this reader cannot write");
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

/* Does a service own its name, and if not, could the bus start one? */
static bool ask_owned(struct bus *b, bool *owned, struct error *err)
{
	static const struct method has_owner = { "org.freedesktop.DBus",
						 "/org/freedesktop/DBus",
						 "org.freedesktop.DBus",
						 "NameHasOwner" };
	sd_bus_message *reply = NULL;
	int value = 0;
	bool ok = ask(b, &has_owner, &reply, err, "s", SERVICE) &&
		  (b->f.sd_bus_message_read(reply, "b", &value) > 0 ||
		   garbled(err));

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
	bool ok = ask(b, &names, &reply, err, "");

	if (ok && b->f.sd_bus_message_enter_container(reply, 'a', "s") > 0)
		while (!found &&
		       b->f.sd_bus_message_read(reply, "s", &name) > 0)
			found = strcmp(name, SERVICE) == 0;
	b->f.sd_bus_message_unref(reply);
	return ok && (found || error_topic(err, ERROR_KEYRING, TOPIC_NO_SERVICE,
					   "no Secret Service on the session "
					   "bus"));
}

/* Any answer at all will do, and ReadAlias harms none. */
static bool answers(struct bus *b, struct error *err)
{
	static const struct method read_alias = { SERVICE, ROOT_PATH,
						  INTERFACE "Service",
						  "ReadAlias" };
	sd_bus_message *reply = NULL;
	bool ok = ask(b, &read_alias, &reply, err, "s", "default");

	b->f.sd_bus_message_unref(reply);
	return ok;
}

bool service_probe(const struct keyring_needs *needs, struct error *err)
{
	struct bus b;
	bool owned = false;
	bool ok;

	ok = bus_open(&b, needs->environment, service_deadline(SERVICE_SECONDS),
		      err) &&
	     ask_owned(&b, &owned, err) &&
	     (owned ? answers(&b, err) : is_startable(&b, err));
	bus_close(&b);
	return ok;
}

/* The environment is all that a reader needs, so it is its self. */
static bool sdbus_open(const struct keyring_needs *needs,
		       struct keyring *keyring, struct error *err)
{
	void *environment;

	(void)err;
	memcpy(&environment, &needs->environment, sizeof(environment));
	*keyring = (struct keyring){ .self = environment,
				     .name = SERVICE_ROW,
				     .get = sdbus_get,
				     .put = sdbus_put,
				     .remove = sdbus_remove,
				     .list = sdbus_list };
	return true;
}

static void sdbus_close(struct keyring *keyring)
{
	*keyring = (struct keyring){ 0 };
}

const struct keyring_row keyring_row_sdbus = { .name = SERVICE_ROW,
					       .title = SERVICE_TITLE,
					       .probe = service_probe,
					       .open = sdbus_open,
					       .close = sdbus_close };
