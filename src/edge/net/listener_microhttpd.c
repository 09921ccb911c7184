#include <sys/socket.h>

#include <inttypes.h>
#include <microhttpd.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <netinet/in.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/secbuf.h"
#include "base/text.h"
#include "crypto/random.h"
#include "edge/modules.h"

#define NONCE_BYTES     16
#define NONCE_LEN       (2 * NONCE_BYTES)
#define HOST_MAX        32
#define CONNECTIONS_MAX 64
#define IDLE_SECONDS    10 /* for a client that sends nothing */
#define STEP_MS         500
#define TCP_LINE_MAX    256
#define END_LEN         14 /* "0100007F:1F90" and a NUL */

struct served {
	struct MHD_Daemon *daemon;
	const struct secbuf *html; /* while it is served */
	const char *script;
	char path[NONCE_LEN + 2];
	char host[HOST_MAX]; /* "127.0.0.1:PORT" */
	unsigned port;
	bool taken; /* a correct GET was answered */
	bool sent;  /* and all of the answer was sent */
};

/* --- whom it is served to ---------------------------------------------------- */

#define FIELDS 8 /* of a line of /proc/net/tcp, up to the user */

/* Splits a line at its blanks; returns the number of fields, at most FIELDS. */
static size_t split(char *line, const char *field[static FIELDS])
{
	char *rest = NULL;
	size_t n = 0;

	for (char *word = strtok_r(line, " ", &rest); word && n < FIELDS;
	     word = strtok_r(NULL, " ", &rest))
		field[n++] = word;
	return n;
}

/* Formats an address of loopback as proc_net(5) does: "0100007F:1F90". */
static void format_end(unsigned port, char out[static END_LEN])
{
	(void)snprintf(out, END_LEN, "%08X:%04X",
		       (unsigned)htonl(INADDR_LOOPBACK), port & 0xffff);
}

/*
 * Finds the user of the other end in a line of /proc/net/tcp (proc_net(5)): "sl
 * local_address rem_address st queues timer retrnsmt uid ...".
 */
static bool is_peer(char *line, unsigned from, unsigned to, unsigned long *user)
{
	const char *field[FIELDS];
	char local[END_LEN];
	char remote[END_LEN];

	format_end(from, local);
	format_end(to, remote);
	if (split(line, field) < FIELDS || strcmp(field[1], local) != 0 ||
	    strcmp(field[2], remote) != 0)
		return false;
	*user = strtoul(field[7], NULL, 10);
	return true;
}

/*
 * Refuses a process of another user, except root.  An end that the kernel does
 * not list is accepted: the browser may be in another network namespace.
 */
static bool is_other_user(const struct served *page, unsigned from)
{
	FILE *file = fopen("/proc/net/tcp", "re");
	char line[TCP_LINE_MAX];
	bool other = false;

	if (!file)
		return false;
	while (fgets(line, sizeof(line), file)) {
		unsigned long user;

		if (is_peer(line, from, page->port, &user))
			other = user != geteuid() && user != 0;
	}
	(void)fclose(file);
	return other;
}

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

/* --- answers ----------------------------------------------------------------- */

static void add(struct MHD_Response *response, const char *name,
		const char *value)
{
	(void)MHD_add_response_header(response, name, value);
}

/* Forms may be sent by https, or by http to a stand-in on this machine. */
static void add_policy(struct MHD_Response *response, const char *script)
{
	char policy[256];

	(void)snprintf(policy, sizeof(policy),
		       "default-src 'none'; base-uri 'none'; "
		       "frame-ancestors 'none'; style-src 'nonce-%s'; "
		       "script-src 'nonce-%s'; form-action https: "
		       "http://127.0.0.1:*",
		       script, script);
	add(response, "Content-Security-Policy", policy);
	add(response, "Referrer-Policy", "no-referrer");
	add(response, "X-Content-Type-Options", "nosniff");
}

static enum MHD_Result answer(struct MHD_Connection *connection,
			      unsigned status, const char *type,
			      const char *text, size_t len, const char *script)
{
	/* The text stays valid; libmicrohttpd 0.9 has no const variant. */
	union {
		const char *text;
		void *data;
	} body = { .text = text };
	struct MHD_Response *response = MHD_create_response_from_buffer(
		len, body.data, MHD_RESPMEM_PERSISTENT);
	enum MHD_Result result;

	if (!response)
		return MHD_NO;
	add(response, "Content-Type", type);
	add(response, "Cache-Control", "no-store");
	add(response, "Connection", "close");
	if (status == MHD_HTTP_METHOD_NOT_ALLOWED)
		add(response, "Allow", "GET");
	add_policy(response, script);
	result = MHD_queue_response(connection, status, response);
	MHD_destroy_response(response);
	return result;
}

static enum MHD_Result refuse(struct MHD_Connection *connection,
			      unsigned status, const char *text)
{
	return answer(connection, status, "text/plain; charset=utf-8", text,
		      strlen(text), "");
}

/* Compares in a time that depends only on the length. */
static bool is_path(const struct served *page, const char *path)
{
	unsigned char different = strlen(path) != sizeof(page->path) - 1;

	for (size_t i = 0; !different && i < sizeof(page->path) - 1; i++)
		different |= (unsigned char)(path[i] ^ page->path[i]);
	return !different;
}

