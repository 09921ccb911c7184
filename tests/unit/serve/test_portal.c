#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/mem.h"
#include "base/secbuf.h"
#include "base/strbuf.h"
#include "serve/portal.h"
#include "serve/portal_internal.h"
#include "serve/signin_page.h"
#include "support/check.h"
#include "support/mem_failing.h"

#define PORT   4711
#define HOST   "127.0.0.1:4711"
#define ORIGIN "http://127.0.0.1:4711"

/* A portal with a cookie, and its last response. */
static struct {
	struct portal *portal;
	struct listener_server server;
	struct listener_answer answer;
	char cookie[160];
	char wish[3][64]; /* that open() got: profile, confirm, code */
	struct portal_need need;
	bool fails;
} at;

static bool list(void *self, struct arena *arena, struct portal_row **rows,
		 size_t *n, struct error *err)
{
	static const struct portal_row made[] = {
		{ .profile = "b",
		  .account = "222233334444",
		  .role = "Admin",
		  .description = "Pay & Co, Prod",
		  .color = "zzzzzz",
		  .read_only = true },
		{ .profile = "<a>",
		  .role = "Reader",
		  .description = "",
		  .color = "ff0000",
		  .expires = 3661,
		  .place = 1 },
		{ .profile = "c",
		  .account = "333344445555",
		  .role = "",
		  .description = "",
		  .expires = 999,
		  .score = 2,
		  .place = 2 },
	};

	(void)self;
	if (at.fails)
		return error_fail(err, REASON_NO_PROMPT);
	*rows = arena_alloc(arena, sizeof(made));
	if (!*rows)
		return error_memory(err);
	memcpy(*rows, made, sizeof(made));
	*n = sizeof(made) / sizeof(made[0]);
	return true;
}

static void note(size_t n, const char *text)
{
	(void)snprintf(at.wish[n], sizeof(at.wish[n]), "%s",
		       text ? text : "(none)");
}

static bool open_it(void *self, const struct portal_wish *wish,
		    struct arena *arena, struct portal_form_page *page,
		    struct portal_need *need, struct error *err)
{
	(void)self;
	(void)arena;
	note(0, wish->profile);
	note(1, wish->confirm);
	note(2, wish->code ? secbuf_text(wish->code) : NULL);
	*need = at.need;
	if (at.fails)
		return error_fail(err, REASON_BAD_CODE);
	(void)snprintf(page->nonce, sizeof(page->nonce), "0123");
	page->html = secbuf_from("<form>");
	return page->html || error_memory(err);
}

static int64_t now(void *self)
{
	(void)self;
	return 1000;
}

static void forget(void)
{
	secbuf_free(at.answer.secret);
	mem_free(at.answer.heap);
	at.answer = (struct listener_answer){ 0 };
}

static const char *body(void)
{
	return at.answer.secret ? secbuf_text(at.answer.secret)
	       : at.answer.heap ? at.answer.heap
	       : at.answer.text ? at.answer.text
				: "";
}

static const char *header(const char *name)
{
	for (size_t i = 0; i < at.answer.n_headers; i++)
		if (strcmp(at.answer.headers[i].name, name) == 0)
			return at.answer.headers[i].value;
	return "";
}

static void send_request(const struct listener_request *request)
{
	forget();
	at.server.answer(at.server.self, request, &at.answer);
}

static unsigned get(const char *path)
{
	const struct listener_pair headers[] = { { "host", HOST },
						 { "COOKIE", at.cookie } };

	send_request(&(const struct listener_request){ .method = "GET",
						       .path = path,
						       .headers = headers,
						       .n_headers = 2 });
	return at.answer.status;
}

static unsigned post(const char *form)
{
	const struct listener_pair headers[] = { { "Host", HOST },
						 { "Origin", ORIGIN },
						 { "Cookie", at.cookie } };
	struct secbuf *text = form ? secbuf_from(form) : NULL;

	send_request(&(const struct listener_request){ .method = "POST",
						       .path = "/open",
						       .headers = headers,
						       .n_headers = 3,
						       .body = text });
	secbuf_free(text);
	return at.answer.status;
}

