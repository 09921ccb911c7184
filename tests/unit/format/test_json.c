#include <string.h>

#include "base/error.h"
#include "base/secbuf.h"
#include "format/json.h"
#include "support/check.h"
#include "support/facts.h"
#include "support/mem_failing.h"

static const char object[] =
	"{\"Version\":1,\"AccessKeyId\":\"AKIAIOSFODNN7EXAMPLE\","
	"\"SecretAccessKey\":\"k\\u002f+\\\"\",\"Nothing\":null,\"Part\":1.5,"
	"\"Deep\":{\"In\":\"x\"},\"Negative\":-9,\"Long\":\"a text that is "
	"longer than any buffer of the parser's is in the beginning, twice\"}";

static void gives_members_of_the_top_object(void **state)
{
	struct error err = { 0 };
	struct json *json = json_parse(object, strlen(object), &err);
	long long n = 0;

	(void)state;
	assert_non_null(json);
	assert_string_equal(json_text(json, "AccessKeyId"),
			    "AKIAIOSFODNN7EXAMPLE");
	assert_string_equal(json_text(json, "SecretAccessKey"), "k/+\"");
	assert_null(json_text(json, "accesskeyid"));
	assert_null(json_text(json, "Version"));
	assert_null(json_text(json, "Nothing"));
	assert_null(json_text(json, "In"));
	assert_true(json_number(json, "Version", &n));
	assert_int_equal(n, 1);
	assert_true(json_number(json, "Negative", &n));
	assert_int_equal(n, -9);
	assert_false(json_number(json, "Part", &n));
	assert_false(json_number(json, "AccessKeyId", &n));
	assert_false(json_number(json, "None", &n));
	json_free(json);
	json_free(NULL);
}

static void gives_parts_of_parts(void **state)
{
	static const char text[] =
		"{\"list\":[{\"a\":\"x\"},\"y\"],\"o\":{\"n\":5}}";
	struct error err = { 0 };
	struct json *json = json_parse(text, strlen(text), &err);
	const struct json *list = json_member(json, "list");
	long long n = 0;

	(void)state;
	assert_int_equal(json_count(list), 2);
	assert_string_equal(json_text(json_item(list, 0), "a"), "x");
	assert_string_equal(json_as_text(json_item(list, 1)), "y");
	assert_null(json_item(list, 2));
	assert_true(json_number(json_member(json, "o"), "n", &n));
	assert_int_equal(n, 5);
	/* nowhere has nothing */
	assert_null(json_member(NULL, "a"));
	assert_null(json_member(list, "a"));
	assert_null(json_item(NULL, 0));
	assert_null(json_as_text(NULL));
	assert_null(json_as_text(list));
	assert_int_equal(json_count(NULL), 0);
	assert_int_equal(json_count(json), 0);
	assert_false(json_number(NULL, "n", &n));
	json_free(json);
}

static void gives_a_secret_of_its_own(void **state)
{
	static const char text[] = "{\"token\":\"12345\",\"n\":1}";
	struct error err = { 0 };
	struct json *json = json_parse(text, strlen(text), &err);
	struct secbuf *secret = json_secret(json, "token", 5);

	(void)state;
	assert_string_equal(secbuf_text(secret), "12345");
	assert_null(json_secret(json, "token", 4));
	assert_null(json_secret(json, "n", 5));
	assert_null(json_secret(json, "none", 5));
	json_free(json);
	assert_string_equal(secbuf_text(secret), "12345");
	secbuf_free(secret);
}

