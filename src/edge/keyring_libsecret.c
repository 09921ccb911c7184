#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <libsecret/secret.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/mem.h"
#include "base/secbuf.h"
#include "base/text.h"
#include "base/topic.h"
#include "edge/keyring.h"
#include "keyring_secret_internal.h"
#include "port/prompt.h"

#define PERSON_SECONDS 60 /* for a person to act */
#define TIDY_SECONDS   1  /* for an abandoned call to end */
#define TRIES          5  /* more of them, if items vanish under us */
#define MILLISECOND    1000

/* DONT_MATCH_NAME: see the attributes in keyring_secret_internal.h. */
static const SecretSchema schema = {
	.name = "io.rolekey.Item",
	.flags = SECRET_SCHEMA_DONT_MATCH_NAME,
	.attributes = { { ATTRIBUTE_OURS, SECRET_SCHEMA_ATTRIBUTE_STRING },
			{ ATTRIBUTE_KIND, SECRET_SCHEMA_ATTRIBUTE_STRING },
			{ ATTRIBUTE_NAME, SECRET_SCHEMA_ATTRIBUTE_STRING },
			{ ATTRIBUTE_ORIGIN, SECRET_SCHEMA_ATTRIBUTE_STRING },
			{ ATTRIBUTE_EXPIRES, SECRET_SCHEMA_ATTRIBUTE_STRING } },
};

struct libsecret {
	struct keyring_needs needs;
	GMainContext *context; /* ours: nobody else's events run in it */
	GDBusConnection *bus;
	SecretService *service;
	char *collection;     /* the default one's path, looked up anew */
	GAsyncResult *result; /* of the call that is waited for */
	uint64_t deadline;
	int seconds;   /* from when it was set to the deadline */
	int tries;     /* that are left, if the item vanishes */
	bool vanished; /* the failure: another process deleted the item */
	bool given_up; /* a call is still under way: make no other */
};

/* --- waiting ------------------------------------------------------------- */

static void take_result(GObject *source, GAsyncResult *result, gpointer self)
{
	struct libsecret *lib = self;

	(void)source;
	lib->result = g_object_ref(result);
}

static gboolean keep_ticking(gpointer nothing)
{
	(void)nothing;
	return G_SOURCE_CONTINUE;
}

static void allow(struct libsecret *lib, int seconds)
{
	lib->seconds = seconds;
	lib->deadline = service_deadline(seconds);
}

/* Run what comes in until there is a result or the time is up. */
static bool wait_until(struct libsecret *lib, uint64_t deadline)
{
	while (!lib->result && service_left(deadline) > 0) {
		uint64_t left = service_left(deadline) / MILLISECOND + 1;
		GSource *timer = g_timeout_source_new((guint)left);

		g_source_set_callback(timer, keep_ticking, NULL, NULL);
		(void)g_source_attach(timer, lib->context);
		(void)g_main_context_iteration(lib->context, TRUE);
		g_source_destroy(timer);
		g_source_unref(timer);
	}
	return lib->result != NULL;
}

static void drop_result(struct libsecret *lib)
{
	g_clear_object(&lib->result);
}

/*
 * A call is never cancelled: libsecret 0.20 would dismiss the prompt, hang,
 * and take GNOME Keyring down with it.  The connection is cut instead, which
 * ends the call, and to the service looks like any program that ends.
 */
static void give_up(struct libsecret *lib)
{
	lib->given_up = true;
	if (!lib->bus)
		return;
	g_dbus_connection_close(lib->bus, NULL, NULL, NULL);
	(void)wait_until(lib, service_deadline(TIDY_SECONDS));
	drop_result(lib);
}

/* On true, lib->result is there, to be finished and dropped. */
static bool await(struct libsecret *lib, struct error *err)
{
	if (wait_until(lib, lib->deadline))
		return true;
	give_up(lib);
	return service_hung(lib->seconds, err);
}

/* --- why not ------------------------------------------------------------- */

static bool is_gone(const GError *e)
{
	return g_error_matches(e, G_DBUS_ERROR, G_DBUS_ERROR_SERVICE_UNKNOWN) ||
	       g_error_matches(e, G_DBUS_ERROR,
			       G_DBUS_ERROR_NAME_HAS_NO_OWNER) ||
	       g_error_matches(e, G_DBUS_ERROR, G_DBUS_ERROR_NO_REPLY) ||
	       g_error_matches(e, G_IO_ERROR, G_IO_ERROR_CLOSED);
}

