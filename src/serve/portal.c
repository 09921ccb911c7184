#include "serve/portal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/mem.h"
#include "base/secbuf.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "crypto/random.h"
#include "message/message.h"
#include "serve/portal_internal.h"
#include "serve/signin_page.h"

#define TOKEN_BYTES 32
#define TOKEN_LEN   (2 * TOKEN_BYTES + 1)
#define HOST_LEN    32
#define URL_LEN     (HOST_LEN + TOKEN_LEN + 16)
#define COOKIE_LEN  (TOKEN_LEN + 96)
#define POLICY_LEN  320
#define PAGE_MAX    (64U << 20)

struct portal {
	const struct portal_work *work;
	char host[HOST_LEN];       /* "127.0.0.1:PORT" */
	char origin[HOST_LEN + 8]; /* "http://127.0.0.1:PORT" */
	char name[HOST_LEN];       /* of the cookie: a port each */
	char cookie[COOKIE_LEN];   /* the header that sets it */
	char token[TOKEN_LEN];     /* its value */
	char start[TOKEN_LEN];     /* the path of the first address */
	char url[URL_LEN];
	char policy[POLICY_LEN]; /* of the page with a nonce */
	bool started;            /* the first address was used */
	unsigned long requests;
};

static const char page_policy[] =
	"default-src 'none'; base-uri 'none'; frame-ancestors 'none'; "
	"style-src 'self'; script-src 'self'; img-src data:; "
	"connect-src 'self'; form-action 'self'";

/* --- responses --------------------------------------------------------------- */

static void add(struct listener_answer *answer, const char *name,
		const char *value)
{
	answer->headers[answer->n_headers++] =
		(struct listener_pair){ name, value };
}

/* "same-origin", because a form without a referrer has no Origin either. */
static void begin(struct listener_answer *answer)
{
	*answer = (struct listener_answer){ .status = 200 };
	add(answer, "Cache-Control", "no-store");
	add(answer, "X-Content-Type-Options", "nosniff");
	add(answer, "Referrer-Policy", "same-origin");
	add(answer, "Cross-Origin-Opener-Policy", "same-origin");
	add(answer, "Cross-Origin-Resource-Policy", "same-origin");
}

static void refuse(struct listener_answer *answer, unsigned status,
		   const char *text)
{
	answer->status = status;
	answer->type = "text/plain; charset=utf-8";
	answer->text = text;
}

static void give(struct listener_answer *answer, const char *type,
		 const char *text)
{
	answer->type = type;
	answer->text = text;
}

/* Gives away the text of a page. */
static void give_page(struct listener_answer *answer, struct strbuf *page)
{
	if (!strbuf_ok(page)) {
		strbuf_clear(page);
		refuse(answer, 503, "Out of memory.\n");
		return;
	}
	answer->type = "text/html; charset=utf-8";
	answer->heap = page->text;
	answer->len = page->len;
	*page = strbuf_with_max(0);
	add(answer, "Content-Security-Policy", page_policy);
}

/* --- who asks ---------------------------------------------------------------- */

/* Returns a header that is there once; NULL: not at all, or "" several times. */
static const char *header(const struct listener_request *request,
			  const char *name)
{
	const char *value = NULL;

	for (size_t i = 0; i < request->n_headers; i++)
		if (text_equal_nocase(request->headers[i].name, name))
			value = value ? "" : request->headers[i].value;
	return value;
}

/* Compares in a time that depends only on the length. */
static bool is_secret(const char *secret, const char *text, size_t len)
{
	unsigned char different = strlen(secret) != len;

	for (size_t i = 0; !different && i < len; i++)
		different |= (unsigned char)(secret[i] ^ text[i]);
	return !different;
}

/* Finds the cookie in "a=b; c=d" (RFC 6265 4.2.1). */
static bool has_cookie(const struct portal *portal,
		       const struct listener_request *request)
{
	const char *at = header(request, "Cookie");
	size_t len = strlen(portal->name);

	while (at && *at != '\0') {
		size_t part = strcspn(at, ";");

		if (part > len && at[len] == '=' &&
		    strncmp(at, portal->name, len) == 0 &&
		    is_secret(portal->token, at + len + 1, part - len - 1))
			return true;
		at += part;
		at += strspn(at, "; ");
	}
	return false;
}

/* Tests whether a page of ours sent the request, as far as the browser says. */
static bool is_own_origin(const struct portal *portal,
			  const struct listener_request *request, bool needed)
{
	const char *origin = header(request, "Origin");
	const char *site = header(request, "Sec-Fetch-Site");

	if (!origin)
		return !needed;
	return strcmp(origin, portal->origin) == 0 &&
	       (!site || strcmp(site, "same-origin") == 0);
}

