#include <stdlib.h>
#include <string.h>

#include <libsecret/secret.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/mem.h"
#include "base/secbuf.h"
#include "base/text.h"
#include "edge/keyring.h"
#include "edge/keyring/secret_service/libsecret_internal.h"
#include "edge/keyring/secret_service/service_internal.h"

/* --- a listing ----------------------------------------------------------- */

static const char *copy(struct arena *arena, const char *text)
{
	return text ? arena_strdup(arena, text) : NULL;
}

/*
 * Reads an item's attributes. to->name stays NULL for an item without
 * attributes, which is locked.  Other programs may create items without our
 * other attributes.
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

/* Sorts items and removes duplicates. Returns their number. */
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
		return error_memory(err);
	*n = tidy(all, seen);
	*items = all;
	return true;
}

/* --- interface ----------------------------------------------------------- */

static bool get_once(struct libsecret *lib, const char *kind, const char *name,
		     struct secbuf **value, struct error *err)
{
	GList *items = NULL;
	bool ok =
		libsecret_items_find(lib, kind, name, &items, err) &&
		(!items || libsecret_items_load(lib, items->data, value, err));

	libsecret_items_free(items);
	return ok;
}

static bool libsecret_get(void *self, const char *kind, const char *name,
			  struct secbuf **value, struct error *err)
{
	struct libsecret *lib = self;
	bool ok = libsecret_call_begin(lib, err);

	*value = NULL;
	if (ok)
		do
			ok = get_once(lib, kind, name, value, err);
		while (libsecret_call_try_again(lib, ok));
	libsecret_call_end(lib);
	return ok;
}

/*
 * Returns the content type.  KeePassXC treats text/plain as a password: it
 * converts it to UTF-8, drops characters that XML cannot contain, and replaces
 * names in braces; KWallet converts it to UTF-8, too.  They keep the bytes of
 * any other type.
 */
static const char *content_type(const struct secbuf *value)
{
	const char *text = secbuf_text(value);

	for (size_t i = 0; i < secbuf_len(value); i++)
		if ((text[i] < ' ' && text[i] != '\n') || text[i] > '~' ||
		    text[i] == '{')
			return "application/octet-stream";
	return "text/plain";
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
	bool ok = libsecret_items_find(lib, item->kind, item->name, &old, err);

	if (ok && old)
		ok = libsecret_items_change_secret(lib, old->data, secret,
						   err) &&
		     libsecret_items_change_attributes(lib, old->data, item,
						       err) &&
		     libsecret_items_change_label(lib, old->data, item->label,
						  err) &&
		     libsecret_items_delete_all(lib, old->next, err);
	else if (ok)
		ok = libsecret_items_store(lib, item, secret, err);
	libsecret_items_free(old);
	return ok;
}

static bool libsecret_put(void *self, const struct keyring_item *item,
			  const struct secbuf *value, struct error *err)
{
	struct libsecret *lib = self;
	SecretValue *secret =
		secret_value_new(secbuf_text(value), (gssize)secbuf_len(value),
				 content_type(value));
	bool ok = libsecret_call_begin(lib, err) && item_ok(item, err);

	if (ok)
		do
			ok = put_once(lib, item, secret, err);
		while (libsecret_call_try_again(lib, ok));
	secret_value_unref(secret);
	libsecret_call_end(lib);
	return ok;
}

static bool remove_once(struct libsecret *lib, const char *kind,
			const char *name, bool *removed, struct error *err)
{
	GList *items = NULL;
	bool ok = libsecret_items_find(lib, kind, name, &items, err);

	if (ok) {
		libsecret_call_allow_for_person(lib);
		ok = libsecret_items_delete_all(lib, items, err);
	}
	*removed = ok && items;
	libsecret_items_free(items);
	return ok;
}

static bool libsecret_remove(void *self, const char *kind, const char *name,
			     bool *removed, struct error *err)
{
	struct libsecret *lib = self;
	bool ok = libsecret_call_begin(lib, err);

	*removed = false;
	if (ok)
		do
			ok = remove_once(lib, kind, name, removed, err);
		while (libsecret_call_try_again(lib, ok));
	libsecret_call_end(lib);
	return ok;
}

static bool list_once(struct libsecret *lib, const char *kind, GList **found,
		      struct error *err)
{
	libsecret_items_free(*found);
	*found = NULL;
	return libsecret_items_search(lib, kind, NULL, found, err);
}

static bool libsecret_list(void *self, const char *kind, struct arena *arena,
			   const struct keyring_item **items, size_t *n,
			   struct error *err)
{
	struct libsecret *lib = self;
	GList *found = NULL;
	bool ok = libsecret_call_begin(lib, err);

	*items = NULL;
	*n = 0;
	if (ok)
		do
			ok = list_once(lib, kind, &found, err);
		while (libsecret_call_try_again(lib, ok));
	ok = ok && describe_all(found, arena, items, n, err);
	libsecret_items_free(found);
	libsecret_call_end(lib);
	return ok;
}

static bool stamp_once(struct libsecret *lib, const char *profile,
		       GList **found, struct error *err)
{
	libsecret_items_free(*found);
	*found = NULL;
	return service_attribute_ok("name", profile, err) &&
	       libsecret_items_search(lib, KEYRING_KEY, profile, found, err);
}

/* By the items' paths and the seconds in which they were last changed. */
static bool libsecret_stamp(void *self, const char *profile, bool again,
			    char stamp[static KEYRING_STAMP_LEN],
			    struct error *err)
{
	struct libsecret *lib = self;
	GList *found = NULL;
	bool ok = libsecret_call_begin(lib, err);

	(void)again;
	stamp[0] = '\0';
	if (ok)
		do
			ok = stamp_once(lib, profile, &found, err);
		while (libsecret_call_try_again(lib, ok));
	if (ok)
		libsecret_items_stamp(found, stamp);
	libsecret_items_free(found);
	libsecret_call_end(lib);
	return ok;
}

static bool libsecret_open(const struct keyring_needs *needs,
			   struct keyring *keyring, struct error *err)
{
	struct libsecret *lib = mem_alloc(sizeof(*lib));

	if (!lib)
		return error_memory(err);
	lib->needs = *needs;
	lib->context = g_main_context_new();
	*keyring = (struct keyring){ .self = lib,
				     .name = SECRET_SERVICE_NAME,
				     .store = service_store(needs->environment),
				     .get = libsecret_get,
				     .put = libsecret_put,
				     .remove = libsecret_remove,
				     .list = libsecret_list,
				     .stamp = libsecret_stamp };
	return true;
}

static void libsecret_close(struct keyring *keyring)
{
	struct libsecret *lib = keyring->self;

	if (lib) {
		g_clear_object(&lib->service);
		g_clear_object(&lib->bus);
		/* GDBus frees some objects from the loop. */
		while (g_main_context_iteration(lib->context, FALSE))
			continue;
		libsecret_call_drop_result(lib);
		g_main_context_unref(lib->context);
		mem_free(lib->collection);
		mem_free(lib);
	}
	*keyring = (struct keyring){ 0 };
}

const struct keyring_row libsecret_keyring_row = {
	.name = SECRET_SERVICE_NAME,
	.title = SECRET_SERVICE_TITLE,
	.probe = reader_probe,
	.open = libsecret_open,
	.close = libsecret_close,
};
