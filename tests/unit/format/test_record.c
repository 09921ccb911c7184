#include <string.h>

#include "base/error.h"
#include "base/secbuf.h"
#include "format/record.h"
#include "support/check.h"
#include "support/facts.h"
#include "support/mem_failing.h"

static struct secbuf *bytes(const char *text, size_t len)
{
	struct secbuf *sb = secbuf_new(len);

	secbuf_add(sb, text, len);
	assert_true(secbuf_ok(sb));
	return sb;
}

static struct secbuf *write_one(void)
{
	struct secbuf *record = record_new("session", 1, 512);

	record_put(record, "access_key_id", "ASIAIOSFODNN7EXAMPLE");
	record_put(record, "secret_key", "wJalr/K7 MDENG+bPx=");
	record_put(record, "session_token", NULL);
	record_put(record, "arn", "");
	record_put_time(record, "expires", 1893553445);
	return record;
}

static const char written[] = "rolekey session 1\n"
			      "access_key_id ASIAIOSFODNN7EXAMPLE\n"
			      "secret_key wJalr/K7 MDENG+bPx=\n"
			      "arn \n"
			      "expires 2030-01-02T03:04:05Z\n";

static void writes_a_line_for_each_value(void **state)
{
	struct secbuf *record = write_one();

	(void)state;
	assert_true(secbuf_ok(record));
	assert_string_equal(secbuf_text(record), written);
	secbuf_free(record);
}

static void reads_back_what_it_wrote(void **state)
{
	struct secbuf *record = write_one();
	struct error err = { 0 };
	struct secbuf *value;
	char text[21];
	int64_t t = 0;

	(void)state;
	assert_true(record_check(record, "session", 1, &err));
	value = record_get(record, "secret_key");
	assert_string_equal(secbuf_text(value), "wJalr/K7 MDENG+bPx=");
	secbuf_free(value);
	assert_null(record_get(record, "session_token"));
	assert_null(record_get(record, "access_key"));
	assert_null(record_get(record, "rolekey"));
	assert_true(record_text(record, "access_key_id", text, sizeof(text)));
	assert_string_equal(text, "ASIAIOSFODNN7EXAMPLE");
	assert_false(record_text(record, "access_key_id", text, 20));
	assert_string_equal(text, "");
	assert_true(record_text(record, "arn", text, 1));
	assert_string_equal(text, "");
	assert_true(record_time(record, "expires", &t));
	assert_int_equal(t, 1893553445);
	assert_false(record_time(record, "access_key_id", &t));
	assert_false(record_time(record, "none", &t));
	secbuf_free(record);
}

static void a_value_that_is_not_printable_spoils_it(void **state)
{
	static const char *const cases[] = { "a\nsecret_key b", "\t", "\x7f",
					     "caf\xc3\xa9" };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct secbuf *record = record_new("key", 1, 512);

		record_put(record, "name", cases[i]);
		record_put(record, "other", "fine");
		assert_false(secbuf_ok(record));
		secbuf_free(record);
	}
}

static void refuses_what_is_no_whole_record(void **state)
{
	static const struct {
		const char *text;
		size_t len;
		const char *why;
	} cases[] = {
#define CASE(text, why) { text, sizeof(text) - 1, why }
		CASE("", "bad-record expected=session"),
		CASE("rolekey session 1", "bad-record expected=session"),
		CASE("rolekey key 1\na b\n", "bad-record expected=session"),
		CASE("{\"AccessKeyId\":\"x\"}\n",
		     "bad-record expected=session"),
		CASE("rolekey session \na b\n",
		     "bad-record expected=session line=1"),
		CASE("rolekey session 1x\na b\n",
		     "bad-record expected=session line=1"),
		CASE("rolekey session 2\na b\n",
		     "record-version expected=session number=2 of=1"),
		CASE("rolekey session 1\na b",
		     "bad-record expected=session line=2"),
		CASE("rolekey session 1\na b\n\n",
		     "bad-record expected=session line=3"),
		CASE("rolekey session 1\na\n",
		     "bad-record expected=session line=2"),
		CASE("rolekey session 1\na\nb c\n",
		     "bad-record expected=session line=2"),
		CASE("rolekey session 1\nA b\n",
		     "bad-record expected=session line=2"),
		CASE("rolekey session 1\n b\n",
		     "bad-record expected=session line=2"),
		CASE("rolekey session 1\na b\0c\n",
		     "bad-record expected=session line=2"),
		CASE("rolekey session 1\na b\r\n",
		     "bad-record expected=session line=2"),
		CASE("rolekey session 1\na b\nc d\na e\n",
		     "record-repeated expected=session line=4"),
#undef CASE
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct secbuf *record = bytes(cases[i].text, cases[i].len);
		struct error err = { 0 };
		char facts[FACTS_LEN];

		print_message("%s", cases[i].text);
		assert_false(record_check(record, "session", 1, &err));
		assert_int_equal(err.code, ERROR_PROTOCOL);
		assert_string_equal(facts_of(&err, facts), cases[i].why);
		secbuf_free(record);
	}
}

static void refuses_more_lines_than_any_record_has(void **state)
{
	struct secbuf *record = record_new("session", 1, 4096);
	struct error err = { 0 };
	char name[] = "aa";

	(void)state;
	for (int i = 0; i < 31; i++) {
		name[0] = (char)('a' + i % 26);
		name[1] = (char)('a' + i / 26);
		record_put(record, name, "x");
	}
	assert_true(record_check(record, "session", 1, &err));
	record_put(record, "zz", "x");
	assert_false(record_check(record, "session", 1, &err));
	assert_error(&err, REASON_RECORD_TOO_LONG, .expected = "session");
	secbuf_free(record);
}

static void never_quotes_the_record(void **state)
{
	struct secbuf *record = bytes("rolekey session 1\nwJalrXUtnFEMI\n", 32);
	struct error err = { 0 };
	char facts[FACTS_LEN];

	(void)state;
	assert_false(record_check(record, "session", 1, &err));
	assert_null(strstr(facts_of(&err, facts), "wJalr"));
	secbuf_free(record);
}

static void survives_any_allocation_failing(void **state)
{
	long before = secbuf_alive();
	bool done = false;
	long n;

	(void)state;
	for (n = 0; !done; n++) {
		struct secbuf *record, *value;

		mem_fail_after(n);
		record = write_one();
		value = secbuf_ok(record) ? record_get(record, "secret_key")
					  : NULL;
		done = secbuf_ok(value);
		assert_true(done != mem_has_failed());
		mem_fail_after(-1);
		secbuf_free(value);
		secbuf_free(record);
	}
	assert_int_equal(secbuf_alive(), before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_a_line_for_each_value),
		cmocka_unit_test(reads_back_what_it_wrote),
		cmocka_unit_test(a_value_that_is_not_printable_spoils_it),
		cmocka_unit_test(refuses_what_is_no_whole_record),
		cmocka_unit_test(refuses_more_lines_than_any_record_has),
		cmocka_unit_test(never_quotes_the_record),
		cmocka_unit_test(survives_any_allocation_failing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
