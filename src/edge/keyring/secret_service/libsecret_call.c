#include <string.h>

#include <libsecret/secret.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/text.h"
#include "edge/keyring.h"
#include "edge/keyring/secret_service/libsecret_internal.h"
#include "edge/keyring/secret_service/service_internal.h"
#include "port/prompt.h"

#define PERSON_SECONDS 60 /* for the user to act */
#define TIDY_SECONDS   1  /* for an abandoned call to end */
#define TRIES          5  /* more tries, if another one may succeed */
#define MILLISECOND    1000

/* --- waiting ------------------------------------------------------------- */

void libsecret_call_ready(GObject *source, GAsyncResult *result, gpointer self)
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

/* Runs events until there is a result or the time is up. */
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

void libsecret_call_drop_result(struct libsecret *lib)
{
	g_clear_object(&lib->result);
}

static void drop_message(const char *domain, GLogLevelFlags level,
			 const char *message, void *unused)
{
	(void)domain;
	(void)level;
	(void)message;
	(void)unused;
}

/*
 * Cuts the connection instead of cancelling the call: libsecret 0.20 would
 * dismiss the prompt, hang, and crash GNOME Keyring.  To the service this looks
 * like a program that exits.  libsecret 0.21 lets GLib complain on stderr when
 * a connection ends under a prompt.
 */
static void give_up(struct libsecret *lib)
{
	unsigned quiet;

	lib->given_up = true;
	if (!lib->bus)
		return;
	quiet = g_log_set_handler("GLib-GIO", G_LOG_LEVEL_CRITICAL,
				  drop_message, NULL);
	g_dbus_connection_close(lib->bus, NULL, NULL, NULL);
	(void)wait_until(lib, service_deadline(TIDY_SECONDS));
	g_log_remove_handler("GLib-GIO", quiet);
	libsecret_call_drop_result(lib);
}

bool libsecret_call_await(struct libsecret *lib, struct error *err)
{
	if (wait_until(lib, lib->deadline))
		return true;
	give_up(lib);
	return service_hung(lib->seconds, err);
}

/* --- reasons ------------------------------------------------------------- */

static bool is_gone(const GError *e)
{
	return g_error_matches(e, G_DBUS_ERROR, G_DBUS_ERROR_SERVICE_UNKNOWN) ||
	       g_error_matches(e, G_DBUS_ERROR,
			       G_DBUS_ERROR_NAME_HAS_NO_OWNER) ||
	       g_error_matches(e, G_DBUS_ERROR, G_DBUS_ERROR_NO_REPLY) ||
	       g_error_matches(e, G_IO_ERROR, G_IO_ERROR_CLOSED);
}

/* Tests for an item that no longer exists: its path is gone. */
bool libsecret_call_is_vanished(const GError *e)
{
	return g_error_matches(e, SECRET_ERROR, SECRET_ERROR_NO_SUCH_OBJECT) ||
	       g_error_matches(e, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_OBJECT) ||
	       g_error_matches(e, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_METHOD);
}

/*
 * Tests for a session key that KWallet 5.103 did not agree on.  Each side drops
 * a leading zero differently, so that KWallet refuses the key or both have
 * another one.  It then reports that there is no such session, as for an object
 * that is gone, or by a name unknown to GLib, which becomes DBUS_ERROR here.
 */
static bool is_bad_session(const GError *e)
{
	return g_error_matches(e, SECRET_ERROR, SECRET_ERROR_PROTOCOL) ||
	       g_error_matches(e, G_DBUS_ERROR, G_DBUS_ERROR_INVALID_ARGS) ||
	       g_error_matches(e, G_IO_ERROR, G_IO_ERROR_DBUS_ERROR);
}

