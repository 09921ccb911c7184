#include <sys/resource.h>
#include <sys/socket.h>

#include <errno.h>
#include <malloc.h>
#include <microhttpd.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/secbuf.h"
#include "edge/modules.h"
#include "edge/net/client_internal.h"

#define CONNECTIONS_MAX 2048
#define FILES_KEPT      64  /* descriptors that are not for connections */
#define CROWD           128 /* connections, from which on none is kept open */
#define IDLE_SECONDS    10
#define MEMORY_EACH     16384 /* bytes, for the headers of a connection */
#define HEADERS_MAX     64
#define WATCHED_MAX     128
#define HOLD_STEP_MS    50

struct received;

struct served {
	struct served *next;
	struct received *held; /* requests that are held back */
	bool resumed;          /* some are no longer */
	bool crowded;          /* memory of many connections is to be freed */
	struct MHD_Daemon *daemon;
	const struct listener_server *server;
	unsigned port;
};

/* A request that is being received. */
struct received {
	struct secbuf *body;               /* NULL until a part of it arrives */
	struct received *next;             /* held back, too */
	struct MHD_Connection *connection; /* of a request that is held back */
	int64_t until;                     /* ms: it may be held back */
	bool too_long;
	bool tracked;
};

/* --- the request ------------------------------------------------------------- */

/*
 * Tests whether another user sent it.  The client may have bound any address of
 * the loopback interface, so both ends are those of the connection.
 */
