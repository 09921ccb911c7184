#include <dlfcn.h>
#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <time.h>

#include "base/error.h"
#include "base/mem.h"
#include "edge/keyring/secret_service/sdbus_internal.h"
#include "edge/keyring/secret_service/service_internal.h"

#define RETRY_NS 5000000L

/* --- libsystemd, loaded when first needed -------------------------------- */

static const struct {
	const char *name;
	size_t offset;
} functions[] = {
#define AS_ROW(name) { #name, offsetof(struct functions, name) },
	EACH_FUNCTION(AS_ROW)
};

static bool load_functions(struct functions *f, struct error *err)
{
	void *library = dlopen(SYSTEMD_SONAME, RTLD_NOW | RTLD_LOCAL);
	void *symbol = library;

	for (size_t i = 0;
	     symbol && i < sizeof(functions) / sizeof(functions[0]); i++) {
		symbol = dlsym(library, functions[i].name);
		memcpy((char *)f + functions[i].offset, &symbol,
		       sizeof(symbol));
	}
	if (!symbol)
		(void)error_fail(err, REASON_NO_LIBRARY,
				 .value = SYSTEMD_SONAME);
	return symbol != NULL;
}

/* --- a connection -------------------------------------------------------- */

static bool unreachable(int code, const char *address, struct error *err)
{
	return error_fail(err, REASON_NO_SESSION_BUS, .value = address,
			  .detail = strerrordesc_np(-code));
}

static bool bus_hung(struct error *err)
{
	(void)service_hung(SERVICE_SECONDS, err);
	return error_add(err, .other = "the session bus");
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

/* EAGAIN: more processes are in the queue of the bus than it has accepted. */
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
	if (r < 0)
		return unreachable(r, address, err);
	return service_check_peer(b->f.sd_bus_get_fd(b->connection), err);
}

/*
 * Waits until the bus has said hello.  Everything later is bounded by the
 * timeout of the call, but sd_bus_call() would wait for this forever.
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

bool sdbus_call_open(struct bus *b, char *const *environment, uint64_t deadline,
		     struct error *err)
{
	char *address = NULL;
	bool ok;

	*b = (struct bus){ .deadline = deadline };
	if (service_is_hung())
		return service_hung(SERVICE_SECONDS, err);
	ok = service_address(environment, &address, err) &&
	     load_functions(&b->f, err) && start(b, address, err) &&
	     settle(b, address, err);
	mem_free(address);
	return ok;
}

void sdbus_call_close(struct bus *b)
{
	if (b->connection)
		b->connection = b->f.sd_bus_close_unref(b->connection);
}

/* --- a question ---------------------------------------------------------- */

/* The meaning of the bus's names for failures. */
static const struct meaning {
	const char *name;
	bool again; /* crashed, deleted meanwhile, or only just starting */
	enum error_reason reason;
} meanings[] = {
	{ "org.freedesktop.Secret.Error.IsLocked", false,
	  REASON_KEYRING_LOCKED },
	{ "org.freedesktop.DBus.Error.ServiceUnknown", false,
	  REASON_NO_SERVICE },
	{ "org.freedesktop.DBus.Error.NameHasNoOwner", false,
	  REASON_NO_SERVICE },
	{ "org.freedesktop.Secret.Error.NoSuchObject", true, REASON_ITEM_GONE },
	{ "org.freedesktop.DBus.Error.UnknownObject", true, REASON_ITEM_GONE },
	{ "org.freedesktop.DBus.Error.UnknownMethod", true,
	  REASON_SERVICE_GARBLED },
	{ "org.freedesktop.DBus.Error.NoReply", true, REASON_SERVICE_GONE },
	{ "org.freedesktop.DBus.Error.Disconnected", true,
	  REASON_SERVICE_GONE },
};

static bool refused(struct bus *b, const sd_bus_error *e, int code,
		    struct error *err)
{
	const size_t n = sizeof(meanings) / sizeof(meanings[0]);

	/* sd-bus also reports NoReply like this, if the service crashed */
	if (code == -ETIMEDOUT && service_left(b->deadline) == 0)
		return service_hung(SERVICE_SECONDS, err);
	for (const struct meaning *m = meanings; m < meanings + n; m++)
		if (b->f.sd_bus_error_has_name(e, m->name)) {
			b->again = m->again;
			return error_fail_with(err,
					       &(const struct error_facts){
						       .reason = m->reason });
		}
	b->again = code == -ECONNRESET || code == -ENOTCONN || code == -EPIPE;
	return error_fail(err, REASON_SERVICE_FAILED,
			  .detail = e->message ? e->message
					       : strerrordesc_np(-code));
}

bool sdbus_call_ask(struct bus *b, const struct method *to,
		    sd_bus_message **reply, struct error *err,
		    const char *types, ...)
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

bool sdbus_call_garbled(struct error *err)
{
	return error_fail(err, REASON_SERVICE_GARBLED);
}

bool sdbus_call_ask_property(struct bus *b, const struct method *property,
			     const char *type, void *value, struct error *err)
{
	const struct method get = { SERVICE, property->path,
				    "org.freedesktop.DBus.Properties", "Get" };
	sd_bus_message *reply = NULL;
	bool ok = sdbus_call_ask(b, &get, &reply, err, "ss",
				 property->interface, property->member) &&
		  (b->f.sd_bus_message_read(reply, "v", type, value) > 0 ||
		   sdbus_call_garbled(err));

	b->f.sd_bus_message_unref(reply);
	return ok;
}
