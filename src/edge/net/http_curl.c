#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <curl/curl.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/notice.h"
#include "base/secbuf.h"
#include "base/text.h"
#include "base/timefmt.h"
#include "base/wipe.h"
#include "crypto/tls.h"
#include "edge/edge.h"
#include "edge/net/descriptors_internal.h"
#include "edge/net/peer_internal.h"

#define HASHED_FOLDER "/etc/ssl/certs"
#define BODY_FIRST    16384 /* bytes; doubled as the response needs it */
#define HEADER_MAX    16384 /* bytes of a header's line */

/* A request while it is sent. */
struct transfer {
	const struct http_request *request;
	struct secbuf *body;
	bool *sent;
	bool too_long;
	bool no_memory;
	const char *ca_bundle; /* or NULL */
	char peer[PEER_MAX];   /* "host:port", for messages */
	char detail[CURL_ERROR_SIZE];
};

/* Notes that the request is about to be sent. */
/* NOLINTNEXTLINE(readability-non-const-parameter): libcurl's type */
static int before_request(void *ctx, char *to, char *from, int to_port,
			  int from_port)
{
	struct transfer *t = ctx;

	(void)to;
	(void)from;
	(void)to_port;
	(void)from_port;
	*t->sent = true;
	return CURL_PREREQFUNC_OK;
}

/* Moves the body into a buffer with room for need bytes. */
static bool grow(struct transfer *t, size_t need)
{
	size_t cap = BODY_FIRST;
	struct secbuf *bigger;

	while (cap < need)
		cap *= 2;
	bigger = secbuf_new(cap);
	if (t->body)
		secbuf_join(bigger, t->body);
	if (!secbuf_ok(bigger)) {
		t->no_memory = true;
		secbuf_free(bigger);
		return false;
	}
	secbuf_free(t->body);
	t->body = bigger;
	return true;
}

/*
 * Receives a part of the body. libcurl's own limit does not apply to a body
 * without a length.
 */
static size_t take_body(char *bytes, size_t size, size_t n, void *ctx)
{
	struct transfer *t = ctx;
	size_t len = size * n;
	size_t room;

	if (len > t->request->max_answer - secbuf_len(t->body)) {
		t->too_long = true;
		return CURL_WRITEFUNC_ERROR;
	}
	(void)secbuf_room(t->body, &room);
	if (len > room && !grow(t, secbuf_len(t->body) + len))
		return CURL_WRITEFUNC_ERROR;
	secbuf_add(t->body, bytes, len);
	return len;
}

/* Adds a header, formatted in a secbuf because it may contain a token. */
static bool add_header(struct curl_slist **list, const char *name,
		       const char *value)
{
	struct secbuf *line = secbuf_new(HEADER_MAX);
	struct curl_slist *more = NULL;

	secbuf_puts(line, name);
	secbuf_puts(line, ":");
	if (*value != '\0')
		secbuf_puts(line, " ");
	secbuf_puts(line, value);
	if (secbuf_ok(line))
		more = curl_slist_append(*list, secbuf_text(line));
	secbuf_free(line);
	if (more)
		*list = more;
	return more != NULL;
}

/* Makes the request's headers, without libcurl's own Accept and Expect. */
static bool make_headers(const struct http_request *request,
			 struct curl_slist **list)
{
	bool ok = add_header(list, "Accept", "") &&
		  add_header(list, "Expect", "");

	for (size_t i = 0; ok && i < request->n_headers; i++)
		ok = add_header(list, request->headers[i].name,
				request->headers[i].value);
	return ok;
}

/*
 * Tests for certificates named by their hashes.  Such a folder costs 8 ms for
 * each request, one file with the same certificates 32 ms.
 */
static bool has_hashed_folder(void)
{
	glob_t found = { 0 };
	/* NOLINTNEXTLINE(concurrency-mt-unsafe): one thread */
	int rc = glob(HASHED_FOLDER "/*.0", GLOB_NOSORT, NULL, &found);

	globfree(&found);
	return rc == 0;
}

static bool set_number(CURL *easy, CURLoption option, long value)
{
	return curl_easy_setopt(easy, option, value) == CURLE_OK;
}

static bool set_text(CURL *easy, CURLoption option, const char *value)
{
	return curl_easy_setopt(easy, option, value) == CURLE_OK;
}

static bool set_trust(CURL *easy, const char *ca_bundle)
{
	if (!text_is_empty(ca_bundle))
		return set_text(easy, CURLOPT_CAINFO, ca_bundle) &&
		       set_text(easy, CURLOPT_CAPATH, NULL);
	return !has_hashed_folder() ||
	       (set_text(easy, CURLOPT_CAINFO, NULL) &&
		set_text(easy, CURLOPT_CAPATH, HASHED_FOLDER));
}

