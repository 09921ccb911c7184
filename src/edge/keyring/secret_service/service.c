#include <sys/socket.h>
#include <sys/stat.h>

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "edge/keyring/secret_service/service_internal.h"
#include "edge/time/monotonic_internal.h"

#define ADDRESS_MAX 4096
#define SECOND      UINT64_C(1000000)

/* --- time ---------------------------------------------------------------- */

static uint64_t now(void)
{
	return (uint64_t)monotonic_ms() * 1000;
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

/* --- reasons ------------------------------------------------------------- */

bool service_locked(struct error *err)
{
	return error_fail(err, REASON_KEYRING_LOCKED);
}

/* A service that does not answer is waited for once in a process. */
static bool hung;

bool service_is_hung(void)
{
	return hung;
}

void service_expect_hung(void)
{
	hung = true;
}

bool service_hung(int waited, struct error *err)
{
	hung = true;
	return error_fail(err, REASON_SERVICE_HUNG, .number = waited);
}

void service_stamp(unsigned n, uint64_t change,
		   char stamp[static KEYRING_STAMP_LEN])
{
	(void)snprintf(stamp, KEYRING_STAMP_LEN, "~%u %" PRIu64, n, change);
}

bool service_attribute_ok(const char *what, const char *text, struct error *err)
{
	size_t good;

	return text_is_utf8(text, strlen(text), &good) ||
	       error_fail(err, REASON_BAD_ITEM_TEXT, .key = what,
			  .value = text);
}

/* --- the address of the bus ---------------------------------------------- */

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

/* Refuses a socket of another user, which may let root in after su(1). */
static bool check_socket(const char *path, struct error *err)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return error_fail(err, REASON_NO_SESSION_BUS, .value = path,
				  .detail = strerrordesc_np(errno));
	return st.st_uid == geteuid() ||
	       error_fail(err, REASON_BUS_OF_ANOTHER_USER, .value = path,
			  .number = st.st_uid);
}

/* Uses the bus of a systemd login, if its socket exists. */
static bool put_user_bus(struct strbuf *out, const char *runtime_dir,
			 struct error *err)
{
	struct strbuf path = strbuf_with_max(ADDRESS_MAX);
	bool ok;

	if (!runtime_dir || runtime_dir[0] != '/')
		return error_fail(err, REASON_NO_SESSION_BUS);
	strbuf_printf(&path, "%s/bus", runtime_dir);
	ok = (strbuf_ok(&path) || error_memory(err)) &&
	     check_socket(strbuf_text(&path), err);
	if (ok) {
		strbuf_puts(out, "unix:path=");
		put_escaped(out, strbuf_text(&path));
	}
	strbuf_clear(&path);
	return ok;
}

const char *service_store(char *const *environment)
{
	const char *set = text_env(environment, "DBUS_SESSION_BUS_ADDRESS");

	return text_is_empty(set) ? text_env(environment, "XDG_RUNTIME_DIR")
				  : set;
}

/*
 * Tests for an address, or a list with ";", of sockets of this machine.  The
 * other transports start a program, or connect to an unknown process.
 */
static bool is_local(const char *address)
{
	while (*address != '\0') {
		size_t len = strcspn(address, ";");
		bool path = memmem(address, len, ":path=", 6) ||
			    memmem(address, len, ",path=", 6) ||
			    memmem(address, len, ":abstract=", 10) ||
			    memmem(address, len, ",abstract=", 10);

		if (strncmp(address, "unix:", 5) != 0 || !path)
			return false;
		address += len;
		address += *address == ';';
	}
	return true;
}

bool service_check_peer(int fd, struct error *err)
{
	struct ucred peer = { 0 };
	socklen_t len = sizeof(peer);

	if (fd < 0 || getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) != 0)
		return error_fail(err, REASON_NO_SESSION_BUS,
				  .value = "its socket",
				  .detail = strerrordesc_np(errno));
	return peer.uid == geteuid() ||
	       error_fail(err, REASON_BUS_OF_ANOTHER_USER,
			  .value = "its address", .number = peer.uid);
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
	else if (!is_local(set))
		ok = error_fail(err, REASON_BUS_ADDRESS, .value = set);
	else
		strbuf_puts(&out, set);
	if (ok && !strbuf_ok(&out))
		ok = error_memory(err);
	if (ok)
		*address = out.text;
	else
		strbuf_clear(&out);
	return ok;
}