static enum MHD_Result serve_path(struct served *page,
				  struct MHD_Connection *connection,
				  const char *path, const char *method,
				  void **seen)
{
	const char *host = MHD_lookup_connection_value(connection,
						       MHD_HEADER_KIND, "Host");

	if (!host || strcmp(host, page->host) != 0)
		return refuse(connection, MHD_HTTP_MISDIRECTED_REQUEST,
			      "Wrong host.\n");
	if (strcmp(method, "GET") != 0)
		return refuse(connection, MHD_HTTP_METHOD_NOT_ALLOWED,
			      "Only GET is allowed.\n");
	if (!is_path(page, path) || is_other_user(page, port_of(connection)))
		return refuse(connection, MHD_HTTP_NOT_FOUND,
			      "There is no such page.\n");
	if (page->taken)
		return refuse(connection, MHD_HTTP_GONE,
			      "This page was already opened. "
			      "Run rolekey login again.\n");
	page->taken = true;
	*seen = page;
	return answer(connection, MHD_HTTP_OK, "text/html; charset=utf-8",
		      secbuf_text(page->html), secbuf_len(page->html),
		      page->script);
}

/* libmicrohttpd's type. */
/* NOLINTBEGIN(readability-non-const-parameter,readability-function-size) */
static enum MHD_Result handle(void *self, struct MHD_Connection *connection,
			      const char *path, const char *method,
			      const char *version, const char *upload,
			      size_t *upload_len, void **seen)
{
	(void)version;
	(void)upload;
	(void)upload_len;
	return serve_path(self, connection, path, method, seen);
}
/* NOLINTEND(readability-non-const-parameter,readability-function-size) */

/* seen is set for the one connection that got the page. */
static void completed(void *self, struct MHD_Connection *connection,
		      void **seen, enum MHD_RequestTerminationCode how)
{
	struct served *page = self;

	(void)connection;
	if (!*seen)
		return;
	if (how == MHD_REQUEST_TERMINATED_COMPLETED_OK)
		page->sent = true;
	else
		page->taken = false; /* it did not arrive */
}

/* --- the port ---------------------------------------------------------------- */

static bool start(struct served *page, struct error *err)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	const union MHD_DaemonInfo *info;

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	page->daemon = MHD_start_daemon(
		MHD_NO_FLAG, 0, NULL, NULL, handle, page, MHD_OPTION_SOCK_ADDR,
		&address, MHD_OPTION_CONNECTION_LIMIT,
		(unsigned)CONNECTIONS_MAX, MHD_OPTION_CONNECTION_TIMEOUT,
		(unsigned)IDLE_SECONDS, MHD_OPTION_NOTIFY_COMPLETED, completed,
		page, MHD_OPTION_END);
	info = page->daemon ? MHD_get_daemon_info(page->daemon,
						  MHD_DAEMON_INFO_BIND_PORT)
			    : NULL;
	if (!info)
		return error_fail(err, REASON_SYSTEM_CALL,
				  .action = "listen on 127.0.0.1");
	page->port = info->port;
	return true;
}

static void name_path(struct served *page)
{
	unsigned char nonce[NONCE_BYTES];

	random_fill(nonce, sizeof(nonce));
	page->path[0] = '/';
	text_hex(nonce, sizeof(nonce), page->path + 1);
}

static bool open_socket(void *self, char url[static PAGE_URL_LEN],
			struct error *err)
{
	struct page_real *real = self;
	struct served *page = mem_alloc(sizeof(*page));

	if (!page)
		return error_memory(err);
	*page = (struct served){ 0 };
	real->state = page;
	name_path(page);
	if (!start(page, err))
		return false;
	(void)snprintf(page->host, sizeof(page->host), "127.0.0.1:%u",
		       page->port);
	(void)snprintf(url, PAGE_URL_LEN, "http://%s%s", page->host,
		       page->path);
	return true;
}

static int64_t now_s(void)
{
	struct timespec t = { 0 };

	(void)clock_gettime(CLOCK_BOOTTIME, &t);
	return t.tv_sec;
}

static bool serve(void *self, const struct secbuf *html, const char *script,
		  int seconds, struct error *err)
{
	struct page_real *real = self;
	struct served *page = real->state;
	int64_t end = now_s() + seconds;

	page->html = html;
	page->script = script;
	while (!page->sent && now_s() < end)
		if (MHD_run_wait(page->daemon, STEP_MS) != MHD_YES)
			return error_fail(err, REASON_SYSTEM_CALL,
					  .action = "serve a page");
	return page->sent ||
	       error_fail(err, REASON_PAGE_NOT_FETCHED, .number = seconds);
}

static void close_page(void *self)
{
	struct page_real *real = self;
	struct served *page = real->state;

	if (!page)
		return;
	if (page->daemon)
		MHD_stop_daemon(page->daemon);
	mem_free(page);
	real->state = NULL;
}

static struct page open_page(struct page_real *self)
{
	return (struct page){ self, open_socket, serve, close_page };
}

const struct web_module listener_microhttpd = { .page = open_page };