/*
 * Makes OpenSSL free a buffer with a decrypted answer as soon as it is read, and
 * not only with the connection: libcurl calls this for each connection.
 */
static CURLcode release_buffers(CURL *easy, void *ctx, void *data)
{
	(void)easy;
	(void)data;
	tls_release_buffers(ctx);
	return CURLE_OK;
}

/* A libcurl with another TLS library does not have the option. */
static bool set_buffers(CURL *easy)
{
	CURLcode rc = curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION,
				       release_buffers);

	return rc == CURLE_OK || rc == CURLE_NOT_BUILT_IN;
}

/*
 * Sets the options.  If a kept connection turns out to be dead, libcurl sends
 * the request again on its own; a request that may be sent only once gets a
 * connection of its own.
 */
static bool set_rules(CURL *easy, bool once)
{
	static const struct {
		CURLoption option;
		long value;
	} rules[] = {
		{ CURLOPT_NOSIGNAL, 1 },
		{ CURLOPT_FOLLOWLOCATION, 0 },
		{ CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1 },
		{ CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2 },
		{ CURLOPT_SUPPRESS_CONNECT_HEADERS, 1 },
		{ CURLOPT_PATH_AS_IS, 1 },
		{ CURLOPT_QUICK_EXIT, 1 }, /* does not wait for a name server */
	};
	bool ok = set_text(easy, CURLOPT_PROTOCOLS_STR, "http,https") &&
		  set_number(easy, CURLOPT_FRESH_CONNECT, once) &&
		  set_buffers(easy);

	for (size_t i = 0; ok && i < sizeof(rules) / sizeof(rules[0]); i++)
		ok = set_number(easy, rules[i].option, rules[i].value);
	return ok;
}

static bool set_body(CURL *easy, const struct secbuf *body)
{
	const char *bytes = secbuf_text(body);
	curl_off_t len = (curl_off_t)secbuf_len(body);

	return !body || (set_text(easy, CURLOPT_POSTFIELDS, bytes) &&
			 curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
					  len) == CURLE_OK);
}

static bool set_request(CURL *easy, const struct http_request *request)
{
	return set_text(easy, CURLOPT_URL, request->url) &&
	       set_body(easy, request->body) &&
	       set_text(easy, CURLOPT_CUSTOMREQUEST, request->method) &&
	       set_number(easy, CURLOPT_CONNECTTIMEOUT,
			  request->connect_timeout) &&
	       set_number(easy, CURLOPT_TIMEOUT, request->timeout);
}

/* Sets pointers; this cannot fail. */
static void set_transfer(CURL *easy, struct transfer *t,
			 struct curl_slist *headers)
{
	(void)curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
	(void)curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, t->detail);
	(void)curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, before_request);
	(void)curl_easy_setopt(easy, CURLOPT_PREREQDATA, t);
	(void)curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
	(void)curl_easy_setopt(easy, CURLOPT_WRITEDATA, t);
}

/* Messages for failures; the first row of a code is used. */
static const struct failure {
	CURLcode code;
	enum error_reason reason;
} failures[] = {
	{ CURLE_COULDNT_RESOLVE_HOST, REASON_HOST_NOT_FOUND },
	{ CURLE_COULDNT_RESOLVE_PROXY, REASON_PROXY_NOT_FOUND },
	{ CURLE_COULDNT_CONNECT, REASON_NO_CONNECTION },
	{ CURLE_PROXY, REASON_PROXY_REFUSED },
	{ CURLE_SSL_CONNECT_ERROR, REASON_TLS },
	{ CURLE_PEER_FAILED_VERIFICATION, REASON_TLS },
	{ CURLE_SSL_CACERT_BADFILE, REASON_TLS }, /* the system's */
	{ CURLE_SSL_CERTPROBLEM, REASON_TLS },
	{ CURLE_SSL_CIPHER, REASON_TLS },
	{ CURLE_UNSUPPORTED_PROTOCOL, REASON_NOT_HTTP },
	{ CURLE_WEIRD_SERVER_REPLY, REASON_NOT_HTTP },
	{ CURLE_URL_MALFORMAT, REASON_NOT_HTTP },
	{ CURLE_GOT_NOTHING, REASON_CONNECTION_LOST },
	{ CURLE_PARTIAL_FILE, REASON_CONNECTION_LOST },
	{ CURLE_RECV_ERROR, REASON_CONNECTION_LOST },
	{ CURLE_SEND_ERROR, REASON_CONNECTION_LOST },
#if LIBCURL_VERSION_NUM >= 0x080600 /* out of memory before */
	{ CURLE_TOO_LARGE, REASON_NOT_HTTP },
#endif
};

