#include <sys/socket.h>
#include <sys/un.h>

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/secbuf.h"
#include "edge/keyring/secret_service/bus_internal.h"
#include "edge/keyring/secret_service/service_internal.h"

#define RETRY_NS 5000000L
#define OK_LEN   37 /* "OK ", 32 hexadecimal digits of an id, CR, LF */
#define DAEMON   "org.freedesktop.DBus"

/* --- bytes, until the deadline --------------------------------------------------- */

/* Waits for events. False, with errno, after the deadline or a failure. */
static bool wait_for(const struct bus *b, short events)
{
	struct pollfd poll_fd = { .fd = b->fd, .events = events };
	int n;

	do {
		uint64_t left = service_left(b->deadline) / 1000;

		n = poll(&poll_fd, 1, left < INT_MAX ? (int)left : INT_MAX);
	} while (n < 0 && errno == EINTR);
	if (n == 0)
		errno = ETIMEDOUT;
	return n > 0;
}

static bool may_wait(void)
{
	return errno == EAGAIN || errno == EINTR;
}

static bool send_all(const struct bus *b, const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t n = send(b->fd, bytes, len, MSG_NOSIGNAL);

		if (n < 0 && (!may_wait() || !wait_for(b, POLLOUT)))
			return false;
		if (n > 0) {
			bytes += n;
			len -= (size_t)n;
		}
	}
	return true;
}

/* Receives some bytes, at most len: 0 after a failure, with errno. */
static size_t receive(const struct bus *b, void *bytes, size_t len)
{
	ssize_t n;

	do
		n = recv(b->fd, bytes, len, 0);
	while (n < 0 && may_wait() && wait_for(b, POLLIN));
	if (n == 0)
		errno = ECONNRESET;
	return n > 0 ? (size_t)n : 0;
}

static bool receive_all(const struct bus *b, uint8_t *bytes, size_t len)
{
	for (size_t done = 0; done < len;) {
		size_t n = receive(b, bytes + done, len - done);

		if (n == 0)
			return false;
		done += n;
	}
	return true;
}

/* --- a connection ---------------------------------------------------------------- */

static bool unreachable(const char *address, struct error *err)
{
	return error_fail(err, REASON_NO_SESSION_BUS, .value = address,
			  .detail = strerrordesc_np(errno));
}

static bool bus_hung(struct error *err)
{
	(void)service_hung(SERVICE_SECONDS, err);
	return error_add(err, .other = "the session bus");
}

static unsigned digit_of(char c)
{
	static const char digits[] = "0123456789abcdef0123456789ABCDEF";
	const char *at = c != '\0' ? strchr(digits, c) : NULL;

	return at ? (unsigned)(at - digits) % 16 : 16;
}

/* Decodes one character of an address, which may be %XX. Returns its length. */
static size_t decode(const char *from, char *to)
{
	unsigned high, low;

	*to = *from;
	if (*from != '%')
		return 1;
	high = digit_of(from[1]);
	low = high < 16 ? digit_of(from[2]) : 16;
	if (low == 16)
		return 0;
	*to = (char)(high * 16 + low);
	return 3;
}

/*
 * Decodes the value of a key up to "," or ";" as the name of a socket; an
 * abstract one starts with a NUL.
 */
static bool decode_name(const char *from, struct sockaddr_un *name, size_t at,
			socklen_t *len)
{
	while (*from != '\0' && *from != ',' && *from != ';') {
		size_t n = at + 1 < sizeof(name->sun_path)
				   ? decode(from, &name->sun_path[at])
				   : 0;

		if (n == 0) {
			errno = EINVAL;
			return false;
		}
		at++;
		from += n;
	}
	*len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + at);
	return true;
}

/* Reads one address of a list: "unix:", and path or abstract among its keys. */
static bool read_address(const char *address, struct sockaddr_un *name,
			 socklen_t *len)
{
	*name = (struct sockaddr_un){ .sun_family = AF_UNIX };
	address += strcspn(address, ":");
	while (*address == ':' || *address == ',') {
		address++;
		if (strncmp(address, "path=", 5) == 0)
			return decode_name(address + 5, name, 0, len);
		if (strncmp(address, "abstract=", 9) == 0)
			return decode_name(address + 9, name, 1, len);
		address += strcspn(address, ",;");
	}
	errno = EINVAL;
	return false;
}