static const char *start(void)
{
	return portal_url(at.portal) + strlen(ORIGIN);
}

static int enter(void **state)
{
	static const struct portal_work work = { NULL, list, open_it, now };
	size_t len;

	(void)state;
	memset(&at, 0, sizeof(at));
	at.portal = portal_new(&work);
	assert_non_null(at.portal);
	portal_set_port(at.portal, PORT);
	at.server = portal_server(at.portal);
	assert_int_equal(get(start()), 303);
	assert_true(at.answer.tracked);
	len = strcspn(header("Set-Cookie"), ";");
	assert_true(len > 64 && len < sizeof(at.cookie));
	memcpy(at.cookie, header("Set-Cookie"), len);
	at.server.sent(at.server.self, true);
	return 0;
}

static int leave(void **state)
{
	(void)state;
	forget();
	portal_free(at.portal);
	return 0;
}

static void lists_the_profiles(void **state)
{
	const char *page;

	(void)state;
	assert_int_equal(get("/"), 200);
	page = body();
	assert_non_null(strstr(page, "&lt;a&gt;"));
	assert_null(strstr(page, "<a>"));
	assert_null(strstr(page, "zzzzzz"));
	assert_non_null(strstr(page, "fill=\"#ff0000\""));
	assert_non_null(strstr(page, "data-until=\"3661\">44m left"));
	assert_null(strstr(page, "data-until=\"999\""));
	assert_true(strstr(page, ">c<") < strstr(page, ">b<"));
	assert_true(strstr(page, ">b<") < strstr(page, "&lt;a&gt;"));
	assert_non_null(strstr(header("Content-Security-Policy"),
			       "default-src 'none'"));
	assert_null(strstr(header("Content-Security-Policy"), "unsafe"));
	at.fails = true;
	assert_int_equal(get("/"), 500);
}

static void gives_style_and_script(void **state)
{
	(void)state;
	assert_int_equal(get("/portal.css"), 200);
	assert_ptr_equal(body(), portal_css);
	assert_int_equal(get("/portal.js"), 200);
	assert_ptr_equal(body(), portal_js);
	assert_int_equal(get("/portal"), 404);
	assert_int_equal(get("/open"), 405);
}

static void gives_the_cookie_once(void **state)
{
	(void)state;
	assert_int_equal(get(start()), 410);
	at.server.sent(at.server.self, false);
	assert_int_equal(get(start()), 303);
}

static void opens_a_console(void **state)
{
	(void)state;
	assert_int_equal(post("x=1&profile=a%20%3Cb%3e+c&code=123456"), 200);
	assert_string_equal(at.wish[0], "a <b> c");
	assert_string_equal(at.wish[1], "(none)");
	assert_string_equal(at.wish[2], "123456");
	assert_string_equal(body(), "<form>");
	assert_non_null(strstr(header("Content-Security-Policy"),
			       "script-src 'nonce-0123'"));
	assert_int_equal(post("code=&profile=b&confirm=b"), 200);
	assert_string_equal(at.wish[1], "b");
	assert_string_equal(at.wish[2], "(none)");
	assert_int_equal(post("profile="), 400);
	assert_int_equal(post("profile=%4"), 400);
	assert_int_equal(post("profile=%00"), 400);
	assert_int_equal(post("profile=%ff"), 400);
	assert_int_equal(post("profil=a"), 400);
	assert_int_equal(post(""), 400);
	assert_int_equal(post(NULL), 400);
}

