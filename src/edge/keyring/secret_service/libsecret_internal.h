#ifndef EDGE_KEYRING_SECRET_SERVICE_LIBSECRET_INTERNAL_H
#define EDGE_KEYRING_SECRET_SERVICE_LIBSECRET_INTERNAL_H

#include <stdbool.h>
#include <stdint.h>

#include <libsecret/secret.h>

#include "base/attrs.h"
#include "edge/keyring.h"

struct error;
struct secbuf;

/*
 * The full keyring of the Secret Service: keyring_libsecret_call.c bounds each
 * call of libsecret's in time, keyring_libsecret_items.c has the calls, and
 * keyring_libsecret.c the doors.
 */

struct libsecret {
	struct keyring_needs needs;
	GMainContext *context; /* ours: nobody else's events run in it */
	GDBusConnection *bus;
	SecretService *service;
	char *collection;     /* the default one's path, looked up anew */
	GAsyncResult *result; /* of the call that is waited for */
	uint64_t deadline;
	int seconds;   /* from when it was set to the deadline */
	int tries;     /* that are left, where another may do better */
	bool again;    /* the failure is such a one */
	bool given_up; /* a call is still under way: make no other */
};

/* --- a call: begin, start it, await, finish, drop the result, end ---------- */

/*
 * Before libsecret gets to ask anything, the bus, the service, its default
 * collection and the lock have been looked at in a way that ends; a locked
 * collection is unlocked, if a person may be asked.
 */
bool libsecret_call_begin(struct libsecret *lib, struct error *err) MUST_CHECK;
void libsecret_call_end(
	struct libsecret *lib); /* also after a begin that failed */

/* What libsecret is to call when a call is done; self is the libsecret. */
void libsecret_call_ready(GObject *source, GAsyncResult *result, gpointer self);

/* On true, lib->result is there, to be finished and dropped. */
bool libsecret_call_await(struct libsecret *lib, struct error *err) MUST_CHECK;
void libsecret_call_drop_result(struct libsecret *lib);

/* What GLib says, in our words. Takes e, which may be NULL. Always false. */
bool libsecret_call_failed(struct libsecret *lib, const char *what, GError *e,
			   struct error *err);

/* Does it say that the item is no more? */
bool libsecret_call_is_vanished(const GError *e);

/* Unlock collections or items, by a prompt of the service's. */
bool libsecret_call_unlock(struct libsecret *lib, GList *objects,
			   struct error *err) MUST_CHECK;

/* What may make the service ask a person may take a person's time. */
void libsecret_call_allow_for_person(struct libsecret *lib);

/*
 * Another process may delete what was found before it is used, and KWallet
 * cannot do with one key in 256 that is agreed upon: then all of it is done
 * once more, with another key.
 */
bool libsecret_call_try_again(struct libsecret *lib, bool done) MUST_CHECK;

/* --- items ------------------------------------------------------------------ */

/* The items of a kind and name, or of a kind; to be freed by free_items(). */
bool libsecret_items_search(struct libsecret *lib, const char *kind,
			    const char *name, GList **items,
			    struct error *err) MUST_CHECK;
void libsecret_items_free(GList *items);

/*
 * The items of that kind and name, unlocked, the newest first: there may be two
 * if two processes stored at the same moment.
 */
bool libsecret_items_find(struct libsecret *lib, const char *kind,
			  const char *name, GList **items,
			  struct error *err) MUST_CHECK;

/* *value is the caller's to free, and NULL on false. */
bool libsecret_items_load(struct libsecret *lib, SecretItem *item,
			  struct secbuf **value, struct error *err) MUST_CHECK;

/* A new item. */
bool libsecret_items_store(struct libsecret *lib,
			   const struct keyring_item *item, SecretValue *value,
			   struct error *err) MUST_CHECK;

/*
 * An item is changed where it lies: a service "replaces" only what has the very
 * same attributes, and ours change with each session.
 */
bool libsecret_items_change_secret(struct libsecret *lib, SecretItem *item,
				   SecretValue *value,
				   struct error *err) MUST_CHECK;
bool libsecret_items_change_attributes(struct libsecret *lib, SecretItem *item,
				       const struct keyring_item *to,
				       struct error *err) MUST_CHECK;
bool libsecret_items_change_label(struct libsecret *lib, SecretItem *item,
				  const char *label,
				  struct error *err) MUST_CHECK;

/* One that is gone already is none to delete. */
bool libsecret_items_delete_all(struct libsecret *lib, GList *items,
				struct error *err) MUST_CHECK;

#endif