static enum error_reason reason_of(CURLcode rc)
{
	for (size_t i = 0; i < sizeof(failures) / sizeof(failures[0]); i++)
		if (failures[i].code == rc)
			return failures[i].reason;
	return REASON_REQUEST_FAILED;
}

/*
 * Refuses libcurl's message about a proxy that it cannot use: it quotes the
 * proxy's address, with its password.
 */
static bool is_quotable(const char *detail, CURLcode rc)
{
	return detail[0] != '\0' && !strchr(detail, '@') &&
	       rc != CURLE_COULDNT_CONNECT && rc != CURLE_PROXY &&
	       rc != CURLE_COULDNT_RESOLVE_PROXY;
}

/* Returns the system's message if there is one, else libcurl's. */
static const char *detail_of(CURL *easy, const struct transfer *t, CURLcode rc)
{
	long number = 0;

	if (rc == CURLE_COULDNT_CONNECT || rc == CURLE_RECV_ERROR ||
	    rc == CURLE_SEND_ERROR)
		(void)curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &number);
	if (number > 0)
		return strerrordesc_np((int)number);
	return is_quotable(t->detail, rc) ? t->detail : curl_easy_strerror(rc);
}

/*
 * Finds the proxy that the request failed at: libcurl's message names the host
 * that it tried, whatever no_proxy says.
 */
static const char *failed_proxy(const struct transfer *t, CURLcode rc,
				char proxy[static PEER_MAX])
{
	const char *name = peer_proxy(t->request->url, environ, proxy);
	char host[PEER_MAX];

	if (!name || *t->sent || t->request->direct)
		return NULL;
	(void)snprintf(host, sizeof(host), "%s", proxy);
	host[strcspn(host, ":")] = '\0';
	return rc == CURLE_PROXY || rc == CURLE_COULDNT_RESOLVE_PROXY ||
			       strstr(t->detail, host)
		       ? name
		       : NULL;
}

static bool fail_late(const struct transfer *t, struct error *err)
{
	char proxy[PEER_MAX];
	const char *name = peer_proxy(t->request->url, environ, proxy);

	if (t->request->direct || peer_is_loopback(t->peer))
		name = NULL; /* see set_proxy() */
	return *t->sent
		       ? error_fail(err, REASON_RESPONSE_LATE, .other = t->peer,
				    .number = t->request->timeout)
		       : error_fail(err, REASON_CONNECTION_LATE,
				    .other = t->peer, .key = name,
				    .value = name ? proxy : NULL,
				    .number = t->request->connect_timeout);
}

static bool fail_bundle(const struct transfer *t, struct error *err)
{
	const char *why = access(t->ca_bundle, R_OK) == 0
				  ? "it contains no certificate"
				  : strerrordesc_np(errno);

	return error_fail(err, REASON_CA_BUNDLE, .value = t->ca_bundle,
			  .detail = why);
}

static bool fail(CURL *easy, const struct transfer *t, CURLcode rc,
		 struct error *err)
{
	enum error_reason reason;
	const char *variable;
	char proxy[PEER_MAX];

	if (t->no_memory || rc == CURLE_OUT_OF_MEMORY)
		return error_memory(err);
	if (t->too_long)
		return error_fail(err, REASON_RESPONSE_TOO_LONG,
				  .other = t->peer,
				  .number = (int64_t)t->request->max_answer);
	if (rc == CURLE_OPERATION_TIMEDOUT)
		return fail_late(t, err);
	if (rc == CURLE_SSL_CACERT_BADFILE && t->ca_bundle)
		return fail_bundle(t, err);
	variable = failed_proxy(t, rc, proxy);
	reason = variable && rc == CURLE_COULDNT_CONNECT
			 ? REASON_NO_PROXY_CONNECTION
			 : reason_of(rc);
	return error_fail_with(err, &(const struct error_facts){
					    .reason = reason,
					    .other = t->peer,
					    .key = variable,
					    .value = variable ? proxy : NULL,
					    .detail = detail_of(easy, t, rc) });
}

static void read_answer(CURL *easy, struct transfer *t,
			struct http_answer *answer)
{
	struct curl_header *header;
	curl_off_t took = 0;
	long status = 0;

	(void)curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
	(void)curl_easy_getinfo(easy, CURLINFO_TOTAL_TIME_T, &took);
	*answer = (struct http_answer){ .status = (int)status,
					.took = took,
					.body = t->body };
	if (curl_easy_header(easy, "Date", 0, CURLH_HEADER, -1, &header) ==
		    CURLHE_OK &&
	    !timefmt_parse_http(header->value, &answer->date))
		answer->date = 0;
	if (curl_easy_header(easy, "x-amzn-ErrorType", 0, CURLH_HEADER, -1,
			     &header) == CURLHE_OK)
		(void)snprintf(answer->error_type, sizeof(answer->error_type),
			       "%s", header->value);
	t->body = NULL;
}

