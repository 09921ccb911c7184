#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/secbuf.h"
#include "base/text.h"
#include "crypto/random.h"
#include "edge/modules.h"

#define NONCE_BYTES 16
#define NONCE_LEN   (2 * NONCE_BYTES)
#define HOST_MAX    32
#define POLICY_MAX  256
#define BODY_MAX    4096 /* bytes, which are not read */
#define STEP_MS     500

struct served {
	struct listener listener;
	struct listener_server server;
	const struct secbuf *html; /* while it is served */
	char path[NONCE_LEN + 2];
	char host[HOST_MAX]; /* "127.0.0.1:PORT" */
	char policy[POLICY_MAX];
	bool taken; /* a correct GET was answered */
	bool sent;  /* and all of the answer was sent */
};

/* --- responses --------------------------------------------------------------- */

static void add(struct listener_answer *answer, const char *name,
		const char *value)
{
	answer->headers[answer->n_headers++] =
		(struct listener_pair){ name, value };
}

static void refuse(struct listener_answer *answer, unsigned status,
		   const char *text)
{
	answer->status = status;
	answer->text = text;
	answer->type = "text/plain; charset=utf-8";
}

/* Compares in a time that depends only on the length. */
static bool is_path(const struct served *page, const char *path)
{
	unsigned char different = strlen(path) != sizeof(page->path) - 1;

	for (size_t i = 0; !different && i < sizeof(page->path) - 1; i++)
		different |= (unsigned char)(path[i] ^ page->path[i]);
	return !different;
}

static bool has_host(const struct served *page,
		     const struct listener_request *request)
{
	for (size_t i = 0; i < request->n_headers; i++)
		if (text_equal_nocase(request->headers[i].name, "Host"))
			return strcmp(request->headers[i].value, page->host) ==
			       0;
	return false;
}

static void serve_html(struct served *page, struct listener_answer *answer)
{
	struct secbuf *copy = secbuf_new(secbuf_len(page->html));

	secbuf_join(copy, page->html);
	if (!secbuf_ok(copy)) {
		secbuf_free(copy);
		refuse(answer, 503, "Out of memory.\n");
		return;
	}
	answer->status = 200;
	answer->type = "text/html; charset=utf-8";
	answer->secret = copy;
	answer->tracked = page->taken = true;
}

static void answer(void *self, const struct listener_request *request,
		   struct listener_answer *answer)
{
	struct served *page = self;

	add(answer, "Cache-Control", "no-store");
	add(answer, "Content-Security-Policy", page->policy);
	add(answer, "Referrer-Policy", "no-referrer");
	add(answer, "X-Content-Type-Options", "nosniff");
	if (!has_host(page, request)) {
		refuse(answer, 421, "Wrong host.\n");
	} else if (strcmp(request->method, "GET") != 0) {
		refuse(answer, 405, "Only GET is allowed.\n");
		add(answer, "Allow", "GET");
	} else if (!is_path(page, request->path) || request->other_user) {
		refuse(answer, 404, "There is no such page.\n");
	} else if (page->taken || !page->html) {
		refuse(answer, 410,
		       "This page was already opened. "
		       "Run rolekey login again.\n");
	} else {
		serve_html(page, answer);
	}
}

static void sent(void *self, bool complete)
{
	struct served *page = self;

	page->sent = page->sent || complete;
	page->taken = page->sent; /* otherwise it did not arrive */
}

/* --- the port ---------------------------------------------------------------- */

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
	unsigned port = 0;

	if (!page)
		return error_memory(err);
	real->state = page;
	page->listener = listener_microhttpd(&real->listener);
	page->server = (struct listener_server){
		.self = page,
		.answer = answer,
		.sent = sent,
		.body_max = BODY_MAX,
	};
	name_path(page);
	if (!listener_open(&page->listener, &page->server, &port, err))
		return false;
	(void)snprintf(page->host, sizeof(page->host), "127.0.0.1:%u", port);
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

/* Forms may be sent by https, or by http to a stand-in on this machine. */
static void set_policy(struct served *page, const char *script)
{
	(void)snprintf(page->policy, sizeof(page->policy),
		       "default-src 'none'; base-uri 'none'; "
		       "frame-ancestors 'none'; style-src 'nonce-%s'; "
		       "script-src 'nonce-%s'; form-action https: "
		       "http://127.0.0.1:*",
		       script, script);
}

static bool serve(void *self, const struct secbuf *html, const char *script,
		  int seconds, struct error *err)
{
	struct page_real *real = self;
	struct served *page = real->state;
	int64_t end = now_s() + seconds;

	page->html = html;
	set_policy(page, script);
	while (!page->sent && now_s() < end)
		if (!listener_step(&page->listener, STEP_MS, err))
			return false;
	return page->sent ||
	       error_fail(err, REASON_PAGE_NOT_FETCHED, .number = seconds);
}

static void close_page(void *self)
{
	struct page_real *real = self;
	struct served *page = real->state;

	if (!page)
		return;
	listener_close(&page->listener);
	mem_free(page);
	real->state = NULL;
}

struct page page_served(struct page_real *self)
{
	return (struct page){ self, open_socket, serve, close_page };
}
