#ifndef EDGE_KEYRING_SECRET_SERVICE_SERVICE_INTERNAL_H
#define EDGE_KEYRING_SECRET_SERVICE_SERVICE_INTERNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attrs.h"

struct error;
struct keyring_needs;

/*
 * What the quick reader of the Secret Service (keyring_sdbus.c) and the full
 * keyring (keyring_libsecret.c) have in common.  The quick one asks the bus
 * for both: it never starts a bus, is bounded in time and tells a locked
 * collection from a missing item, none of which libsecret does.
 */

#define SERVICE_ROW     "secret-service"
#define SERVICE_TITLE   "the Secret Service"
#define SERVICE_SECONDS 5 /* for a whole get, put, remove or list */

/*
 * An item's attributes, which the service keeps in the clear.  The first three
 * find it; a search by xdg:schema would find nothing in a GNOME keyring that
 * has been locked since its daemon started.
 */
#define ATTRIBUTE_OURS    "rolekey" /* the version of this layout */
#define ATTRIBUTE_KIND    "kind"
#define ATTRIBUTE_NAME    "name"
#define ATTRIBUTE_ORIGIN  "origin"
#define ATTRIBUTE_EXPIRES "expires" /* decimal seconds since the epoch */
#define LAYOUT_VERSION    "1"

/* seconds from now, in microseconds of CLOCK_MONOTONIC; and what is left. */
uint64_t service_deadline(int seconds);
uint64_t service_left(uint64_t deadline);

/*
 * Where the session bus is: *address is the caller's to mem_free().  Looks,
 * and starts nothing.  ERROR_KEYRING, TOPIC_NO_SERVICE if there can be none.
 */
bool service_address(char *const *environment, char **address,
		     struct error *err) MUST_CHECK;

/* For both rows: see struct keyring_row. */
bool sdbus_probe(const struct keyring_needs *needs, struct error *err);

/*
 * Ask the service for its default collection, *path of which is the caller's
 * to mem_free(), and whether that is locked.  ERROR_KEYRING if there is no
 * bus, no service, no default collection or no answer in time.
 */
bool sdbus_search(char *const *environment, uint64_t deadline, char **path,
		  bool *locked, struct error *err) MUST_CHECK;

/* ERROR_KEYRING unless text can be an attribute, which is UTF-8. */
bool service_attribute_ok(const char *what, const char *text,
			  struct error *err) MUST_CHECK;

/* Why no answer is to be had: always false. */
bool service_locked(struct error *err);
bool service_hung(int waited, struct error *err);

#endif