/* Returns the handle, reset except for its TLS sessions. */
static CURL *take_handle(struct http_curl *self)
{
	if (self->easy) {
		curl_easy_reset(self->easy);
		return self->easy;
	}
	if (curl_global_init_mem(CURL_GLOBAL_DEFAULT, wipe_malloc, wipe_free,
				 wipe_realloc, wipe_strdup,
				 wipe_calloc) != CURLE_OK)
		return NULL;
	self->easy = curl_easy_init();
	if (!self->easy)
		curl_global_cleanup();
	return self->easy;
}

/* An empty proxy is none, whatever the environment has. */
static bool set_proxy(CURL *easy, const struct transfer *t)
{
	return (!t->request->direct && !peer_is_loopback(t->peer)) ||
	       set_text(easy, CURLOPT_PROXY, "");
}

static CURLcode perform(CURL *easy, struct transfer *t, const char *ca_bundle,
			struct curl_slist *headers)
{
	struct descriptors before = descriptors_open();
	CURLcode rc;

	if (!set_rules(easy, t->request->once) || !set_trust(easy, ca_bundle) ||
	    !set_proxy(easy, t) || !set_request(easy, t->request))
		return CURLE_OUT_OF_MEMORY;
	set_transfer(easy, t, headers);
	rc = curl_easy_perform(easy);
	descriptors_close_on_exec(&before);
	return rc;
}

/* Warns once if a signature, or a code, can be read on its way. */
static void warn_plain(struct http_curl *self, const char *url,
		       const char *peer)
{
	if (!self->notices || self->warned || strncmp(url, "http:", 5) != 0 ||
	    peer_is_loopback(peer))
		return;
	self->warned = true;
	notice_warn(self->notices, REASON_UNENCRYPTED, .other = peer);
}

static bool send_hidden(void *ctx, const struct http_request *request,
			struct http_answer *answer, bool *sent,
			struct error *err)
{
	struct http_curl *self = ctx;
	struct transfer t = { .request = request, .sent = sent };
	struct curl_slist *headers = NULL;
	CURL *easy = take_handle(self);
	CURLcode rc = CURLE_OUT_OF_MEMORY;

	*sent = false;
	t.ca_bundle = self->ca_bundle ? self->ca_bundle : request->ca_bundle;
	if (!easy)
		return error_memory(err);
	peer_name(request->url, t.peer);
	if (!request->direct) /* never beyond this machine */
		warn_plain(self, request->url, t.peer);
	if (make_headers(request, &headers) && grow(&t, 1))
		rc = perform(easy, &t, t.ca_bundle, headers);
	if (rc == CURLE_OK)
		read_answer(easy, &t, answer);
	else
		(void)fail(easy, &t, rc, err);
	curl_easy_reset(easy); /* it must not keep pointers to our data */
	curl_slist_free_all(headers);
	secbuf_free(t.body);
	return rc == CURLE_OK;
}

/*
 * Copies the environment without SSLKEYLOGFILE: libcurl, and OpenSSL when
 * libcurl starts it, write TLS keys into that file, but a command of ours may
 * need the variable.
 */
static char **environment_without_key_log(void)
{
	static const char name[] = "SSLKEYLOGFILE=";
	size_t n = 0;
	size_t kept = 0;
	char **block;

	while (environ[n])
		n++;
	block = mem_alloc((n + 1) * sizeof(*block));
	for (size_t i = 0; block && i < n; i++)
		if (strncmp(environ[i], name, sizeof(name) - 1) != 0)
			block[kept++] = environ[i];
	return block;
}

static bool http_curl_send(void *ctx, const struct http_request *request,
			   struct http_answer *answer, bool *sent,
			   struct error *err)
{
	char **shown = environment_without_key_log();
	char **whole = environ;
	bool ok;

	if (!shown)
		return error_memory(err);
	environ = shown;
	ok = send_hidden(ctx, request, answer, sent, err);
	environ = whole;
	mem_free(shown);
	wipe_stack(); /* headers with a token were on it */
	return ok;
}

struct http http_curl(struct http_curl *self)
{
	return (struct http){ .self = self, .send = http_curl_send };
}

void http_curl_free(struct http_curl *self)
{
	if (!self->easy)
		return;
	curl_easy_cleanup(self->easy);
	self->easy = NULL;
	curl_global_cleanup();
}