static void asks_on_the_page(void **state)
{
	(void)state;
	at.fails = true;
	at.need = (struct portal_need){ .serial = "GAHT1<>" };
	assert_int_equal(post("profile=%3Cb"), 200);
	assert_non_null(strstr(body(), "MFA code for GAHT1&lt;&gt;"));
	assert_null(strstr(body(), "role=\"alert\""));
	assert_null(strstr(body(), "<b"
				   "\""));
	assert_int_equal(post("profile=b&code=1&confirm=b"), 200);
	assert_non_null(strstr(body(), "role=\"alert\""));
	assert_non_null(strstr(body(), "name=\"confirm\" value=\"b\""));
	at.need = (struct portal_need){ .account = "222233334444" };
	assert_int_equal(post("profile=b"), 200);
	assert_non_null(strstr(body(), "account 222233334444"));
	assert_null(strstr(body(), "name=\"code\""));
	at.need = (struct portal_need){ 0 };
	assert_int_equal(post("profile=b"), 200);
	assert_non_null(strstr(body(), "role=\"alert\""));
	assert_null(strstr(body(), "<form"));
}

/* Each of these is refused, and opens nothing. */
static void refuses_others(void **state)
{
	struct listener_pair good[] = { { "Host", HOST },
					{ "Origin", ORIGIN },
					{ "Cookie", at.cookie } };
	struct secbuf *form = secbuf_from("profile=b");
	struct listener_request request = { .method = "POST",
					    .path = "/open",
					    .headers = good,
					    .n_headers = 3,
					    .body = form };
	static const struct {
		size_t n;
		const char *value;
		unsigned status;
	} bad[] = {
		{ 0, "", 421 },
		{ 0, "127.0.0.1", 421 },
		{ 0, "localhost:4711", 421 },
		{ 1, "null", 403 },
		{ 1, "", 403 },
		{ 1, "http://127.0.0.1:47110", 403 },
		{ 1, "https://127.0.0.1:4711", 403 },
		{ 2, "", 403 },
		{ 2, "rolekey-4711=", 403 },
		{ 2, ";;; ; =;", 403 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		const char *kept = good[bad[i].n].value;

		good[bad[i].n].value = bad[i].value;
		send_request(&request);
		assert_int_equal(at.answer.status, bad[i].status);
		good[bad[i].n].value = kept;
	}
	request.other_user = true;
	send_request(&request);
	assert_int_equal(at.answer.status, 403);
	request.other_user = false;
	request.method = "HEAD";
	send_request(&request);
	assert_int_equal(at.answer.status, 405);
	assert_string_equal(at.wish[0], "");
	request.method = "POST";
	send_request(&request);
	assert_int_equal(at.answer.status, 200);
	assert_string_equal(at.wish[0], "b");
	secbuf_free(form);
}

static void refuses_a_header_twice(void **state)
{
	const struct listener_pair headers[] = { { "Host", HOST },
						 { "Cookie", at.cookie },
						 { "Host", HOST } };
	struct listener_request request = {
		.method = "GET", .path = "/", .headers = headers, .n_headers = 2
	};

	(void)state;
	send_request(&request);
	assert_int_equal(at.answer.status, 200);
	request.n_headers = 3;
	send_request(&request);
	assert_int_equal(at.answer.status, 421);
}

static void survives_any_allocation_failing(void **state)
{
	unsigned ok = 0;

	(void)state;
	for (int i = 0; ok != 200; i++) {
		mem_fail_after(i);
		ok = get("/");
		mem_fail_after(-1);
		assert_true(ok == 200 || ok == 500 || ok == 503);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(lists_the_profiles, enter,
						leave),
		cmocka_unit_test_setup_teardown(gives_style_and_script, enter,
						leave),
		cmocka_unit_test_setup_teardown(gives_the_cookie_once, enter,
						leave),
		cmocka_unit_test_setup_teardown(opens_a_console, enter, leave),
		cmocka_unit_test_setup_teardown(asks_on_the_page, enter, leave),
		cmocka_unit_test_setup_teardown(refuses_others, enter, leave),
		cmocka_unit_test_setup_teardown(refuses_a_header_twice, enter,
						leave),
		cmocka_unit_test_setup_teardown(survives_any_allocation_failing,
						enter, leave),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
