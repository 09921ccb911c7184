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
	const struct page_callback *callback; /* waited for, or NULL */
	struct secbuf *code;                  /* that it brought */
	struct error refusal; /* or an error, if it has a code */
	bool taken;           /* a correct GET was answered */
	bool sent;            /* and all of the answer was sent */
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

/* --- a callback --------------------------------------------------------------- */

static const char *argument(const struct listener_request *request,
			    const char *name)
{
	for (size_t i = 0; i < request->n_arguments; i++)
		if (strcmp(request->arguments[i].name, name) == 0 &&
		    request->arguments[i].value)
			return request->arguments[i].value;
	return "";
}

/* Others cannot know our state. */
static bool is_callback(const struct served *page,
			const struct listener_request *request)
{
	return strcmp(request->path, page->callback->path) == 0 &&
	       !request->other_user &&
	       strcmp(argument(request, "state"), page->callback->state) == 0 &&
	       *argument(request, "code") + *argument(request, "error") != 0;
}

static void call_back(struct served *page,
		      const struct listener_request *request,
		      struct listener_answer *answer)
{
	const char *error = argument(request, "error");

	if (!is_callback(page, request)) {
		refuse(answer, 404, "There is no such page.\n");
		return;
	}
	if (page->taken) {
		refuse(answer, 410, "This page was already opened.\n");
		return;
	}
	answer->tracked = page->taken = true;
	if (*error == '\0') {
		secbuf_free(page->code);
		page->code = secbuf_from(argument(request, "code"));
		refuse(answer, 200,
		       "rolekey is signed in. This page can be closed.\n");
		return;
	}
	(void)error_fail(&page->refusal, REASON_SSO_REFUSED, .aws_code = error,
			 .detail = argument(request, "error_description"));
	refuse(answer, 200,
	       "rolekey is not signed in. The terminal says more.\n");
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
	} else if (page->callback) {
		call_back(page, request, answer);
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

/* Answers requests until the right one was, or the time is over. */
static bool run(const struct served *page, int seconds, struct error *err)
{
	int64_t end = now_s() + seconds;

	while (!page->sent && now_s() < end)
		if (!listener_step(&page->listener, STEP_MS, err))
			return false;
	return true;
}

static bool serve(void *self, const struct secbuf *html, const char *script,
		  int seconds, struct error *err)
{
	struct page_real *real = self;
	struct served *page = real->state;

	page->html = html;
	set_policy(page, script);
	return run(page, seconds, err) &&
	       (page->sent ||
		error_fail(err, REASON_PAGE_NOT_FETCHED, .number = seconds));
}

static bool receive(void *self, const struct page_callback *callback,
		    int seconds, struct secbuf **code, struct error *err)
{
	struct page_real *real = self;
	struct served *page = real->state;

	*code = NULL;
	page->callback = callback;
	set_policy(page, "");
	if (!run(page, seconds, err))
		return false;
	if (!page->sent)
		return error_fail(err, REASON_SSO_LATE, .number = seconds);
	if (page->refusal.code != ERROR_NONE) {
		*err = page->refusal;
		return false;
	}
	*code = page->code;
	page->code = NULL;
	return *code || error_memory(err);
}

static void close_page(void *self)
{
	struct page_real *real = self;
	struct served *page = real->state;

	if (!page)
		return;
	listener_close(&page->listener);
	secbuf_free(page->code);
	mem_free(page);
	real->state = NULL;
}

struct page page_served(struct page_real *self)
{
	return (struct page){ self, open_socket, serve, receive, close_page };
}
