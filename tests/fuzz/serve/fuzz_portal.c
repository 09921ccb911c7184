#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/mem.h"
#include "base/secbuf.h"
#include "base/text.h"
#include "serve/portal.h"
#include "serve/signin_page.h"

/*
 * A request: "METHOD PATH", a header a line, an empty line and the body.  A
 * path or value that is "$HOST", "$ORIGIN", "$COOKIE" or "$START" is the right
 * one.  Properties: every request gets a response with a status; a console opens
 * only if Host, Origin and cookie were right, once each; the profile that it gets
 * is UTF-8; and no response but that of "$START" has the cookie.
 */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define HEADERS_MAX 32
#define HOST        "127.0.0.1:4711"
#define ORIGIN      "http://" HOST

static bool opened;

static void need(bool ok)
{
	if (!ok)
		abort();
}

static bool list(void *self, struct arena *arena, struct portal_row **rows,
		 size_t *n, struct error *err)
{
	(void)self;
	(void)err;
	*rows = arena_alloc(arena, sizeof(**rows));
	need(*rows != NULL);
	**rows = (struct portal_row){ .profile = "testing",
				      .role = "Admin",
				      .description = "Shop, Prod" };
	*n = 1;
	return true;
}

static bool open_it(void *self, const struct portal_wish *wish,
		    struct arena *arena, struct portal_form_page *page,
		    struct portal_need *wanted, struct error *err)
{
	size_t good;

	(void)self;
	(void)arena;
	opened = true;
	need(text_is_utf8(wish->profile, strlen(wish->profile), &good));
	if (strcmp(wish->profile, "testing") != 0) {
		wanted->serial = "serial";
		return error_fail(err, REASON_BAD_CODE);
	}
	(void)snprintf(page->nonce, sizeof(page->nonce), "0");
	page->html = secbuf_from("<form>");
	return page->html != NULL;
}

static int64_t now(void *self)
{
	(void)self;
	return 1000;
}

static const char *header(const struct listener_answer *answer,
			  const char *name)
{
	for (size_t i = 0; i < answer->n_headers; i++)
		if (strcmp(answer->headers[i].name, name) == 0)
			return answer->headers[i].value;
	return NULL;
}

static void drop(struct listener_answer *answer)
{
	secbuf_free(answer->secret);
	mem_free(answer->heap);
}

/* Gets the cookie as a browser does. */
static void enter(struct portal *portal, char cookie[static 128])
{
	const struct listener_server server = portal_server(portal);
	const struct listener_pair host = { "Host", HOST };
	struct listener_answer answer = { 0 };

	server.answer(server.self,
		      &(const struct listener_request){
			      .method = "GET",
			      .path = portal_url(portal) + strlen(ORIGIN),
			      .headers = &host,
			      .n_headers = 1 },
		      &answer);
	need(answer.status == 303 && header(&answer, "Set-Cookie"));
	(void)snprintf(cookie, 128, "%s", header(&answer, "Set-Cookie"));
	cookie[strcspn(cookie, ";")] = '\0';
	drop(&answer);
	server.sent(server.self, false);
}

static size_t count(const struct listener_request *request, const char *name,
		    const char *value)
{
	size_t n = 0;

	for (size_t i = 0; i < request->n_headers; i++)
		if (text_equal_nocase(request->headers[i].name, name))
			n += !value ||
			     strstr(request->headers[i].value, value) != NULL;
	return n;
}

static const char *expand(const char *text, const struct portal *portal,
			  const char *cookie)
{
	if (strcmp(text, "$HOST") == 0)
		return HOST;
	if (strcmp(text, "$ORIGIN") == 0)
		return ORIGIN;
	if (strcmp(text, "$COOKIE") == 0)
		return cookie;
	if (strcmp(text, "$START") == 0)
		return portal_url(portal) + strlen(ORIGIN);
	return text;
}

static void try(struct portal *portal, const struct listener_request *request,
		const char *cookie)
{
	const struct listener_server server = portal_server(portal);
	struct listener_answer answer = { 0 };

	opened = false;
	server.answer(server.self, request, &answer);
	need(answer.status >= 200 && answer.status < 600);
	need(answer.n_headers <= LISTENER_HEADERS_MAX);
	need((answer.text != NULL) + (answer.heap != NULL) +
		     (answer.secret != NULL) <=
	     1);
	if (opened)
		need(strcmp(request->method, "POST") == 0 &&
		     !request->other_user &&
		     count(request, "Host", NULL) == 1 &&
		     count(request, "Host", HOST) == 1 &&
		     count(request, "Origin", NULL) == 1 &&
		     count(request, "Origin", ORIGIN) == 1 &&
		     count(request, "Cookie", cookie) == 1);
	need(!header(&answer, "Set-Cookie") ||
	     strcmp(request->path, portal_url(portal) + strlen(ORIGIN)) == 0);
	drop(&answer);
}

static void read_request(struct portal *portal, char *text, const char *cookie)
{
	char *end = strstr(text, "\n\n");
	struct secbuf *body = end ? secbuf_from(end + 2) : NULL;
	struct listener_pair headers[HEADERS_MAX];
	struct listener_request request = { .headers = headers, .body = body };
	char *rest = NULL;
	char *line;
	char *path;

	if (end)
		*end = '\0';
	line = strtok_r(text, "\n", &rest);
	path = line ? strchr(line, ' ') : NULL;
	if (path) {
		*path++ = '\0';
		request.method = line;
		request.path = expand(path, portal, cookie);
		while ((line = strtok_r(NULL, "\n", &rest)) &&
		       request.n_headers < HEADERS_MAX) {
			char *value = strstr(line, ": ");

			if (!value)
				continue;
			*value = '\0';
			headers[request.n_headers++] = (struct listener_pair){
				line, expand(value + 2, portal, cookie)
			};
		}
		try(portal, &request, cookie);
		request.other_user = true;
		try(portal, &request, cookie);
	}
	secbuf_free(body);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct portal_work work = { NULL, list, open_it, now };
	struct portal *portal = portal_new(&work);
	char *text = strndup((const char *)data, size);
	char cookie[128];

	if (portal && text) {
		portal_set_port(portal, 4711);
		enter(portal, cookie);
		read_request(portal, text, cookie);
	}
	free(text);
	portal_free(portal);
	return 0;
}