bool libsecret_call_failed(struct libsecret *lib, const char *what, GError *e,
			   struct error *err)
{
	lib->again = libsecret_call_is_vanished(e) || is_bad_session(e);
	if (e)
		(void)g_dbus_error_strip_remote_error(e);
	if (g_error_matches(e, SECRET_ERROR, SECRET_ERROR_IS_LOCKED))
		(void)service_locked(err);
	else if (g_error_matches(e, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
		(void)service_hung(SERVICE_SECONDS, err);
	else if (is_gone(e))
		(void)error_fail(err, REASON_SERVICE_GONE);
	else
		(void)error_fail(err, REASON_SERVICE_FAILED, .action = what,
				 .detail = e ? e->message : NULL);
	g_clear_error(&e);
	return false;
}

/* --- unlocking ----------------------------------------------------------- */

/* Returns why no unlock prompt may be caused, or NONE. */
static enum error_reason no_prompt_because(const struct keyring_needs *needs)
{
	const char *no = text_env(needs->environment, "ROLEKEY_NO_PROMPT");
	bool forbidden = !text_is_empty(no);

	if (forbidden && !text_bool(no, &forbidden))
		forbidden = true;
	if (!needs->prompt || needs->no_prompt || forbidden)
		return REASON_NO_PROMPT;
	if (text_is_empty(text_env(needs->environment, "DISPLAY")) &&
	    text_is_empty(text_env(needs->environment, "WAYLAND_DISPLAY")))
		return REASON_NO_DISPLAY;
	return REASON_NONE;
}

static bool nobody_unlocked(struct error *err)
{
	return error_fail(err, REASON_KEYRING_NOT_UNLOCKED,
			  .number = PERSON_SECONDS);
}

bool libsecret_call_unlock(struct libsecret *lib, GList *objects,
			   struct error *err)
{
	enum error_reason because = no_prompt_because(&lib->needs);
	const struct prompt *prompt = lib->needs.prompt;
	GList *unlocked = NULL;
	GError *e = NULL;
	bool ok;

	if (because != REASON_NONE) {
		(void)error_fail_with(
			err, &(const struct error_facts){ .reason = because });
		return error_context(err, REASON_UNLOCKING);
	}
	prompt_tell(prompt, "Waiting for the keyring to be unlocked (60 s)");
	allow(lib, PERSON_SECONDS);
	secret_service_unlock(lib->service, objects, NULL, libsecret_call_ready,
			      lib);
	if (!libsecret_call_await(lib, err))
		return nobody_unlocked(err);
	ok = secret_service_unlock_finish(lib->service, lib->result, &unlocked,
					  &e) > 0;
	libsecret_call_drop_result(lib);
	g_list_free_full(unlocked, g_object_unref);
	if (e)
		return libsecret_call_failed(lib, "unlock the keyring", e, err);
	allow(lib, SERVICE_SECONDS);
	if (ok)
		return true;
	(void)error_fail(err, REASON_DISMISSED);
	return error_context(err, REASON_UNLOCKING);
}

static bool unlock_collection(struct libsecret *lib, struct error *err)
{
	SecretCollection *collection;
	GList objects = { 0 };
	GError *e = NULL;
	bool ok;

	secret_collection_for_alias(lib->service, SECRET_COLLECTION_DEFAULT,
				    SECRET_COLLECTION_NONE, NULL,
				    libsecret_call_ready, lib);
	if (!libsecret_call_await(lib, err))
		return false;
	collection = secret_collection_for_alias_finish(lib->result, &e);
	libsecret_call_drop_result(lib);
	if (!collection)
		return libsecret_call_failed(lib, "find the default collection",
					     e, err);
	objects.data = collection;
	ok = libsecret_call_unlock(lib, &objects, err);
	g_object_unref(collection);
	return ok;
}

/* --- beginning and ending a call ----------------------------------------- */

static bool check_peer(const struct libsecret *lib, struct error *err)
{
	GIOStream *stream = g_dbus_connection_get_stream(lib->bus);
	int fd = -1;

	if (G_IS_SOCKET_CONNECTION(stream))
		fd = g_socket_get_fd(g_socket_connection_get_socket(
			G_SOCKET_CONNECTION(stream)));
	return service_check_peer(fd, err);
}

/*
 * Connects GLib's shared bus, the only one that libsecret uses.  The address is
 * passed by name, because GLib would otherwise start a bus; and GLib must
 * be kept from ending this process with SIGTERM when the bus goes away.
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
	g_bus_get(G_BUS_TYPE_SESSION, NULL, libsecret_call_ready, lib);
	if (!libsecret_call_await(lib, err))
		return false;
	lib->bus = g_bus_get_finish(lib->result, &e);
	libsecret_call_drop_result(lib);
	if (!lib->bus)
		return libsecret_call_failed(lib, "connect to the session bus",
					     e, err);
	g_dbus_connection_set_exit_on_close(lib->bus, FALSE);
	return check_peer(lib, err);
}

static bool connect_service(struct libsecret *lib, struct error *err)
{
	GError *e = NULL;

	secret_service_open(SECRET_TYPE_SERVICE, NULL, SECRET_SERVICE_NONE,
			    NULL, libsecret_call_ready, lib);
	if (!libsecret_call_await(lib, err))
		return false;
	lib->service = secret_service_open_finish(lib->result, &e);
	libsecret_call_drop_result(lib);
	return lib->service ||
	       libsecret_call_failed(lib, "connect to the Secret Service", e,
				     err);
}

bool libsecret_call_begin(struct libsecret *lib, struct error *err)
{
	bool locked = false;

	g_main_context_push_thread_default(lib->context);
	allow(lib, SERVICE_SECONDS);
	lib->tries = TRIES;
	lib->again = false;
	if (lib->refused.code != ERROR_NONE) {
		*err = lib->refused;
		return false;
	}
	if (lib->given_up || service_is_hung())
		return service_hung(lib->seconds, err);
	mem_free(lib->collection);
	lib->collection = NULL;
	if (reader_search(lib->needs.environment, lib->deadline,
			  &lib->collection, &locked, err) &&
	    (lib->bus || connect_bus(lib, err)) &&
	    (lib->service || connect_service(lib, err)) &&
	    (!locked || unlock_collection(lib, err)))
		return true;
	/* asking again, or waiting again, would end in the same way */
	if (err->code == ERROR_PERSON || error_is(err, REASON_SERVICE_HUNG))
		lib->refused = *err;
	return false;
}

void libsecret_call_allow_for_person(struct libsecret *lib)
{
	if (no_prompt_because(&lib->needs) == REASON_NONE)
		allow(lib, PERSON_SECONDS);
}

bool libsecret_call_try_again(struct libsecret *lib, bool done)
{
	struct error why = { 0 };
	bool again = !done && lib->again && lib->tries > 0;

	if (again) { /* with a new session */
		g_clear_object(&lib->service);
		again = connect_service(lib, &why);
	}
	lib->again = false;
	lib->tries--;
	return again;
}

void libsecret_call_end(struct libsecret *lib)
{
	g_main_context_pop_thread_default(lib->context);
}