static bool has_host(const struct portal *portal,
		     const struct listener_request *request)
{
	const char *host = header(request, "Host");

	return host && strcmp(host, portal->host) == 0;
}

/* --- what is asked ----------------------------------------------------------- */

static void start(struct portal *portal, struct listener_answer *answer)
{
	if (portal->started) {
		refuse(answer, 410,
		       "This address was already used. Run rolekey portal "
		       "again.\n");
		return;
	}
	portal->started = true;
	answer->status = 303;
	answer->tracked = true;
	add(answer, "Location", "/");
	add(answer, "Set-Cookie", portal->cookie);
}

static void put_failure(struct strbuf *out, const struct portal_wish *wish,
			const struct portal_need *need, const struct error *err)
{
	char message[MESSAGE_LEN] = "";
	char hint[MESSAGE_LEN] = "";
	const struct portal_question question = { wish, need, message, hint };

	if (err) {
		message_text(err, message, sizeof(message));
		message_hint(err, wish->profile, hint, sizeof(hint));
	}
	portal_page_ask(out, &question);
}

static void show_list(struct portal *portal, struct listener_answer *answer)
{
	const struct portal_work *work = portal->work;
	const struct portal_wish none = { .profile = "rolekey" };
	struct strbuf page = strbuf_with_max(PAGE_MAX);
	struct arena *arena = arena_new();
	struct portal_row *rows = NULL;
	struct error err = { 0 };
	size_t n = 0;

	if (!arena) {
		(void)error_memory(&err);
		answer->status = 503;
		put_failure(&page, &none, &(struct portal_need){ 0 }, &err);
	} else if (work->list(work->self, arena, &rows, &n, &err)) {
		portal_sort(rows, n);
		portal_page_list(&page, rows, n, work->now(work->self));
	} else {
		answer->status = 500;
		put_failure(&page, &none, &(struct portal_need){ 0 }, &err);
	}
	arena_free(arena);
	give_page(answer, &page);
}

/* A failure that only an answer of the user can end is no failure yet. */
static bool is_question(const struct portal_wish *wish,
			const struct portal_need *need)
{
	return (need->account && !wish->confirm) ||
	       (need->serial && !wish->code);
}

/* Allows the page's own script, and its form to be sent to AWS. */
static void give_signin(struct portal *portal, struct listener_answer *answer,
			struct secbuf *html, const char *nonce)
{
	(void)snprintf(portal->policy, sizeof(portal->policy),
		       "default-src 'none'; base-uri 'none'; "
		       "frame-ancestors 'none'; style-src 'nonce-%s'; "
		       "script-src 'nonce-%s'; form-action https: "
		       "http://127.0.0.1:*",
		       nonce, nonce);
	answer->type = "text/html; charset=utf-8";
	answer->secret = html;
	add(answer, "Content-Security-Policy", portal->policy);
}

static void open_console(struct portal *portal, const struct portal_wish *wish,
			 struct listener_answer *answer)
{
	const struct portal_work *work = portal->work;
	struct strbuf page = strbuf_with_max(PAGE_MAX);
	struct arena *arena = arena_new();
	struct portal_form_page form = { 0 };
	struct portal_need need = { 0 };
	struct error err = { 0 };
	bool ok;

	ok = arena ? work->open(work->self, wish, arena, &form, &need, &err)
		   : error_memory(&err);
	if (ok) {
		give_signin(portal, answer, form.html, form.nonce);
	} else {
		put_failure(&page, wish, &need,
			    is_question(wish, &need) ? NULL : &err);
		give_page(answer, &page);
	}
	arena_free(arena);
}

/* Returns a copy of the body for one field, which is cut out in place. */
static struct secbuf *field(const struct listener_request *request,
			    const char *name, const char **value)
{
	struct secbuf *copy = secbuf_new(secbuf_len(request->body));

	secbuf_join(copy, request->body);
	*value = secbuf_ok(copy) && secbuf_len(copy) > 0
			 ? portal_form_value(secbuf_edit(copy), name)
			 : NULL;
	return copy;
}

static void post_open(struct portal *portal,
		      const struct listener_request *request,
		      struct listener_answer *answer)
{
	struct portal_wish wish = { 0 };
	const char *code = NULL;
	struct secbuf *kept[] = {
		field(request, "profile", &wish.profile),
		field(request, "confirm", &wish.confirm),
		field(request, "code", &code),
	};
	struct secbuf *typed = code && *code ? secbuf_from(code) : NULL;

