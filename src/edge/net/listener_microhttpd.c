#include <sys/resource.h>
#include <sys/socket.h>

#include <microhttpd.h>
#include <string.h>

#include <arpa/inet.h>
#include <netinet/in.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/secbuf.h"
#include "edge/modules.h"
#include "edge/net/client_internal.h"

#define CONNECTIONS_MAX 1024
#define FILES_KEPT      64    /* descriptors that are not for connections */
#define MEMORY_EACH     16384 /* bytes, for the headers of a connection */
#define IDLE_SECONDS    10
#define HEADERS_MAX     64

struct served {
	struct MHD_Daemon *daemon;
	const struct listener_server *server;
	unsigned port;
};

/* A request that is being received. */
struct received {
	struct secbuf *body; /* NULL until a part of it arrives */
	bool too_long;
	bool tracked;
};

/* --- the request ------------------------------------------------------------- */

static unsigned port_of(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(
		connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	struct sockaddr_in address;

	if (!info || info->client_addr->sa_family != AF_INET)
		return 0;
	memcpy(&address, info->client_addr, sizeof(address));
	return ntohs(address.sin_port);
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

static enum MHD_Result send_answer(struct MHD_Connection *connection,
				   struct listener_answer *answer)
{
	struct MHD_Response *response = response_of(answer);
	enum MHD_Result result;

	if (!response)
		return MHD_NO;
	if (answer->type)
		(void)MHD_add_response_header(response, "Content-Type",
					      answer->type);
	(void)MHD_add_response_header(response, "Connection", "close");
	for (size_t i = 0; i < answer->n_headers; i++)
		(void)MHD_add_response_header(response, answer->headers[i].name,
					      answer->headers[i].value);
	result = MHD_queue_response(connection, answer->status, response);
	MHD_destroy_response(response);
	return result;
}

static enum MHD_Result respond(const struct served *served,
			       struct MHD_Connection *connection,
			       const char *path, const char *method,
			       struct received *received)
{
	struct headers headers = { .n = 0 };
	struct listener_answer answer = { .status = MHD_HTTP_CONTENT_TOO_LARGE,
					  .type = "text/plain",
					  .text = "The body is too long.\n" };
	struct listener_request request = { .method = method,
					    .path = path,
					    .headers = headers.pairs,
					    .body = received->body };

	(void)MHD_get_connection_values(connection, MHD_HEADER_KIND, add_pair,
					&headers);
	request.n_headers = headers.n;
	request.other_user =
		client_is_other_user(port_of(connection), served->port);
	if (!received->too_long) {
		answer = (struct listener_answer){ 0 };
		served->server->answer(served->server->self, &request, &answer);
	}
	received->tracked = answer.tracked;
	return send_answer(connection, &answer);
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

/* Returns how many connections the limit of open files allows. */
static unsigned connections_max(void)
{
	struct rlimit limit = { 0 };

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 ||
	    limit.rlim_cur >= CONNECTIONS_MAX + FILES_KEPT)
		return CONNECTIONS_MAX;
	return limit.rlim_cur > 2 * FILES_KEPT
		       ? (unsigned)limit.rlim_cur - FILES_KEPT
		       : FILES_KEPT;
}

static bool start(struct served *served, unsigned port, struct error *err)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	const union MHD_DaemonInfo *info;

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	address.sin_port = htons((uint16_t)port);
	served->daemon = MHD_start_daemon(
		MHD_USE_EPOLL, 0, NULL, NULL, handle, served,
		MHD_OPTION_SOCK_ADDR, &address, MHD_OPTION_CONNECTION_LIMIT,
		connections_max(), MHD_OPTION_CONNECTION_MEMORY_LIMIT,
		(size_t)MEMORY_EACH, MHD_OPTION_CONNECTION_TIMEOUT,
		(unsigned)IDLE_SECONDS, MHD_OPTION_NOTIFY_COMPLETED, completed,
		served, MHD_OPTION_END);
	info = served->daemon ? MHD_get_daemon_info(served->daemon,
						    MHD_DAEMON_INFO_BIND_PORT)
			      : NULL;
	if (!info)
		return error_fail(err, REASON_SYSTEM_CALL,
				  .action = "listen on 127.0.0.1");
	served->port = info->port;
	return true;
}

static bool open_socket(void *self, const struct listener_server *server,
			unsigned *port, struct error *err)
{
	struct listener_real *real = self;
	struct served *served = mem_alloc(sizeof(*served));

	if (!served)
		return error_memory(err);
	served->server = server;
	real->state = served;
	if (!start(served, *port, err))
		return false;
	*port = served->port;
	return true;
}

static bool step(void *self, int milliseconds, struct error *err)
{
	const struct listener_real *real = self;
	const struct served *served = real->state;

	return MHD_run_wait(served->daemon, milliseconds) == MHD_YES ||
	       error_fail(err, REASON_SYSTEM_CALL,
			  .action = "serve on 127.0.0.1");
}

static void close_socket(void *self)
{
	struct listener_real *real = self;
	struct served *served = real->state;

	if (!served)
		return;
	if (served->daemon)
		MHD_stop_daemon(served->daemon);
	mem_free(served);
	real->state = NULL;
}

struct listener listener_microhttpd(struct listener_real *self)
{
	return (struct listener){ self, open_socket, step, close_socket };
}