/*
 * Connects to one socket. EAGAIN: more processes are in the queue of the bus than
 * it has accepted.
 */
static bool connect_one(struct bus *b, const char *address)
{
	const struct timespec pause = { .tv_nsec = RETRY_NS };
	struct sockaddr_un name;
	socklen_t len;

	if (!read_address(address, &name, &len))
		return false;
	while (connect(b->fd, (const struct sockaddr *)&name, len) != 0) {
		if (errno != EAGAIN)
			return false;
		if (service_left(b->deadline) == 0) {
			errno = ETIMEDOUT;
			return false;
		}
		(void)nanosleep(&pause, NULL);
	}
	return true;
}

/* Connects to the first address of a list that accepts. */
static bool connect_any(struct bus *b, const char *list)
{
	bool ok = false;

	while (!ok && *list != '\0') {
		bus_close(b);
		b->fd = socket(AF_UNIX,
			       SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
		ok = b->fd >= 0 && connect_one(b, list);
		list += strcspn(list, ";");
		list += *list == ';' ? 1 : 0;
	}
	return ok;
}

/*
 * Authenticates by the user id, which the kernel tells the bus anyway.  What
 * follows is sent without a pause.
 */
static bool authenticate(const struct bus *b)
{
	char line[OK_LEN];
	char id[16];
	char text[96];
	size_t len = 0;

	(void)snprintf(id, sizeof(id), "%u", (unsigned)geteuid());
	len = (size_t)snprintf(text, sizeof(text), "%cAUTH EXTERNAL ", 0);
	for (const char *c = id; *c != '\0'; c++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "3%c",
					*c);
	len += (size_t)snprintf(text + len, sizeof(text) - len,
				"\r\nBEGIN\r\n");
	if (!send_all(b, text, len))
		return false;
	for (len = 0; len < sizeof(line);) {
		size_t n = receive(b, line + len, sizeof(line) - len);

		len += n;
		if (n == 0 || line[len - 1] == '\n')
			break;
	}
	if (len == sizeof(line) && memcmp(line, "OK ", 3) == 0 &&
	    line[len - 1] == '\n')
		return true;
	if (len > 0)
		errno = EACCES;
	return false;
}

static bool say_hello(struct bus *b, struct error *err)
{
	static const struct bus_method hello = { DAEMON,
						 "/org/freedesktop/DBus",
						 DAEMON, "Hello" };
	const struct bus_call call = { &hello, "", NULL, "s" };
	struct bus_reply reply;
	bool ok = bus_ask(b, &call, &reply, err);

	bus_reply_clear(&reply);
	return ok;
}

static bool greet(struct bus *b, const char *address, struct error *err)
{
	if (!service_check_peer(b->fd, err))
		return false;
	if (!authenticate(b))
		return errno == ETIMEDOUT ? bus_hung(err)
					  : unreachable(address, err);
	if (say_hello(b, err))
		return true;
	if (service_left(b->deadline) == 0)
		return bus_hung(err);
	return b->again ? unreachable(address, err) : false;
}

bool bus_open(struct bus *b, char *const *environment, uint64_t deadline,
	      struct error *err)
{
	char *address = NULL;
	bool ok;

	*b = (struct bus){ .fd = -1, .deadline = deadline };
	if (service_is_hung())
		return service_hung(SERVICE_SECONDS, err);
	if (!service_address(environment, &address, err))
		return false;
	ok = connect_any(b, address);
	if (ok)
		ok = greet(b, address, err);
	else if (errno == ETIMEDOUT)
		(void)bus_hung(err);
	else
		(void)unreachable(address, err);
	mem_free(address);
	return ok;
}

void bus_close(struct bus *b)
{
	if (b->fd >= 0)
		(void)close(b->fd);
	b->fd = -1;
}

/* --- a call ---------------------------------------------------------------------- */

bool bus_garbled(struct error *err)
{
	return error_fail(err, REASON_SERVICE_GARBLED);
}

/* Reports errno: nothing more can be read from the connection. */
static bool fail_io(struct bus *b, struct error *err)
{
	if (errno == ETIMEDOUT)
		return service_hung(SERVICE_SECONDS, err);
	b->again = errno == ECONNRESET || errno == ENOTCONN || errno == EPIPE;
	return error_fail(err, REASON_SERVICE_FAILED,
			  .detail = strerrordesc_np(errno));
}

/* Receives the next message of any kind. */
static bool next(struct bus *b, struct bus_reply *reply, struct error *err)
{
	uint8_t fixed[BUS_FIXED_LEN];
	size_t len, room;
	char *at;

	bus_reply_clear(reply);
	if (!receive_all(b, fixed, sizeof(fixed)))
		return fail_io(b, err);
	len = bus_message_len(fixed);
	if (len == 0)
		return bus_garbled(err);
	reply->bytes = secbuf_new(len);
	secbuf_add(reply->bytes, fixed, sizeof(fixed));
	at = secbuf_room(reply->bytes, &room);
	if (!at)
		return error_memory(err);
	len -= sizeof(fixed);
	if (!receive_all(b, (uint8_t *)at, len))
		return fail_io(b, err);
	secbuf_grew(reply->bytes, len);
	return bus_message_read((const uint8_t *)secbuf_text(reply->bytes),
				secbuf_len(reply->bytes), &reply->header,
				&reply->body) ||
	       bus_garbled(err);
}

/* Passes over signals, and over answers to a call that was given up. */
static bool answer(struct bus *b, struct bus_reply *reply, struct error *err)
{
	const struct bus_header *header = &reply->header;
	bool ok;

	do
		ok = next(b, reply, err);
	while (ok &&
	       ((header->type != BUS_REPLY && header->type != BUS_ERROR) ||
		header->reply_to != b->serial));
	return ok;
}

/* The meaning of the bus's names for failures. */
static const struct meaning {
	const char *name;
	bool again; /* crashed, deleted meanwhile, or only just starting */
	enum error_reason reason;
} meanings[] = {
	{ "org.freedesktop.Secret.Error.IsLocked", false,
	  REASON_KEYRING_LOCKED },
	{ DAEMON ".Error.ServiceUnknown", false, REASON_NO_SERVICE },
	{ DAEMON ".Error.NameHasNoOwner", false, REASON_NO_SERVICE },
	{ "org.freedesktop.Secret.Error.NoSuchObject", true, REASON_ITEM_GONE },
	{ DAEMON ".Error.UnknownObject", true, REASON_ITEM_GONE },
	{ DAEMON ".Error.UnknownMethod", true, REASON_SERVICE_GARBLED },
	{ DAEMON ".Error.NoReply", true, REASON_SERVICE_GONE },
	{ DAEMON ".Error.Disconnected", true, REASON_SERVICE_GONE },
};

static bool refused(struct bus *b, struct bus_reply *reply, struct error *err)
{
	const size_t n = sizeof(meanings) / sizeof(meanings[0]);
	const char *name = reply->header.error_name;
	const char *text = NULL;

	for (const struct meaning *m = meanings; name && m < meanings + n; m++)
		if (strcmp(name, m->name) == 0) {
			b->again = m->again;
			return error_fail_with(err,
					       &(const struct error_facts){
						       .reason = m->reason });
		}
	if (reply->header.signature[0] == 's')
		text = bus_get_text(&reply->body);
	return error_fail(err, REASON_SERVICE_FAILED,
			  .detail = text ? text : name);
}

static bool transmit(struct bus *b, const struct bus_call *call,
		     struct error *err)
{
	struct strbuf out = strbuf_with_max(BUS_MESSAGE_MAX);
	struct strbuf none = strbuf_with_max(0);
	bool ok;

	bus_put_call(&out, ++b->serial, call->to, call->signature,
		     call->body ? call->body : &none);
	ok = strbuf_ok(&out) || error_memory(err);
	ok = ok && (send_all(b, strbuf_text(&out), out.len) || fail_io(b, err));
	strbuf_clear(&out);
	if (call->body)
		strbuf_clear(call->body);
	return ok;
}

bool bus_ask(struct bus *b, const struct bus_call *call,
	     struct bus_reply *reply, struct error *err)
{
	*reply = (struct bus_reply){ 0 };
	if (!transmit(b, call, err) || !answer(b, reply, err))
		return false;
	if (reply->header.type == BUS_ERROR)
		return refused(b, reply, err);
	return strcmp(reply->header.signature, call->expected) == 0 ||
	       bus_garbled(err);
}

void bus_reply_clear(struct bus_reply *reply)
{
	secbuf_free(reply->bytes);
	*reply = (struct bus_reply){ 0 };
}