	wish.code = typed;
	if (text_is_empty(wish.profile))
		refuse(answer, 400, "The form has no profile.\n");
	else if (code && *code && !typed)
		refuse(answer, 503, "Out of memory.\n");
	else
		open_console(portal, &wish, answer);
	secbuf_free(typed);
	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
		secbuf_free(kept[i]);
}

static void get(struct portal *portal, const char *path,
		struct listener_answer *answer)
{
	if (strcmp(path, "/") == 0) {
		show_list(portal, answer);
	} else if (strcmp(path, "/portal.css") == 0) {
		give(answer, "text/css; charset=utf-8", portal_css);
	} else if (strcmp(path, "/portal.js") == 0) {
		give(answer, "text/javascript; charset=utf-8", portal_js);
	} else {
		refuse(answer, 404, "There is no such page.\n");
	}
}

static void with_cookie(struct portal *portal,
			const struct listener_request *request,
			struct listener_answer *answer)
{
	bool opens = strcmp(request->path, "/open") == 0;
	const char *method = opens ? "POST" : "GET";

	portal->requests++;
	if (strcmp(request->method, method) != 0) {
		refuse(answer, 405, "This method is not allowed.\n");
		add(answer, "Allow", method);
	} else if (opens) {
		post_open(portal, request, answer);
	} else {
		get(portal, request->path, answer);
	}
}

static bool is_start(const struct portal *portal,
		     const struct listener_request *request)
{
	return strcmp(request->method, "GET") == 0 && request->path[0] == '/' &&
	       is_secret(portal->start, request->path + 1,
			 strlen(request->path) - 1);
}

static void respond(void *self, const struct listener_request *request,
		    struct listener_answer *answer)
{
	struct portal *portal = self;
	bool acts = strcmp(request->method, "GET") != 0;

	begin(answer);
	if (!has_host(portal, request))
		refuse(answer, 421, "Wrong host.\n");
	else if (request->other_user || !is_own_origin(portal, request, acts))
		refuse(answer, 403, "This request is not allowed.\n");
	else if (is_start(portal, request))
		start(portal, answer);
	else if (has_cookie(portal, request))
		with_cookie(portal, request, answer);
	else
		refuse(answer, 403,
		       "Open the address that rolekey portal prints.\n");
}

static void sent(void *self, bool complete)
{
	struct portal *portal = self;

	portal->started = portal->started && complete; /* it did not arrive */
}

/* --- the door ---------------------------------------------------------------- */

static void make_token(char token[static TOKEN_LEN])
{
	unsigned char bytes[TOKEN_BYTES];

	random_fill(bytes, sizeof(bytes));
	text_hex(bytes, sizeof(bytes), token);
	explicit_bzero(bytes, sizeof(bytes));
}

struct portal *portal_new(const struct portal_work *work)
{
	struct portal *portal = mem_alloc(sizeof(*portal));

	if (!portal)
		return NULL;
	portal->work = work;
	make_token(portal->token);
	make_token(portal->start);
	return portal;
}

void portal_free(struct portal *portal)
{
	if (portal)
		explicit_bzero(portal, sizeof(*portal));
	mem_free(portal);
}

void portal_set_port(struct portal *portal, unsigned port)
{
	(void)snprintf(portal->host, sizeof(portal->host), "127.0.0.1:%u",
		       port);
	(void)snprintf(portal->origin, sizeof(portal->origin), "http://%s",
		       portal->host);
	(void)snprintf(portal->name, sizeof(portal->name), "rolekey-%u", port);
	(void)snprintf(portal->cookie, sizeof(portal->cookie),
		       "%s=%s; Path=/; HttpOnly; SameSite=Strict", portal->name,
		       portal->token);
	(void)snprintf(portal->url, sizeof(portal->url), "%s/%s",
		       portal->origin, portal->start);
}

const char *portal_url(const struct portal *portal)
{
	return portal->url;
}

unsigned long portal_requests(const struct portal *portal)
{
	return portal->requests;
}

struct listener_server portal_server(struct portal *portal)
{
	return (struct listener_server){ .self = portal,
					 .answer = respond,
					 .sent = sent,
					 .body_max = PORTAL_BODY_MAX };
}

static int compare(const void *a, const void *b)
{
	const struct portal_row *one = a;
	const struct portal_row *other = b;

	if (one->score != other->score)
		return one->score > other->score ? -1 : 1;
	return one->place < other->place ? -1 : one->place > other->place;
}

void portal_sort(struct portal_row *rows, size_t n)
{
	if (n > 0)
		qsort(rows, n, sizeof(*rows), compare);
}
