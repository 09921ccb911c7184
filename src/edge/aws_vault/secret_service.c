#include <stdio.h>
#include <string.h>

#include <libsecret/secret.h>

#include "base/error.h"
#include "base/secbuf.h"
#include "base/text.h"
#include "edge/aws_vault.h"
#include "edge/aws_vault/aws_vault_internal.h"
#include "edge/keyring/secret_service/libsecret_internal.h"

#define PLACE_MAX 512

/* Computes the path of aws-vault's collection, which ends with its name. */
static void path_of(const struct vault_places *places,
		    char path[static PLACE_MAX])
{
	const char *name = text_env(places->needs.environment,
				    "AWS_VAULT_SECRET_SERVICE_COLLECTION_NAME");

	(void)snprintf(path, PLACE_MAX,
		       "/org/freedesktop/secrets/collection/%s",
		       text_is_empty(name) ? "awsvault" : name);
}

static bool load_collections(struct libsecret *lib, struct error *err)
{
	GError *e = NULL;

	secret_service_load_collections(lib->service, NULL,
					libsecret_call_ready, lib);
	if (!libsecret_call_await(lib, err))
		return false;
	(void)secret_service_load_collections_finish(lib->service, lib->result,
						     &e);
	libsecret_call_drop_result(lib);
	return !e || libsecret_call_failed(lib, "find aws-vault's collection",
					   e, err);
}

static bool load_items(struct libsecret *lib, SecretCollection *collection,
		       struct error *err)
{
	GError *e = NULL;

	secret_collection_load_items(collection, NULL, libsecret_call_ready,
				     lib);
	if (!libsecret_call_await(lib, err))
		return false;
	(void)secret_collection_load_items_finish(collection, lib->result, &e);
	libsecret_call_drop_result(lib);
	return !e || libsecret_call_failed(lib, "read aws-vault's collection",
					   e, err);
}

/*
 * Loads the collection (a reference).  If there is none, *collection is NULL
 * and the call succeeds.
 */
static bool load(struct libsecret *lib, const char *path,
		 SecretCollection **collection, struct error *err)
{
	GList *all;

	*collection = NULL;
	if (!load_collections(lib, err))
		return false;
	all = secret_service_get_collections(lib->service);
	for (GList *at = all; at && !*collection; at = at->next) {
		GDBusProxy *proxy;

		memcpy(&proxy, &at->data, sizeof(at->data));
		if (strcmp(g_dbus_proxy_get_object_path(proxy), path) == 0)
			*collection = g_object_ref(at->data);
	}
	g_list_free_full(all, g_object_unref);
	if (!*collection || load_items(lib, *collection, err))
		return true;
	g_clear_object(collection);
	return false;
}

/* Unlocks the collection, whose own password the service asks for. */
static bool open_it(struct libsecret *lib, SecretCollection *collection,
		    struct error *err)
{
	GList *objects;
	bool ok;

	if (!secret_collection_get_locked(collection))
		return true;
	objects = g_list_append(NULL, collection);
	libsecret_call_allow_for_person(lib);
	ok = libsecret_call_unlock(lib, objects, err);
	g_list_free(objects);
	return ok;
}

struct visit {
	struct vault_names *names; /* to fill; or */
	const char *wanted;        /* the name of an item to read into */
	struct secbuf **item;
};

static bool look(struct libsecret *lib, SecretItem *item, struct visit *visit,
		 struct error *err)
{
	char *label = secret_item_get_label(item);
	bool ok = true;

	if (label && visit->names)
		ok = aws_vault_names_add(visit->names, label, strlen(label),
					 err);
	else if (label && !*visit->item && strcmp(label, visit->wanted) == 0)
		ok = libsecret_items_load(lib, item, visit->item, err);
	g_free(label);
	return ok;
}

static bool look_at_all(struct libsecret *lib, const char *path,
			struct visit *visit, struct error *err)
{
	SecretCollection *collection = NULL;
	GList *items = NULL;
	bool ok;

	if (!load(lib, path, &collection, err))
		return false;
	if (!collection)
		return true;
	/* Names of locked items are visible; secrets are not. */
	ok = visit->names || open_it(lib, collection, err);
	if (ok)
		items = secret_collection_get_items(collection);
	for (GList *at = items; ok && at; at = at->next) {
		SecretItem *item;

		memcpy(&item, &at->data, sizeof(at->data));
		ok = look(lib, item, visit, err);
	}
	g_list_free_full(items, g_object_unref);
	g_object_unref(collection);
	return ok;
}

static bool visit_all(const struct vault_places *places, struct visit *visit,
		      struct error *err)
{
	const struct keyring_row *row = &libsecret_keyring_row;
	struct keyring keyring;
	char path[PLACE_MAX];
	struct libsecret *lib;
	bool ok;

	if (!row->open(&places->needs, &keyring, err))
		return false;
	lib = keyring.self;
	path_of(places, path);
	ok = libsecret_call_begin(lib, err) &&
	     look_at_all(lib, path, visit, err);
	libsecret_call_end(lib);
	row->close(&keyring);
	return ok;
}

bool aws_vault_secret_service_list(const struct vault_places *places,
				   struct vault_names *names, struct error *err)
{
	struct visit visit = { .names = names };

	return visit_all(places, &visit, err);
}

bool aws_vault_secret_service_read(struct vault_places *places,
				   const char *name, struct secbuf **item,
				   struct error *err)
{
	struct visit visit = { .wanted = name, .item = item };

	return visit_all(places, &visit, err) &&
	       (*item || error_fail(err, REASON_ITEM_GONE));
}
