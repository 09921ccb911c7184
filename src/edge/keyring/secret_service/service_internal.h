#ifndef EDGE_KEYRING_SECRET_SERVICE_SERVICE_INTERNAL_H
#define EDGE_KEYRING_SECRET_SERVICE_SERVICE_INTERNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attrs.h"
#include "edge/keyring.h"

struct error;

/*
 * Shared by bin/rolekey's reader of the Secret Service (reader.c) and the full
 * keyring (libsecret.c).  The reader also asks the bus for the full keyring: it
 * never starts a bus, is bounded in time and distinguishes a locked collection
 * from a missing item, none of which libsecret does.
 */

#define SERVICE_SECONDS 5 /* for a whole get, put, remove or list */

/*
 * An item's attributes, which the service stores unencrypted.  The first three
 * find it; a search by xdg:schema would find nothing in a GNOME keyring that
 * has been locked since its daemon started.
 */
#define ATTRIBUTE_OURS    "rolekey" /* the version of this layout */
#define ATTRIBUTE_KIND    "kind"
#define ATTRIBUTE_NAME    "name"
#define ATTRIBUTE_ORIGIN  "origin"
#define ATTRIBUTE_EXPIRES "expires" /* decimal seconds since the epoch */
#define LAYOUT_VERSION    "1"

/*
 * Return the time in microseconds of CLOCK_MONOTONIC after the given seconds,
 * and the time left until then.
 */
uint64_t service_deadline(int seconds);
uint64_t service_left(uint64_t deadline);

/*
 * Finds the session bus without starting one; the caller frees *address with
 * mem_free().  ERROR_KEYRING if there can be none.
 */
bool service_address(char *const *environment, char **address,
		     struct error *err) MUST_CHECK;

/* Returns what tells one session bus from another in the environment. */
const char *service_store(char *const *environment);

/*
 * Checks who listens at the other end of a connection, before anything is sent
 * to it.  BUS_OF_ANOTHER_USER unless it is a process of this user.
 */
bool service_check_peer(int fd, struct error *err) MUST_CHECK;

/*
 * Asks the service for its default collection and whether it is locked; the
 * caller frees *path with mem_free().  ERROR_KEYRING if there is no bus, no
 * service, no default collection or no response in time.
 */
bool reader_search(char *const *environment, uint64_t deadline, char **path,
		   bool *locked, struct error *err) MUST_CHECK;

/*
 * Writes the stamp of a key: the number of its items, and when one was last
 * changed, in seconds.
 */
void service_stamp(unsigned n, uint64_t change,
		   char stamp[static KEYRING_STAMP_LEN]);

/* ERROR_KEYRING unless text can be an attribute: it must be UTF-8. */
bool service_attribute_ok(const char *what, const char *text,
			  struct error *err) MUST_CHECK;

/*
 * Report that the service is locked, or that it does not answer, which
 * service_is_hung() remembers.  Always return false.
 */
bool service_locked(struct error *err);
bool service_hung(int waited, struct error *err);

#endif
