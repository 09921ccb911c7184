#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "base/uri.h"
#include "support/check.h"
#include "support/facts.h"
#include "support/mem_failing.h"

#define N(array) (sizeof(array) / sizeof((array)[0]))

static void encodes_all_but_the_unreserved(void **state)
{
	struct secbuf *out = secbuf_new(64);

	(void)state;
	uri_encode(out, "aZ09-_.~ /:+=%*\xc3\xa9");
	assert_true(secbuf_ok(out));
	assert_string_equal(secbuf_text(out),
			    "aZ09-_.~%20%2F%3A%2B%3D%25%2A%C3%A9");
	secbuf_cut(out, 0);
	uri_encode_n(out, "a=\0b", 4);
	assert_string_equal(secbuf_text(out), "a%3D%00b");
	secbuf_free(out);
}

static void takes_a_url_apart(void **state)
{
	static const struct {
		const char *url;
		struct uri want;
	} cases[] = {
		{ "https://sts.eu-west-1.amazonaws.com",
		  { true, "sts.eu-west-1.amazonaws.com",
		    "sts.eu-west-1.amazonaws.com", "/" } },
		{ "https://h:443/", { true, "h", "h", "/" } },
		{ "https://h:80/", { true, "h:80", "h", "/" } },
		{ "http://h:80", { false, "h", "h", "/" } },
		{ "http://127.0.0.1:4566/a/b%20c/",
		  { false, "127.0.0.1:4566", "127.0.0.1", "/a/b%20c/" } },
		{ "http://[::1]:4566", { false, "[::1]:4566", "::1", "/" } },
		{ "https://[2001:db8::1]:443//x",
		  { true, "[2001:db8::1]", "2001:db8::1", "//x" } },
		{ "http://my_host-1.local",
		  { false, "my_host-1.local", "my_host-1.local", "/" } },
	};
	struct arena *arena = arena_new();

	(void)state;
	assert_non_null(arena);
	for (size_t i = 0; i < N(cases); i++) {
		struct error err = { 0 };
		struct uri uri;

		print_message("%s\n", cases[i].url);
		assert_true(uri_split(cases[i].url, arena, &uri, &err));
		assert_int_equal(uri.https, cases[i].want.https);
		assert_string_equal(uri.host, cases[i].want.host);
		assert_string_equal(uri.name, cases[i].want.name);
		assert_string_equal(uri.path, cases[i].want.path);
	}
	arena_free(arena);
}

static void refuses_what_is_no_endpoint(void **state)
{
	static const char *const cases[] = {
		"",
		"https",
		"https://",
		"https:///path",
		"ftp://h",
		"sts.amazonaws.com",
		"//h",
		"https://user@h",
		"http:/user:secret@h",
		"https://user:secret@h/",
		"https://h?x=1",
		"https://h/#f",
		"https://h\\evil",
		"https://h /",
		"https://h/\r\nX: y",
		"https://h\x7f",
		"https://caf\xc3\xa9/",
		"https://:443",
		"https://h:",
		"https://h:0",
		"https://h:65536",
		"https://h:4x",
		"https://h:1:2",
		"https://::1",
		"https://[",
		"https://[]",
		"https://[::1",
		"https://[::1]x",
		"https://[::1]:",
		"https://x[::1]",
		"https://[evil]",
		"https://a]:80",
		"https://h%41",
	};
	struct arena *arena = arena_new();

	(void)state;
	assert_non_null(arena);
	for (size_t i = 0; i < N(cases); i++) {
		struct error err = { 0 };
		char facts[FACTS_LEN];
		struct uri uri;

		print_message("%s\n", cases[i]);
		assert_false(uri_split(cases[i], arena, &uri, &err));
		assert_int_equal(err.code, ERROR_CONFIG);
		assert_null(strstr(facts_of(&err, facts), "secret"));
	}
	arena_free(arena);
}

static void survives_any_allocation_failing(void **state)
{
	bool done = false;
	long n;

	(void)state;
	for (n = 0; !done; n++) {
		struct arena *arena = arena_new();
		struct error err = { 0 };
		struct uri uri;

		assert_non_null(arena);
		mem_fail_after(n);
		done = uri_split("http://h:1/p", arena, &uri, &err);
		assert_true(done != mem_has_failed());
		if (!done)
			assert_int_equal(err.code, ERROR_MEMORY);
		mem_fail_after(-1);
		arena_free(arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(encodes_all_but_the_unreserved),
		cmocka_unit_test(takes_a_url_apart),
		cmocka_unit_test(refuses_what_is_no_endpoint),
		cmocka_unit_test(survives_any_allocation_failing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
