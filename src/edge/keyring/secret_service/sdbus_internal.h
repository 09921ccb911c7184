#ifndef EDGE_KEYRING_SECRET_SERVICE_SDBUS_INTERNAL_H
#define EDGE_KEYRING_SECRET_SERVICE_SDBUS_INTERNAL_H

#include <stdbool.h>
#include <stdint.h>

#include <systemd/sd-bus.h>

#include "base/attrs.h"

struct error;

/*
 * The session bus through sd-bus: sdbus_call.c connects and calls; sdbus.c
 * knows which calls to make.
 */

#define SERVICE   "org.freedesktop.secrets"
#define ROOT_PATH "/org/freedesktop/secrets"
#define INTERFACE "org.freedesktop.Secret."

/*
 * libsystemd, loaded when it is first needed.  Linking it would cost every call
 * 0.4 ms, even with another keyring.  The table has the types of the real
 * declarations.
 */
#define EACH_FUNCTION(X)                  \
	X(sd_bus_call)                    \
	X(sd_bus_close_unref)             \
	X(sd_bus_error_free)              \
	X(sd_bus_error_has_name)          \
	X(sd_bus_get_fd)                  \
	X(sd_bus_is_ready)                \
	X(sd_bus_message_appendv)         \
	X(sd_bus_message_enter_container) \
	X(sd_bus_message_exit_container)  \
	X(sd_bus_message_new_method_call) \
	X(sd_bus_message_read)            \
	X(sd_bus_message_read_array)      \
	X(sd_bus_message_sensitive)       \
	X(sd_bus_message_skip)            \
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

struct bus {
	struct functions f;
	sd_bus *connection;
	uint64_t deadline;
	bool again; /* a second try may succeed */
};

struct method {
	const char *destination, *path, *interface, *member;
};

/*
 * Loads libsystemd, connects, and waits until the bus has said hello.
 * Everything must be done by the deadline: see service_deadline().  Close b,
 * even on failure.
 */
bool sdbus_call_open(struct bus *b, char *const *environment, uint64_t deadline,
		     struct error *err) MUST_CHECK;
void sdbus_call_close(struct bus *b);

/*
 * Calls a method with arguments as for sd_bus_message_append().  The caller
 * unreferences *reply.  On failure, b->again says whether a second try on
 * another connection may succeed.
 */
bool sdbus_call_ask(struct bus *b, const struct method *to,
		    sd_bus_message **reply, struct error *err,
		    const char *types, ...) MUST_CHECK;

/*
 * Reads a property of type (one letter) into *value; destination is that of the
 * service.
 */
bool sdbus_call_ask_property(struct bus *b, const struct method *property,
			     const char *type, void *value,
			     struct error *err) MUST_CHECK;

/* Reports a malformed response. Always returns false. */
bool sdbus_call_garbled(struct error *err);

#endif
