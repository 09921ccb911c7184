#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <libsecret/secret.h>

#include "base/error.h"
#include "base/secbuf.h"
#include "edge/keyring.h"
#include "edge/keyring/secret_service/libsecret_internal.h"
#include "edge/keyring/secret_service/service_internal.h"

/* DONT_MATCH_NAME: see the attributes in service_internal.h. */
static const SecretSchema schema = {
	.name = "io.rolekey.Item",
	.flags = SECRET_SCHEMA_DONT_MATCH_NAME,
	.attributes = { { ATTRIBUTE_OURS, SECRET_SCHEMA_ATTRIBUTE_STRING },
			{ ATTRIBUTE_KIND, SECRET_SCHEMA_ATTRIBUTE_STRING },
			{ ATTRIBUTE_NAME, SECRET_SCHEMA_ATTRIBUTE_STRING },
			{ ATTRIBUTE_ORIGIN, SECRET_SCHEMA_ATTRIBUTE_STRING },
			{ ATTRIBUTE_EXPIRES, SECRET_SCHEMA_ATTRIBUTE_STRING } },
};

bool libsecret_items_search(struct libsecret *lib, const char *kind,
			    const char *name, GList **items, struct error *err)
{
	GHashTable *attributes = secret_attributes_build(
		&schema, ATTRIBUTE_OURS, LAYOUT_VERSION, ATTRIBUTE_KIND, kind,
		name ? ATTRIBUTE_NAME : NULL, name, NULL);
	GError *e = NULL;

	secret_service_search(lib->service, &schema, attributes,
			      SECRET_SEARCH_ALL, NULL, libsecret_call_ready,
			      lib);
	g_hash_table_unref(attributes);
	if (!libsecret_call_await(lib, err))
		return false;
	*items = secret_service_search_finish(lib->service, lib->result, &e);
	libsecret_call_drop_result(lib);
	return !e || libsecret_call_failed(lib, "search the keyring", e, err);
}

void libsecret_items_free(GList *items)
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

void libsecret_items_stamp(GList *items, char stamp[static KEYRING_STAMP_LEN])
{
	guint64 newest = 0;

	for (GList *i = items; i; i = i->next)
		if (modified(i->data) > newest)
			newest = modified(i->data);
	service_stamp(g_list_length(items), newest, stamp);
}

bool libsecret_items_find(struct libsecret *lib, const char *kind,
			  const char *name, GList **items, struct error *err)
{
	GList *locked = NULL;
	bool ok = service_attribute_ok("name", name, err) &&
		  libsecret_items_search(lib, kind, name, items, err);

	if (!ok)
		return false;
	*items = g_list_sort(*items, newest_first);
	for (GList *i = *items; i; i = i->next)
		if (secret_item_get_locked(i->data))
			locked = g_list_prepend(locked, i->data);
	ok = !locked || libsecret_call_unlock(lib, locked, err);
	g_list_free(locked);
	return ok;
}

bool libsecret_items_load(struct libsecret *lib, SecretItem *item,
			  struct secbuf **value, struct error *err)
{
	SecretValue *secret;
	GError *e = NULL;
	const char *bytes;
	gsize len = 0;

	secret_item_load_secret(item, NULL, libsecret_call_ready, lib);
	if (!libsecret_call_await(lib, err))
		return false;
	(void)secret_item_load_secret_finish(item, lib->result, &e);
	libsecret_call_drop_result(lib);
	secret = e ? NULL : secret_item_get_secret(item);
	if (!secret)
		return libsecret_call_failed(lib, "read from the keyring", e,
					     err);
	bytes = secret_value_get(secret, &len);
	*value = secbuf_new(len);
	secbuf_add(*value, bytes, len);
	secret_value_unref(secret);
	if (secbuf_ok(*value))
		return true;
	secbuf_free(*value);
	*value = NULL;
	return error_memory(err);
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

/* Reads the item again: libsecret does not report that the user refused. */
static bool check_stored(struct libsecret *lib, const struct keyring_item *item,
			 struct error *err)
{
	GList *items = NULL;
	bool ok = libsecret_items_search(lib, item->kind, item->name, &items,
					 err);

	if (ok && !items) {
		(void)error_fail(err, REASON_DISMISSED);
		ok = error_context(err, REASON_NOT_WRITTEN);
	}

	libsecret_items_free(items);
	return ok;
}

/*
 * Stores by the path of the collection.  If GNOME Keyring under load did not
 * answer for the alias, libsecret would make the user create another default
 * keyring.
 */
bool libsecret_items_store(struct libsecret *lib,
			   const struct keyring_item *item, SecretValue *value,
			   struct error *err)
{
	GHashTable *attributes = attributes_of(item);
	GError *e = NULL;

	secret_service_store(lib->service, &schema, attributes, lib->collection,
			     item->label, value, NULL, libsecret_call_ready,
			     lib);
	g_hash_table_unref(attributes);
	if (!libsecret_call_await(lib, err))
		return false;
	(void)secret_service_store_finish(lib->service, lib->result, &e);
	libsecret_call_drop_result(lib);
	if (e)
		return libsecret_call_failed(lib, "write to the keyring", e,
					     err);
	return check_stored(lib, item, err);
}

bool libsecret_items_change_secret(struct libsecret *lib, SecretItem *item,
				   SecretValue *value, struct error *err)
{
	GError *e = NULL;

	secret_item_set_secret(item, value, NULL, libsecret_call_ready, lib);
	if (!libsecret_call_await(lib, err))
		return false;
	(void)secret_item_set_secret_finish(item, lib->result, &e);
	libsecret_call_drop_result(lib);
	return !e || libsecret_call_failed(lib, "write to the keyring", e, err);
}

bool libsecret_items_change_attributes(struct libsecret *lib, SecretItem *item,
				       const struct keyring_item *to,
				       struct error *err)
{
	GHashTable *attributes = attributes_of(to);
	GError *e = NULL;

	secret_item_set_attributes(item, &schema, attributes, NULL,
				   libsecret_call_ready, lib);
	g_hash_table_unref(attributes);
	if (!libsecret_call_await(lib, err))
		return false;
	(void)secret_item_set_attributes_finish(item, lib->result, &e);
	libsecret_call_drop_result(lib);
	return !e || libsecret_call_failed(lib, "write to the keyring", e, err);
}

bool libsecret_items_change_label(struct libsecret *lib, SecretItem *item,
				  const char *label, struct error *err)
{
	GError *e = NULL;

	secret_item_set_label(item, label, NULL, libsecret_call_ready, lib);
	if (!libsecret_call_await(lib, err))
		return false;
	(void)secret_item_set_label_finish(item, lib->result, &e);
	libsecret_call_drop_result(lib);
	return !e || libsecret_call_failed(lib, "write to the keyring", e, err);
}

bool libsecret_items_delete_all(struct libsecret *lib, GList *items,
				struct error *err)
{
	for (GList *i = items; i; i = i->next) {
		GError *e = NULL;

		secret_item_delete(i->data, NULL, libsecret_call_ready, lib);
		if (!libsecret_call_await(lib, err))
			return false;
		(void)secret_item_delete_finish(i->data, lib->result, &e);
		libsecret_call_drop_result(lib);
		if (libsecret_call_is_vanished(
			    e)) /* another process was faster */
			g_clear_error(&e);
		if (e)
			return libsecret_call_failed(
				lib, "delete from the keyring", e, err);
	}
	return true;
}
