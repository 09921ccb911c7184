#include <string.h>

#include "base/secbuf.h"
#include "base/strbuf.h"
#include "format/jsonout.h"
#include "support/check.h"

#define ROOM 4096

static void put_object(struct jsonout *out)
{
	jsonout_raw(out, "{");
	jsonout_key(out, "a");
	jsonout_string(out, "text");
	jsonout_key(out, "b");
	jsonout_raw(out, "[");
	for (int64_t i = -1; i < 2; i++) {
		jsonout_next(out);
		jsonout_number(out, i);
	}
	jsonout_raw(out, "]");
	jsonout_key(out, "c");
	jsonout_string(out, NULL);
	jsonout_raw(out, "}");
}

#define OBJECT "{\"a\":\"text\",\"b\":[-1,0,1],\"c\":null}"

static void writes_into_either_buffer(void **state)
{
	struct strbuf text = strbuf_with_max(ROOM);
	struct secbuf *secret = secbuf_new(ROOM);
	struct jsonout of_text = jsonout_to_strbuf(&text);
	struct jsonout of_secret = jsonout_to_secbuf(secret);

	(void)state;
	put_object(&of_text);
	put_object(&of_secret);
	assert_string_equal(strbuf_text(&text), OBJECT);
	assert_string_equal(secbuf_text(secret), OBJECT);
	strbuf_clear(&text);
	secbuf_free(secret);
}

static void escapes_what_a_string_may_not_hold(void **state)
{
	static const struct {
		const char *text;
		const char *json;
	} cases[] = {
		{ "", "\"\"" },
		{ "a\"b\\c", "\"a\\\"b\\\\c\"" },
		{ "\t\n\r", "\"\\t\\n\\r\"" },
		{ "\x01\x1f\x7f", "\"\\u0001\\u001f\\u007f\"" },
		{ "\xc3\xbc/\xe2\x82\xac", "\"\xc3\xbc/\xe2\x82\xac\"" },
		{ "\xc2\x9b\xe2\x80\xae\xc2\xa0",
		  "\"\\u009b\\u202e\xc2\xa0\"" },
		{ "\xe2\x80\xa8\xf0\x9f\x98\x82\xd8\x9c",
		  "\"\\u2028\xf0\x9f\x98\x82\\u061c\"" },
		{ "a\xff"
		  "b\xc3",
		  "\"a\xef\xbf\xbd"
		  "b\xef\xbf\xbd\"" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct strbuf text = strbuf_with_max(ROOM);
		struct jsonout out = jsonout_to_strbuf(&text);

		jsonout_string(&out, cases[i].text);
		assert_string_equal(strbuf_text(&text), cases[i].json);
		strbuf_clear(&text);
	}
}

static void continues_what_is_in_the_buffer(void **state)
{
	struct secbuf *secret = secbuf_new(ROOM);

	(void)state;
	secbuf_puts(secret, "{");
	for (int i = 0; i < 2; i++) {
		struct jsonout out = jsonout_to_secbuf(secret);

		jsonout_key(&out, "k");
		jsonout_string_n(&out, "a\0b", 3);
	}
	secbuf_puts(secret, "}");
	assert_string_equal(secbuf_text(secret),
			    "{\"k\":\"a\\u0000b\",\"k\":\"a\\u0000b\"}");
	secbuf_free(secret);
}

static void writes_any_number(void **state)
{
	struct strbuf text = strbuf_with_max(ROOM);
	struct jsonout out = jsonout_to_strbuf(&text);

	(void)state;
	jsonout_number(&out, INT64_MIN);
	jsonout_next(&out);
	jsonout_number(&out, INT64_MAX);
	assert_string_equal(strbuf_text(&text),
			    "-9223372036854775808,9223372036854775807");
	strbuf_clear(&text);
}

static void fails_as_its_buffer_does(void **state)
{
	struct strbuf text = strbuf_with_max(8);
	struct jsonout out = jsonout_to_strbuf(&text);
	struct jsonout of_none = jsonout_to_secbuf(NULL);

	(void)state;
	put_object(&out);
	assert_false(strbuf_ok(&text));
	strbuf_clear(&text);
	put_object(&of_none);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_into_either_buffer),
		cmocka_unit_test(escapes_what_a_string_may_not_hold),
		cmocka_unit_test(continues_what_is_in_the_buffer),
		cmocka_unit_test(writes_any_number),
		cmocka_unit_test(fails_as_its_buffer_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