static void refuses_what_is_not_strict(void **state)
{
	static const struct {
		const char *text;
		size_t len;
	} cases[] = {
#define CASE(text) { text, sizeof(text) - 1 }
		CASE(""),
		CASE("\"text\""),
		CASE("{\"a\":1,\"a\":2}"),
		CASE("{\"a\":1} tail"),
		CASE("{\"a\":1}\0"),
		CASE("{\"a\":\"\\u0000\"}"),
		CASE("{\"a\":\"\xff\"}"),
		CASE("{\"a\":01}"),
		CASE("{\"a\":1,}"),
		CASE("{\"a\":1e400}"),
		CASE("{\"a\":99999999999999999999}"),
		CASE("{'a':1}"),
		CASE("{\"a\":\"unfinished"),
#undef CASE
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct error err = { 0 };

		print_message("%s\n", cases[i].text);
		assert_null(json_parse(cases[i].text, cases[i].len, &err));
		assert_int_equal(err.code, ERROR_PROTOCOL);
	}
}

static void says_the_place_and_never_the_text(void **state)
{
	static const char text[] = "{\"SecretAccessKey\":\n wJalrXUtnFEMI}";
	struct error err = { 0 };
	char facts[FACTS_LEN];

	(void)state;
	assert_null(json_parse(text, strlen(text), &err));
	assert_error(&err, REASON_BAD_JSON, .line = 2);
	assert_null(strstr(facts_of(&err, facts), "wJalr"));
}

static void add_name(void *self, const char *name, const struct json *value)
{
	struct secbuf *out = self;
	struct error err = { 0 };

	secbuf_puts(out, name);
	secbuf_puts(out, "=");
	assert_true(json_write(value, out, &err));
	secbuf_puts(out, ";");
}

static void writes_each_member_as_it_was(void **state)
{
	static const char text[] =
		"{\"z\":\"\u00e9\\\"\\n\",\"a\":[1,null,true],"
		"\"o\":{\"b\":1.5,\"a\":{}},\"n\":-7}";
	struct error err = { 0 };
	struct json *json = json_parse(text, strlen(text), &err);
	struct secbuf *out = secbuf_new(200);
	struct secbuf *small = secbuf_new(5);

	(void)state;
	json_each(json, add_name, out);
	assert_string_equal(secbuf_text(out),
			    "z=\"\u00e9\\\"\\n\";a=[1, null, true];"
			    "o={\"b\": 1.5, \"a\": {}};n=-7;");
	assert_false(json_write(json, small, &err));
	assert_int_equal(err.code, ERROR_MEMORY);
	json_each(json_member(json, "z"), add_name, NULL);
	json_each(NULL, add_name, NULL);
	secbuf_free(out);
	secbuf_free(small);
	json_free(json);
}

static void writes_or_runs_out_of_memory(void **state)
{
	struct error err = { 0 };
	struct json *json = json_parse(object, strlen(object), &err);
	bool ok = false;

	(void)state;
	for (long n = 0; !ok; n++) {
		struct secbuf *out = secbuf_new(1000);

		mem_fail_after(n);
		ok = json_write(json, out, &err);
		assert_true(ok != mem_has_failed());
		mem_fail_after(-1);
		secbuf_free(out);
	}
	json_free(json);
}

static void survives_any_allocation_failing(void **state)
{
	struct json *json = NULL;
	long n;

	(void)state;
	for (n = 0; !json; n++) {
		struct error err = { 0 };

		mem_fail_after(n);
		json = json_parse(object, strlen(object), &err);
		assert_true((json != NULL) != mem_has_failed());
		if (!json)
			assert_int_equal(err.code, ERROR_MEMORY);
		mem_fail_after(-1);
	}
	print_message("%ld allocations failed one by one\n", n - 1);
	json_free(json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gives_members_of_the_top_object),
		cmocka_unit_test(gives_parts_of_parts),
		cmocka_unit_test(gives_a_secret_of_its_own),
		cmocka_unit_test(refuses_what_is_not_strict),
		cmocka_unit_test(says_the_place_and_never_the_text),
		cmocka_unit_test(writes_each_member_as_it_was),
		cmocka_unit_test(writes_or_runs_out_of_memory),
		cmocka_unit_test(survives_any_allocation_failing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