/* How a service says that an item is no more: by its path's having gone. */
static bool is_vanished(const GError *e)
{
	return g_error_matches(e, SECRET_ERROR, SECRET_ERROR_NO_SUCH_OBJECT) ||
	       g_error_matches(e, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_OBJECT) ||
	       g_error_matches(e, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_METHOD);
}

/* What GLib says, in our words. Takes e, which may be NULL. */
static bool failed(struct libsecret *lib, const char *what, GError *e,
		   struct error *err)
{
	lib->vanished = is_vanished(e);
	if (e)
		(void)g_dbus_error_strip_remote_error(e);
	if (g_error_matches(e, SECRET_ERROR, SECRET_ERROR_IS_LOCKED))
		(void)service_locked(err);
	else if (g_error_matches(e, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
		(void)service_hung(SERVICE_SECONDS, err);
	else if (is_gone(e))
		(void)error_topic(err, ERROR_KEYRING, TOPIC_NO_SERVICE,
				  "the Secret Service went away");
	else
		(void)error_set(err, ERROR_KEYRING, "%s: %s", what,
				e ? e->message : "no reason is given");
	g_clear_error(&e);
	return false;
}

/* --- unlocking ----------------------------------------------------------- */

/* Why no prompt for unlocking may be caused, or NULL. */
static const char *no_prompt_because(const struct keyring_needs *needs)
{
	const char *no = text_env(needs->environment, "ROLEKEY_NO_PROMPT");
	bool forbidden = !text_is_empty(no);

	if (forbidden && !text_bool(no, &forbidden))
		forbidden = true;
	if (!needs->prompt || needs->no_prompt || forbidden)
		return "asking is forbidden";
	if (text_is_empty(text_env(needs->environment, "DISPLAY")) &&
	    text_is_empty(text_env(needs->environment, "WAYLAND_DISPLAY")))
		return "there is no display to ask on";
	return NULL;
}

static bool nobody_unlocked(struct error *err)
{
	return error_topic(err, ERROR_PERSON, TOPIC_KEYRING_LOCKED,
			   "the keyring is locked, and nobody unlocked it "
			   "within %d s",
			   PERSON_SECONDS);
}

/* Unlock collections or items, by a prompt of the service's. */
static bool unlock(struct libsecret *lib, GList *objects, struct error *err)
{
	const char *because = no_prompt_because(&lib->needs);
	const struct prompt *prompt = lib->needs.prompt;
	GList *unlocked = NULL;
	GError *e = NULL;
	bool ok;

	if (because)
		return error_topic(err, ERROR_PERSON, TOPIC_KEYRING_LOCKED,
				   "the keyring is locked, and %s", because);
	prompt->tell(prompt->self,
		     "waiting for the keyring to be unlocked (60 s)");
	allow(lib, PERSON_SECONDS);
	secret_service_unlock(lib->service, objects, NULL, take_result, lib);
	if (!await(lib, err))
		return nobody_unlocked(err);
	ok = secret_service_unlock_finish(lib->service, lib->result, &unlocked,
					  &e) > 0;
	drop_result(lib);
	g_list_free_full(unlocked, g_object_unref);
	if (e)
		return failed(lib, "cannot unlock the keyring", e, err);
	allow(lib, SERVICE_SECONDS);
	return ok || error_topic(err, ERROR_PERSON, TOPIC_DISMISSED,
				 "the keyring is locked, and the question to "
				 "unlock it was dismissed");
}

static bool unlock_collection(struct libsecret *lib, struct error *err)
{
	SecretCollection *collection;
	GList objects = { 0 };
	GError *e = NULL;
	bool ok;

	secret_collection_for_alias(lib->service, SECRET_COLLECTION_DEFAULT,
				    SECRET_COLLECTION_NONE, NULL, take_result,
				    lib);
	if (!await(lib, err))
		return false;
	collection = secret_collection_for_alias_finish(lib->result, &e);
	drop_result(lib);
	if (!collection)
		return failed(lib, "cannot find the default collection", e,
			      err);
	objects.data = collection;
	ok = unlock(lib, &objects, err);
	g_object_unref(collection);
	return ok;
}

/* --- beginning and ending a call ----------------------------------------- */

/*
 * libsecret knows no other bus than GLib's shared one.  GLib would start a bus
 * if it knew no address, hence the address by its name; and it would end this
 * process with SIGTERM when the bus goes away, unless told not to.
 */
static bool connect_bus(struct libsecret *lib, struct error *err)
{
	static const char variable[] = "DBUS_SESSION_BUS_ADDRESS";
	char *address = NULL;
	GError *e = NULL;

	if (!service_address(lib->needs.environment, &address, err))
		return false;
	if (g_strcmp0(g_getenv(variable), address) != 0)
		(void)g_setenv(variable, address, TRUE);
	mem_free(address);
	g_bus_get(G_BUS_TYPE_SESSION, NULL, take_result, lib);
	if (!await(lib, err))
		return false;
	lib->bus = g_bus_get_finish(lib->result, &e);
	drop_result(lib);
	if (!lib->bus)
		return failed(lib, "cannot reach the session bus", e, err);
	g_dbus_connection_set_exit_on_close(lib->bus, FALSE);
	return true;
}

static bool connect_service(struct libsecret *lib, struct error *err)
{
	GError *e = NULL;

	secret_service_open(SECRET_TYPE_SERVICE, NULL, SECRET_SERVICE_NONE,
			    NULL, take_result, lib);
	if (!await(lib, err))
		return false;
	lib->service = secret_service_open_finish(lib->result, &e);
	drop_result(lib);
	return lib->service || failed(lib, "cannot reach the keyring", e, err);
}

/*
 * Before libsecret gets to ask anything, the bus, the service, its default
 * collection and the lock have been looked at in a way that ends.
 */
static bool begin(struct libsecret *lib, struct error *err)
{
	bool locked = false;

	g_main_context_push_thread_default(lib->context);
	allow(lib, SERVICE_SECONDS);
	lib->tries = TRIES;
	lib->vanished = false;
	if (lib->given_up)
		return service_hung(lib->seconds, err);
	mem_free(lib->collection);
	lib->collection = NULL;
	return service_look(lib->needs.environment, lib->deadline,
			    &lib->collection, &locked, err) &&
	       (lib->bus || connect_bus(lib, err)) &&
	       (lib->service || connect_service(lib, err)) &&
	       (!locked || unlock_collection(lib, err));
}

/* What may make the service ask a person may take a person's time. */
static void allow_for_person(struct libsecret *lib)
{
	if (!no_prompt_because(&lib->needs))
		allow(lib, PERSON_SECONDS);
}

/*
 * Another process may delete what was found before it is used; then all of it
 * is done once more.
 */
static bool try_again(struct libsecret *lib, bool done)
{
	bool again = !done && lib->vanished && lib->tries > 0;

	lib->vanished = false;
	lib->tries--;
	return again;
}

static void end(struct libsecret *lib)
{
	g_main_context_pop_thread_default(lib->context);
}

/* --- items --------------------------------------------------------------- */

/* The items of a kind and name, or of a kind; to be freed by free_items(). */
static bool search(struct libsecret *lib, const char *kind, const char *name,
		   GList **items, struct error *err)
{
	GHashTable *attributes = secret_attributes_build(
		&schema, ATTRIBUTE_OURS, LAYOUT_VERSION, ATTRIBUTE_KIND, kind,
		name ? ATTRIBUTE_NAME : NULL, name, NULL);
	GError *e = NULL;

	secret_service_search(lib->service, &schema, attributes,
			      SECRET_SEARCH_ALL, NULL, take_result, lib);
	g_hash_table_unref(attributes);
	if (!await(lib, err))
		return false;
	*items = secret_service_search_finish(lib->service, lib->result, &e);
	drop_result(lib);
	return !e || failed(lib, "cannot search the keyring", e, err);
}

static void free_items(GList *items)
{
	g_list_free_full(items, g_object_unref);
}

static guint64 modified(gconstpointer p)
{
	SecretItem *item;

	memcpy(&item, &p, sizeof(p)); /* GLib's lists are not const */
	return secret_item_get_modified(item);
}

static gint newest_first(gconstpointer a, gconstpointer b)
{
	return (modified(a) < modified(b)) - (modified(a) > modified(b));
}

/*
 * The items of that kind and name, ready for use, the newest first: there may
 * be two if two processes stored at the same moment.
 */
static bool find(struct libsecret *lib, const char *kind, const char *name,
		 GList **items, struct error *err)
{
	GList *locked = NULL;
	bool ok = service_attribute_ok("name", name, err) &&
		  search(lib, kind, name, items, err);

	if (!ok)
		return false;
	*items = g_list_sort(*items, newest_first);
	for (GList *i = *items; i; i = i->next)
		if (secret_item_get_locked(i->data))
			locked = g_list_prepend(locked, i->data);
	ok = !locked || unlock(lib, locked, err);
	g_list_free(locked);
	return ok;
}

static bool load(struct libsecret *lib, SecretItem *item, struct secbuf **value,
		 struct error *err)
{
	SecretValue *secret;
	GError *e = NULL;
	const char *bytes;
	gsize len = 0;

	secret_item_load_secret(item, NULL, take_result, lib);
	if (!await(lib, err))
		return false;
	(void)secret_item_load_secret_finish(item, lib->result, &e);
	drop_result(lib);
	secret = e ? NULL : secret_item_get_secret(item);
	if (!secret)
		return failed(lib, "cannot read from the keyring", e, err);
	bytes = secret_value_get(secret, &len);
	*value = secbuf_new(len);
	secbuf_add(*value, bytes, len);
	secret_value_unref(secret);
	if (secbuf_ok(*value))
		return true;
	secbuf_free(*value);
	*value = NULL;
	return error_set(err, ERROR_MEMORY, "out of memory");
}

static GHashTable *attributes_of(const struct keyring_item *item)
{
	GHashTable *attributes = secret_attributes_build(
		&schema, ATTRIBUTE_OURS, LAYOUT_VERSION, ATTRIBUTE_KIND,
		item->kind, ATTRIBUTE_NAME, item->name,
		item->origin ? ATTRIBUTE_ORIGIN : NULL, item->origin, NULL);

	if (item->expires != 0)
		g_hash_table_insert(attributes, g_strdup(ATTRIBUTE_EXPIRES),
				    g_strdup_printf("%" PRId64, item->expires));
	return attributes;
}

/* libsecret does not tell when a person was asked for leave and gave none. */
static bool check_stored(struct libsecret *lib, const struct keyring_item *item,
			 struct error *err)
{
	GList *items = NULL;
	bool ok = search(lib, item->kind, item->name, &items, err) &&
		  (items || error_topic(err, ERROR_PERSON, TOPIC_DISMISSED,
					"nothing was stored: the keyring's "
					"question was dismissed"));

	free_items(items);
	return ok;
}

/*
 * By the collection's own path: if GNOME Keyring under load does not answer for
 * the alias, libsecret would have the person make another default keyring.
 */
static bool store(struct libsecret *lib, const struct keyring_item *item,
		  SecretValue *value, struct error *err)
{
	GHashTable *attributes = attributes_of(item);
	GError *e = NULL;

	secret_service_store(lib->service, &schema, attributes, lib->collection,
			     item->label, value, NULL, take_result, lib);
	g_hash_table_unref(attributes);
	if (!await(lib, err))
		return false;
	(void)secret_service_store_finish(lib->service, lib->result, &e);
	drop_result(lib);
	if (e)
		return failed(lib, "cannot write to the keyring", e, err);
	return check_stored(lib, item, err);
}

/*
 * The item is changed where it lies: a service "replaces" only what has the
 * very same attributes, and ours change with each session.
 */
static bool change_secret(struct libsecret *lib, SecretItem *item,
			  SecretValue *value, struct error *err)
{
	GError *e = NULL;

	secret_item_set_secret(item, value, NULL, take_result, lib);
	if (!await(lib, err))
		return false;
	(void)secret_item_set_secret_finish(item, lib->result, &e);
	drop_result(lib);
	return !e || failed(lib, "cannot write to the keyring", e, err);
}

static bool change_attributes(struct libsecret *lib, SecretItem *item,
			      const struct keyring_item *to, struct error *err)
{
	GHashTable *attributes = attributes_of(to);
	GError *e = NULL;

	secret_item_set_attributes(item, &schema, attributes, NULL, take_result,
				   lib);
	g_hash_table_unref(attributes);
	if (!await(lib, err))
		return false;
	(void)secret_item_set_attributes_finish(item, lib->result, &e);
	drop_result(lib);
	return !e || failed(lib, "cannot write to the keyring", e, err);
}

static bool change_label(struct libsecret *lib, SecretItem *item,
			 const char *label, struct error *err)
{
	GError *e = NULL;

	secret_item_set_label(item, label, NULL, take_result, lib);
	if (!await(lib, err))
		return false;
	(void)secret_item_set_label_finish(item, lib->result, &e);
	drop_result(lib);
	return !e || failed(lib, "cannot write to the keyring", e, err);
}

static bool delete_all(struct libsecret *lib, GList *items, struct error *err)
{
	for (GList *i = items; i; i = i->next) {
		GError *e = NULL;

		secret_item_delete(i->data, NULL, take_result, lib);
		if (!await(lib, err))
			return false;
		(void)secret_item_delete_finish(i->data, lib->result, &e);
		drop_result(lib);
		if (is_vanished(e)) /* another process was quicker */
			g_clear_error(&e);
		if (e)
			return failed(lib, "cannot delete from the keyring", e,
				      err);
	}
	return true;
}

/* --- a listing ----------------------------------------------------------- */

static const char *copy(struct arena *arena, const char *text)
{
	return text ? arena_strdup(arena, text) : NULL;
}

/*
 * to->name stays NULL for an item that shows no attributes: it is locked.
 * Other programs may have made one without our other attributes.
 */
static bool describe(SecretItem *item, struct arena *arena,
		     struct keyring_item *to)
{
	GHashTable *attributes = secret_item_get_attributes(item);
	const char *name = g_hash_table_lookup(attributes, ATTRIBUTE_NAME);
	const char *kind = g_hash_table_lookup(attributes, ATTRIBUTE_KIND);
	const char *origin = g_hash_table_lookup(attributes, ATTRIBUTE_ORIGIN);
	const char *expires =
		g_hash_table_lookup(attributes, ATTRIBUTE_EXPIRES);
	char *label = secret_item_get_label(item);
	bool ok;

	*to = (struct keyring_item){ .name = copy(arena, name),
				     .kind = copy(arena, kind),
				     .origin =
					     copy(arena, origin ? origin : ""),
				     .label = copy(arena, label ? label : "") };
	if (!expires || !text_number(expires, 0, INT64_MAX, &to->expires))
		to->expires = 0;
	ok = !name == !to->name && !kind == !to->kind && to->origin &&
	     to->label;
	g_hash_table_unref(attributes);
	g_free(label);
	return ok;
}

static int by_name(const void *a, const void *b)
{
	const struct keyring_item *x = a;
	const struct keyring_item *y = b;

	return strcmp(x->name, y->name);
}

/* Sorted, and each name once. Returns how many there are then. */
static size_t tidy(struct keyring_item *items, size_t n)
{
	size_t kept = 0;

	if (n > 1)
		qsort(items, n, sizeof(*items), by_name);
	for (size_t i = 0; i < n; i++)
		if (kept == 0 || by_name(&items[kept - 1], &items[i]) != 0)
			items[kept++] = items[i];
	return kept;
}

static bool describe_all(GList *from, struct arena *arena,
			 const struct keyring_item **items, size_t *n,
			 struct error *err)
{
	struct keyring_item *all =
		arena_alloc(arena, g_list_length(from) * sizeof(*all));
	size_t seen = 0;

	for (GList *i = from; all && i; i = i->next) {
		if (!describe(i->data, arena, &all[seen]))
			all = NULL;
		else if (all[seen].name)
			seen++;
	}
	if (!all)
		return error_set(err, ERROR_MEMORY, "out of memory");
	*n = tidy(all, seen);
	*items = all;
	return true;
}

/* --- doors --------------------------------------------------------------- */

static bool get_once(struct libsecret *lib, const char *kind, const char *name,
		     struct secbuf **value, struct error *err)
{
	GList *items = NULL;
	bool ok = find(lib, kind, name, &items, err) &&
		  (!items || load(lib, items->data, value, err));

	free_items(items);
	return ok;
}

static bool libsecret_get(void *self, const char *kind, const char *name,
			  struct secbuf **value, struct error *err)
{
	struct libsecret *lib = self;
	bool ok = begin(lib, err);

	*value = NULL;
	if (ok)
		do
			ok = get_once(lib, kind, name, value, err);
		while (try_again(lib, ok));
	end(lib);
	return ok;
}

static bool item_ok(const struct keyring_item *item, struct error *err)
{
	return service_attribute_ok("name", item->name, err) &&
	       service_attribute_ok("label", item->label, err) &&
	       (!item->origin ||
		service_attribute_ok("origin", item->origin, err));
}

static bool put_once(struct libsecret *lib, const struct keyring_item *item,
		     SecretValue *secret, struct error *err)
{
	GList *old = NULL;
	bool ok = find(lib, item->kind, item->name, &old, err);

	if (ok && old)
		ok = change_secret(lib, old->data, secret, err) &&
		     change_attributes(lib, old->data, item, err) &&
		     change_label(lib, old->data, item->label, err) &&
		     delete_all(lib, old->next, err);
	else if (ok)
		ok = store(lib, item, secret, err);
	free_items(old);
	return ok;
}

static bool libsecret_put(void *self, const struct keyring_item *item,
			  const struct secbuf *value, struct error *err)
{
	struct libsecret *lib = self;
	SecretValue *secret = secret_value_new(
		secbuf_text(value), (gssize)secbuf_len(value), "text/plain");
	bool ok = begin(lib, err) && item_ok(item, err);

	if (ok)
		do
			ok = put_once(lib, item, secret, err);
		while (try_again(lib, ok));
	secret_value_unref(secret);
	end(lib);
	return ok;
}

static bool remove_once(struct libsecret *lib, const char *kind,
			const char *name, bool *removed, struct error *err)
{
	GList *items = NULL;
	bool ok = find(lib, kind, name, &items, err);

	if (ok) {
		allow_for_person(lib);
		ok = delete_all(lib, items, err);
	}
	*removed = ok && items;
	free_items(items);
	return ok;
}

static bool libsecret_remove(void *self, const char *kind, const char *name,
			     bool *removed, struct error *err)
{
	struct libsecret *lib = self;
	bool ok = begin(lib, err);

	*removed = false;
	if (ok)
		do
			ok = remove_once(lib, kind, name, removed, err);
		while (try_again(lib, ok));
	end(lib);
	return ok;
}

static bool list_once(struct libsecret *lib, const char *kind, GList **found,
		      struct error *err)
{
	free_items(*found);
	*found = NULL;
	return search(lib, kind, NULL, found, err);
}

static bool libsecret_list(void *self, const char *kind, struct arena *arena,
			   const struct keyring_item **items, size_t *n,
			   struct error *err)
{
	struct libsecret *lib = self;
	GList *found = NULL;
	bool ok = begin(lib, err);

	*items = NULL;
	*n = 0;
	if (ok)
		do
			ok = list_once(lib, kind, &found, err);
		while (try_again(lib, ok));
	ok = ok && describe_all(found, arena, items, n, err);
	free_items(found);
	end(lib);
	return ok;
}

static bool libsecret_open(const struct keyring_needs *needs,
			   struct keyring *keyring, struct error *err)
{
	struct libsecret *lib = mem_alloc(sizeof(*lib));

	if (!lib)
		return error_set(err, ERROR_MEMORY, "out of memory");
	lib->needs = *needs;
	lib->context = g_main_context_new();
	*keyring = (struct keyring){ .self = lib,
				     .name = SERVICE_ROW,
				     .get = libsecret_get,
				     .put = libsecret_put,
				     .remove = libsecret_remove,
				     .list = libsecret_list };
	return true;
}

static void libsecret_close(struct keyring *keyring)
{
	struct libsecret *lib = keyring->self;

	if (lib) {
		g_clear_object(&lib->service);
		g_clear_object(&lib->bus);
		/* What GDBus has to free, it frees from the loop. */
		while (g_main_context_iteration(lib->context, FALSE))
			continue;
		drop_result(lib);
		g_main_context_unref(lib->context);
		mem_free(lib->collection);
		mem_free(lib);
	}
	*keyring = (struct keyring){ 0 };
}

const struct keyring_row keyring_row_secret_service = {
	.name = SERVICE_ROW,
	.title = SERVICE_TITLE,
	.probe = service_probe,
	.open = libsecret_open,
	.close = libsecret_close,
};
