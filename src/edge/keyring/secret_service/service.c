#include <sys/stat.h>

#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "base/topic.h"
#include "edge/keyring/secret_service/service_internal.h"

#define ADDRESS_MAX 4096
#define SECOND      UINT64_C(1000000)

/* --- time ---------------------------------------------------------------- */

static uint64_t now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * SECOND + (uint64_t)t.tv_nsec / 1000;
}

uint64_t service_deadline(int seconds)
{
	return now() + (uint64_t)seconds * SECOND;
}

uint64_t service_left(uint64_t deadline)
{
	uint64_t t = now();

	return t < deadline ? deadline - t : 0;
}

/* --- why not ------------------------------------------------------------- */

bool service_locked(struct error *err)
{
	return error_topic(err, ERROR_PERSON, TOPIC_KEYRING_LOCKED,
			   "the keyring is locked");
}

bool service_hung(int waited, struct error *err)
{
	return error_topic(err, ERROR_KEYRING, TOPIC_SERVICE_HUNG,
			   "the Secret Service does not answer (waited %d s)",
			   waited);
}

static bool no_memory(struct error *err)
{
	return error_set(err, ERROR_MEMORY, "out of memory");
}

bool service_attribute_ok(const char *what, const char *text, struct error *err)
{
	size_t good;

	return text_is_utf8(text, strlen(text), &good) ||
	       error_set(err, ERROR_KEYRING,
			 "the Secret Service takes only UTF-8, and the %s is "
			 "none: %s",
			 what, text);
}

/* --- where the bus is ---------------------------------------------------- */

/* Appends a path as the value of a key in a D-Bus address. */
static void put_escaped(struct strbuf *out, const char *path)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "abcdefghijklmnopqrstuvwxyz"
				    "0123456789-_/.*";

	for (; *path != '\0'; path++)
		if (strchr(plain, *path))
			strbuf_add(out, path, 1);
		else
			strbuf_printf(out, "%%%02x", (unsigned char)*path);
}

static bool no_bus(struct error *err, const char *why)
{
	return error_topic(err, ERROR_KEYRING, TOPIC_NO_SERVICE,
			   "no session bus (DBUS_SESSION_BUS_ADDRESS is not "
			   "set and %s)",
			   why);
}

/* Refuses a socket of another user, which may let root in after su(1). */
static const char *why_unusable(const char *path)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return " is not there";
	return st.st_uid == geteuid() ? NULL : " is not yours";
}

/* Uses the bus of a systemd login, if its socket exists. */
static bool put_user_bus(struct strbuf *out, const char *runtime_dir,
			 struct error *err)
{
	struct strbuf path = strbuf_with_max(ADDRESS_MAX);
	const char *why;

	if (!runtime_dir || runtime_dir[0] != '/')
		return no_bus(err, "XDG_RUNTIME_DIR neither");
	strbuf_printf(&path, "%s/bus", runtime_dir);
	why = why_unusable(strbuf_text(&path));
	if (why) {
		strbuf_puts(&path, why);
		(void)no_bus(err, strbuf_text(&path));
	} else {
		strbuf_puts(out, "unix:path=");
		put_escaped(out, strbuf_text(&path));
	}
	if (!strbuf_ok(&path)) {
		why = "";
		(void)no_memory(err);
	}
	strbuf_clear(&path);
	return !why;
}

bool service_address(char *const *environment, char **address,
		     struct error *err)
{
	const char *set = text_env(environment, "DBUS_SESSION_BUS_ADDRESS");
	struct strbuf out = strbuf_with_max(ADDRESS_MAX);
	bool ok = true;

	if (text_is_empty(set))
		ok = put_user_bus(
			&out, text_env(environment, "XDG_RUNTIME_DIR"), err);
	else if (strstr(set, "autolaunch:")) /* would start a bus */
		ok = error_topic(err, ERROR_KEYRING, TOPIC_NO_SERVICE,
				 "no session bus (DBUS_SESSION_BUS_ADDRESS "
				 "is %s)",
				 set);
	else
		strbuf_puts(&out, set);
	if (ok && !strbuf_ok(&out))
		ok = no_memory(err);
	if (ok)
		*address = out.text;
	else
		strbuf_clear(&out);
	return ok;
}