static bool is_other_user(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(
		connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	struct sockaddr_in client;
	struct sockaddr_in server = { .sin_family = AF_UNSPEC };
	socklen_t len = sizeof(server);

	if (!info || info->client_addr->sa_family != AF_INET)
		return false;
	memcpy(&client, info->client_addr, sizeof(client));
	info = MHD_get_connection_info(connection,
				       MHD_CONNECTION_INFO_CONNECTION_FD);
	return info &&
	       getsockname(info->connect_fd, (struct sockaddr *)&server,
			   &len) == 0 &&
	       client_is_other_user(&client, &server);
}

static void take_body(const struct served *served, struct received *received,
		      const char *upload, size_t len)
{
	if (!received->body)
		received->body = secbuf_new(served->server->body_max);
	secbuf_add(received->body, upload, len);
	received->too_long = received->too_long || !secbuf_ok(received->body);
}

struct headers {
	struct listener_pair pairs[HEADERS_MAX];
	size_t n;
};

static enum MHD_Result add_pair(void *self, enum MHD_ValueKind kind,
				const char *name, const char *value)
{
	struct headers *headers = self;

	(void)kind;
	if (headers->n == HEADERS_MAX)
		return MHD_NO;
	headers->pairs[headers->n++] =
		(struct listener_pair){ name, value ? value : "" };
	return MHD_YES;
}

/* --- the response ------------------------------------------------------------ */

static void free_secret(void *secret)
{
	secbuf_free(secret);
}

/* Returns a response that owns what the answer gave away. */
static struct MHD_Response *response_of(struct listener_answer *answer)
{
	/* The text stays valid; libmicrohttpd 0.9 has no const variant. */
	union {
		const char *text;
		void *data;
	} body = { .text = answer->text };
	struct MHD_Response *response;

	if (answer->secret) {
		response =
			MHD_create_response_from_buffer_with_free_callback_cls(
				secbuf_len(answer->secret),
				secbuf_edit(answer->secret), free_secret,
				answer->secret);
		if (!response)
			secbuf_free(answer->secret);
		return response;
	}
	if (!answer->heap)
		return MHD_create_response_from_buffer(
			body.text ? strlen(body.text) : 0, body.data,
			MHD_RESPMEM_PERSISTENT);
	response = MHD_create_response_from_buffer_with_free_callback(
		answer->len, answer->heap, mem_free);
	if (!response)
		mem_free(answer->heap);
	return response;
}

static unsigned connections(const struct served *served)
{
	const union MHD_DaemonInfo *info = MHD_get_daemon_info(
		served->daemon, MHD_DAEMON_INFO_CURRENT_CONNECTIONS);

	return info ? info->num_connections : 0;
}

static enum MHD_Result send_answer(const struct served *served,
				   struct MHD_Connection *connection,
				   struct listener_answer *answer)
{
	struct MHD_Response *response = response_of(answer);
	enum MHD_Result result;

	if (!response)
		return MHD_NO;
	if (answer->type)
		(void)MHD_add_response_header(response, "Content-Type",
					      answer->type);
	if (!served->server->keep || connections(served) > CROWD)
		(void)MHD_add_response_header(response, "Connection", "close");
	for (size_t i = 0; i < answer->n_headers; i++)
		(void)MHD_add_response_header(response, answer->headers[i].name,
					      answer->headers[i].value);
	result = MHD_queue_response(connection, answer->status, response);
	MHD_destroy_response(response);
	return result;
}

static int64_t now_ms(void)
{
	struct timespec t = { 0 };

	(void)clock_gettime(CLOCK_BOOTTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Holds a request back; its state begins to wait when it is held first. */
static enum MHD_Result hold(struct served *served,
			    struct MHD_Connection *connection,
			    struct received *received)
{
	if (received->until == 0)
		received->until = now_ms() + LISTENER_HOLD_MS;
	received->connection = connection;
	received->next = served->held;
	served->held = received;
	MHD_suspend_connection(connection);
	return MHD_YES;
}

/* Lets requests be answered again: all, or those that waited long enough. */
static void resume(struct served *served, bool all)
{
	int64_t now = served->held ? now_ms() : 0;
	struct received **at = &served->held;

	while (*at) {
		struct received *received = *at;

		if (!all && received->until > now) {
			at = &received->next;
			continue;
		}
		*at = received->next;
		MHD_resume_connection(received->connection);
		served->resumed = true;
	}
}

static enum MHD_Result respond(struct served *served,
			       struct MHD_Connection *connection,
			       const char *path, const char *method,
			       struct received *received)
{
	struct headers headers = { .n = 0 };
	struct headers arguments = { .n = 0 };
	struct listener_answer answer = { .status = MHD_HTTP_CONTENT_TOO_LARGE,
					  .type = "text/plain",
					  .text = "The body is too long.\n" };
	struct listener_request request = { .method = method,
					    .path = path,
					    .headers = headers.pairs,
					    .arguments = arguments.pairs,
					    .body = received->body };

	(void)MHD_get_connection_values(connection, MHD_HEADER_KIND, add_pair,
					&headers);
	(void)MHD_get_connection_values(connection, MHD_GET_ARGUMENT_KIND,
					add_pair, &arguments);
	request.n_headers = headers.n;
	request.waited = received->until != 0 && received->until <= now_ms();
	request.n_arguments = arguments.n;
	request.other_user =
		!served->server->any_user && is_other_user(connection);
	if (!received->too_long) {
		answer = (struct listener_answer){ 0 };
		served->server->answer(served->server->self, &request, &answer);
	}
	if (answer.later && !request.waited)
		return hold(served, connection, received);
	received->tracked = answer.tracked;
	return send_answer(served, connection, &answer);
}

/* libmicrohttpd's type. */
/* NOLINTBEGIN(readability-non-const-parameter,readability-function-size) */
static enum MHD_Result handle(void *self, struct MHD_Connection *connection,
			      const char *path, const char *method,
			      const char *version, const char *upload,
			      size_t *upload_len, void **state)
{
	struct received *received = *state;

	(void)version;
	if (!received) {
		*state = mem_alloc(sizeof(struct received));
		return *state ? MHD_YES : MHD_NO;
	}
	if (*upload_len == 0)
		return respond(self, connection, path, method, received);
	take_body(self, received, upload, *upload_len);
	*upload_len = 0;
	return MHD_YES;
}
/* NOLINTEND(readability-non-const-parameter,readability-function-size) */

static void completed(void *self, struct MHD_Connection *connection,
		      void **state, enum MHD_RequestTerminationCode how)
{
	const struct served *served = self;
	struct received *received = *state;

	(void)connection;
	if (!received)
		return;
	if (received->tracked && served->server->sent)
		served->server->sent(
			served->server->self,
			how == MHD_REQUEST_TERMINATED_COMPLETED_OK);
	secbuf_free(received->body);
	mem_free(received);
	*state = NULL;
}

/* --- the port ---------------------------------------------------------------- */

/*
 * Raises the limit of open files as far as it may be, and returns how many
 * connections it allows.
 */
static unsigned connections_max(void)
{
	struct rlimit limit = { 0 };
	rlim_t need = CONNECTIONS_MAX + FILES_KEPT;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return FILES_KEPT;
	if (limit.rlim_cur < need) {
		limit.rlim_cur = need < limit.rlim_max ? need : limit.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &limit);
		(void)getrlimit(RLIMIT_NOFILE, &limit);
	}
	if (limit.rlim_cur >= need)
		return CONNECTIONS_MAX;
	return limit.rlim_cur > (rlim_t)2 * FILES_KEPT
		       ? (unsigned)limit.rlim_cur - FILES_KEPT
		       : FILES_KEPT;
}

/*
 * Returns a socket that is bound and listens, or -1.  Addresses are numbers, so
 * nothing is looked up.
 */
static int listen_on(const char *address, unsigned port)
{
	const struct addrinfo hints = { .ai_flags =
						AI_NUMERICHOST | AI_NUMERICSERV,
					.ai_socktype = SOCK_STREAM };
	struct addrinfo *found = NULL;
	const int on = 1;
	char text[8];
	int fd;

	(void)snprintf(text, sizeof(text), "%u", port % 65536);
	if (getaddrinfo(address, text, &hints, &found) != 0)
		return -1;
	fd = socket(found->ai_family,
		    SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd >= 0 &&
	    (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0 ||
	     bind(fd, found->ai_addr, found->ai_addrlen) != 0 ||
	     listen(fd, SOMAXCONN) != 0)) {
		int why = errno;

		(void)close(fd);
		errno = why;
		fd = -1;
	}
	freeaddrinfo(found);
	return fd;
}

static unsigned bound_port(int fd)
{
	struct sockaddr_storage address = { 0 };
	socklen_t len = sizeof(address);
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;

	if (getsockname(fd, (struct sockaddr *)&address, &len) != 0)
		return 0;
	memcpy(&v4, &address, sizeof(v4));
	memcpy(&v6, &address, sizeof(v6));
	return ntohs(address.ss_family == AF_INET6 ? v6.sin6_port
						   : v4.sin_port);
}

static bool fail_to_listen(const struct listener_server *server,
			   struct error *err)
{
	return error_fail(err, REASON_SYSTEM_CALL, .action = "listen",
			  .path = server->address ? server->address
						  : "127.0.0.1",
			  .detail = strerrordesc_np(errno));
}

/* Leaves connections on which nothing was sent to the kernel: they cost less. */
static void accept_late(int fd)
{
	const int seconds = IDLE_SECONDS;

	(void)setsockopt(fd, IPPROTO_TCP, TCP_DEFER_ACCEPT, &seconds,
			 sizeof(seconds));
}

static bool start(struct served *served, unsigned port, struct error *err)
{
	const struct listener_server *server = served->server;
	int fd = server->socket > 0
			 ? server->socket
			 : listen_on(server->address ? server->address
						     : "127.0.0.1",
				     port);

	if (fd < 0)
		return fail_to_listen(server, err);
	accept_late(fd);
	served->port = bound_port(fd);
	served->daemon = MHD_start_daemon(
		MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, handle,
		served, MHD_OPTION_LISTEN_SOCKET, fd,
		MHD_OPTION_CONNECTION_LIMIT, connections_max(),
		MHD_OPTION_CONNECTION_MEMORY_LIMIT,
		server->memory_each ? server->memory_each : (size_t)MEMORY_EACH,
		MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_SECONDS,
		MHD_OPTION_NOTIFY_COMPLETED, completed, served, MHD_OPTION_END);
	if (served->daemon)
		return true;
	(void)fail_to_listen(server, err);
	(void)close(fd);
	return false;
}

static bool open_socket(void *self, const struct listener_server *server,
			unsigned *port, struct error *err)
{
	struct listener_real *real = self;
	struct served *served = mem_alloc(sizeof(*served));

	if (!served)
		return error_memory(err);
	served->server = server;
	served->next = real->state;
	real->state = served;
	if (!start(served, *port, err))
		return false;
	*port = served->port;
	return true;
}

static void watch(void *self, const int *fds, size_t n)
{
	struct listener_real *real = self;

	real->watched = fds;
	real->n_watched = n;
}

/*
 * Returns the sooner of a time-out, that of silent connections, and the end of
 * requests that are held back.
 */
static int sooner(const struct served *served, int milliseconds)
{
	MHD_UNSIGNED_LONG_LONG idle;

	if (served->resumed)
		return 0;
	if (served->held && milliseconds > HOLD_STEP_MS)
		milliseconds = HOLD_STEP_MS;
	return MHD_get_timeout(served->daemon, &idle) == MHD_YES &&
			       idle < (unsigned)milliseconds
		       ? (int)idle
		       : milliseconds;
}

/* Adds what a step waits for, and shortens it to the sooner time-out. */
static size_t gather(const struct listener_real *real, struct pollfd *fds,
		     int *milliseconds)
{
	size_t n = 0;

	for (const struct served *s = real->state; s && n < WATCHED_MAX;
	     s = s->next) {
		const union MHD_DaemonInfo *info = MHD_get_daemon_info(
			s->daemon, MHD_DAEMON_INFO_EPOLL_FD);

		fds[n++] = (struct pollfd){ info->epoll_fd, POLLIN, 0 };
		*milliseconds = sooner(s, *milliseconds);
	}
	for (size_t i = 0; i < real->n_watched && n < WATCHED_MAX; i++)
		fds[n++] = (struct pollfd){ real->watched[i], POLLIN, 0 };
	return n;
}

/* Gives memory back once a crowd of clients has left. */
static void shrink(struct served *served)
{
	unsigned n = connections(served);

	if (served->crowded && n <= CROWD / 2)
		(void)malloc_trim(0);
	served->crowded = n > CROWD || (served->crowded && n > CROWD / 2);
}

static bool step(void *self, int milliseconds, struct error *err)
{
	const struct listener_real *real = self;
	struct pollfd fds[WATCHED_MAX];
	size_t n = gather(real, fds, &milliseconds);

	if (poll(fds, n, milliseconds) < 0 && errno != EINTR)
		return error_fail(err, REASON_SYSTEM_CALL,
				  .action = "serve on 127.0.0.1",
				  .detail = strerrordesc_np(errno));
	for (struct served *s = real->state; s; s = s->next) {
		resume(s, false);
		s->resumed = false;
		if (MHD_run(s->daemon) != MHD_YES)
			return error_fail(err, REASON_SYSTEM_CALL,
					  .action = "serve on 127.0.0.1");
		shrink(s);
	}
	return true;
}

static void again(void *self)
{
	const struct listener_real *real = self;

	for (struct served *s = real->state; s; s = s->next)
		resume(s, true);
}

static void close_socket(void *self)
{
	struct listener_real *real = self;
	struct served *served = real->state;

	while (served) {
		struct served *next = served->next;

		resume(served, true);
		if (served->daemon)
			MHD_stop_daemon(served->daemon);
		mem_free(served);
		served = next;
	}
	*real = (struct listener_real){ 0 };
}

struct listener listener_microhttpd(struct listener_real *self)
{
	return (struct listener){ self,  open_socket, step,
				  watch, again,       close_socket };
}
