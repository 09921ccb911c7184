#ifndef EDGE_KEYRING_SECRET_SERVICE_LIBSECRET_INTERNAL_H
#define EDGE_KEYRING_SECRET_SERVICE_LIBSECRET_INTERNAL_H

#include <stdbool.h>
#include <stdint.h>

#include <libsecret/secret.h>

#include "base/attrs.h"
#include "base/error.h"
#include "edge/keyring.h"

struct secbuf;

/*
 * The full keyring of the Secret Service: libsecret_call.c bounds each call of
 * libsecret in time, libsecret_items.c has the calls, and libsecret.c the
 * keyring.
 */

struct libsecret {
	struct keyring_needs needs;
	GMainContext *context; /* our own: no other events run in it */
	GDBusConnection *bus;
	SecretService *service;
	char *collection;     /* path of the default one, looked up again */
	GAsyncResult *result; /* of the pending call */
	uint64_t deadline;
	int seconds;          /* until the deadline, when it was set */
	int tries;            /* tries left, if another one may succeed */
	bool again;           /* the failure is of that kind */
	bool given_up;        /* a call is still pending: make no other */
	struct error refused; /* a prompt that was refused, or a hang */
};

/* --- a call: begin, start it, await, finish, drop the result, end ---------- */

/*
 * Checks the bus, the service, its default collection and the lock within a
 * time limit, before libsecret can ask anything; unlocks a locked collection,
 * if the user may be asked.
 */
bool libsecret_call_begin(struct libsecret *lib, struct error *err) MUST_CHECK;
void libsecret_call_end(struct libsecret *lib); /* also after a failed begin */

/* Callback for libsecret when a call is done; self is the libsecret. */
void libsecret_call_ready(GObject *source, GAsyncResult *result, gpointer self);

/*
 * Waits for a call.  On success lib->result can be finished and must be
 * dropped.
 */
bool libsecret_call_await(struct libsecret *lib, struct error *err) MUST_CHECK;
void libsecret_call_drop_result(struct libsecret *lib);

/*
 * Reports an error of GLib.  Takes e, which may be NULL.  Always returns false.
 */
bool libsecret_call_failed(struct libsecret *lib, const char *what, GError *e,
			   struct error *err);

/* Tests whether the error says that the item no longer exists. */
bool libsecret_call_is_vanished(const GError *e);

/* Unlocks collections or items with a prompt of the service. */
bool libsecret_call_unlock(struct libsecret *lib, GList *objects,
			   struct error *err) MUST_CHECK;

/* Extends the deadline: the call may ask the user. */
void libsecret_call_allow_for_person(struct libsecret *lib);

/*
 * Tests whether everything should be tried once more: another process may have
 * deleted what was found, and KWallet fails with one agreed key in 256.
 */
bool libsecret_call_try_again(struct libsecret *lib, bool done) MUST_CHECK;

/* --- items ------------------------------------------------------------------ */

/* Finds the items of a kind and name, or of a kind; free with free_items(). */
bool libsecret_items_search(struct libsecret *lib, const char *kind,
			    const char *name, GList **items,
			    struct error *err) MUST_CHECK;
void libsecret_items_free(GList *items);

/*
 * Finds the items of that kind and name, unlocked, the newest first.  There may
 * be two if two processes stored at the same moment.
 */
bool libsecret_items_find(struct libsecret *lib, const char *kind,
			  const char *name, GList **items,
			  struct error *err) MUST_CHECK;

/* Formats the port's stamp() of the items of one name. */
void libsecret_items_stamp(GList *items, char stamp[static KEYRING_STAMP_LEN]);

/* Reads a secret. The caller owns *value, NULL on failure. */
bool libsecret_items_load(struct libsecret *lib, SecretItem *item,
			  struct secbuf **value, struct error *err) MUST_CHECK;

/* Stores a new item. */
bool libsecret_items_store(struct libsecret *lib,
			   const struct keyring_item *item, SecretValue *value,
			   struct error *err) MUST_CHECK;

/*
 * Changes an item in place: a service replaces only an item with the very same
 * attributes, and ours change with each session.
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

/* Deletes items. One that is already gone is not an error. */
bool libsecret_items_delete_all(struct libsecret *lib, GList *items,
				struct error *err) MUST_CHECK;

#endif
