#include <string.h>

#include "base/text.h"
#include "support/check.h"

#define N(array) (sizeof(array) / sizeof((array)[0]))

static void cleans_what_a_terminal_would_obey(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{ "", "" },
		{ "plain ~", "plain ~" },
		{ "a\nb\tc\r", "a?b?c?" },
		{ "\x1b[31m\x7f", "?[31m?" },
		{ "caf\xc3\xa9 \xe2\x98\x83 \xf0\x9f\x98\x82",
		  "caf\xc3\xa9 \xe2\x98\x83 \xf0\x9f\x98\x82" },
		{ "\xc2\x9b\x31m", "??1m" }, /* CSI, of C1 */
		{ "\xc2\xa0", "\xc2\xa0" },
		{ "\xc3", "?" },
		{ "\xc0\xaf", "??" }, /* overlong '/' */
		{ "\xe0\x80\xaf", "???" },
		{ "\xed\xa0\x80", "???" }, /* a surrogate */
		{ "\xf4\x90\x80\x80", "????" },
		{ "\xe2\x98x", "??x" },
		/* Bidirectional controls, and line separators. */
		{ "a\xd8\x9c"
		  "b",
		  "a??b" },
		{ "\xe2\x80\x8e\xe2\x80\x8f", "??????" },
		{ "\xe2\x80\xa8\xe2\x80\xa9\xe2\x80\xaa\xe2\x80\xae",
		  "????????????" },
		{ "\xe2\x81\xa6\xe2\x81\xa9", "??????" },
		/* Their neighbours: zero-width joiner, narrow space, word joiner. */
		{ "\xe2\x80\x8d\xe2\x80\xaf\xe2\x81\xa0",
		  "\xe2\x80\x8d\xe2\x80\xaf\xe2\x81\xa0" },
	};

	(void)state;
	for (size_t i = 0; i < N(cases); i++) {
		char text[32];

		(void)memccpy(text, cases[i].text, '\0', sizeof(text));
		text_clean(text);
		assert_string_equal(text, cases[i].want);
	}
}

static void cleans_lines_and_leaves_their_ends(void **state)
{
	char text[] = "a\x1b\nb\r\n\xe2\x80\xae";

	(void)state;
	text_clean_lines(text);
	assert_string_equal(text, "a?\nb?\n???");
}

static void decodes_a_character(void **state)
{
	static const struct {
		const char *text;
		size_t len;
		uint32_t code;
		bool control;
	} cases[] = {
		{ "a", 1, 'a', false },
		{ "\n", 1, '\n', true },
		{ "\xc2\x9b", 2, 0x9b, true },
		{ "\xc3\xa9", 2, 0xe9, false },
		{ "\xe2\x80\xae", 3, 0x202e, true },
		{ "\xe3\x83\x86", 3, 0x30c6, false },
		{ "\xf0\x9f\x98\x82", 4, 0x1f602, false },
		{ "\xff", 0, 0, false },
	};

	(void)state;
	for (size_t i = 0; i < N(cases); i++) {
		struct text_character c = { 0 };

		assert_int_equal(text_character(cases[i].text,
						strlen(cases[i].text), &c),
				 cases[i].len);
		assert_int_equal(c.code, cases[i].code);
		assert_int_equal(c.control, cases[i].control);
	}
	assert_int_equal(text_character("", 0, &(struct text_character){ 0 }),
			 0);
}

/* Every byte at every place of a word and after it. */
static void counts_printable_bytes(void **state)
{
	char text[20];

	(void)state;
	assert_int_equal(text_printable("", 0), 0);
	for (size_t at = 0; at < sizeof(text); at++)
		for (int byte = 0; byte <= 0xff; byte++) {
			bool printable = byte >= ' ' && byte <= '~';

			memset(text, at % 2 == 0 ? ' ' : '~', sizeof(text));
			text[at] = (char)byte;
			assert_int_equal(text_printable(text, sizeof(text)),
					 printable ? sizeof(text) : at);
			assert_int_equal(text_printable(text, at), at);
		}
}

static void writes_hexadecimal(void **state)
{
	static const unsigned char bytes[] = { 0x00, 0x0a, 0xf9, 0xff };
	char text[2 * sizeof(bytes) + 2] = "---------";

	(void)state;
	text_hex(bytes, sizeof(bytes), text);
	assert_string_equal(text, "000af9ff");
	text_hex(bytes, 0, text);
	assert_string_equal(text, "");
}

static void knows_texts_that_look_alike(void **state)
{
	static const struct {
		const char *a, *b;
		bool alike;
	} cases[] = {
		{ "ab", "ab", true },
		{ "ab", "ab\xe2\x80\x8b", true }, /* zero-width space */
		{ "ab",
		  "\xef\xbb\xbf"
		  "ab",
		  true },                     /* byte order mark */
		{ "ab", "ab\xc2\xa0", true }, /* no-break space */
		{ "a b",
		  "a\xc2\xa0"
		  "b",
		  true },
		{ "a b",
		  "a\xe3\x80\x80"
		  "b",
		  true },
		{ "ab", "a b", false },
		{ "ab", "abc", false },
		{ "", "", true },
		{ "a", "\xd0\xb0", false }, /* another letter */
	};

	(void)state;
	for (size_t i = 0; i < N(cases); i++)
		assert_int_equal(text_looks_like(cases[i].a, cases[i].b),
				 cases[i].alike);
}

static void tells_where_utf8_ends(void **state)
{
	static const struct {
		const char *bytes;
		size_t len, good;
	} cases[] = {
		{ "", 0, 0 },
		{ "abc", 3, 3 },
		{ "a\0b", 3, 1 },
		{ "a\xc3\xa9", 3, 3 },
		{ "a\xc3\xa9", 2, 1 },
		{ "\xc1\x81", 2, 0 },
		{ "\xe0\xa0\x80\xe0\x9f\xbf", 6, 3 },
		{ "\xed\x9f\xbf\xed\xa0\x80", 6, 3 },
		{ "\xf0\x90\x80\x80\xf0\x8f\xbf\xbf", 8, 4 },
		{ "\xf4\x8f\xbf\xbf\xf5\x80\x80\x80", 8, 4 },
		{ "\xef\xbf\xbf\x80", 4, 3 },
	};

	(void)state;
	for (size_t i = 0; i < N(cases); i++) {
		size_t good = 99;

		assert_int_equal(text_is_utf8(cases[i].bytes, cases[i].len,
					      &good),
				 cases[i].good == cases[i].len);
		assert_int_equal(good, cases[i].good);
	}
}

static void reads_durations_as_people_write_them(void **state)
{
	static const struct {
		const char *text;
		int64_t seconds;
	} good[] = {
		{ "0", 0 },
		{ "900", 900 },
		{ "90m", 5400 },
		{ "1h30m", 5400 },
		{ "12h", 43200 },
		{ "1d", 86400 },
		{ "1d2h3m4s", 93784 },
		{ "007s", 7 },
		{ "3660d", 316224000 },
		{ "316224000", 316224000 },
	};
	static const char *const bad[] = {
		"",
		" ",
		"h",
		"-1",
		"+1",
		"1.5h",
		"1h30",
		"30m1h",
		"1h1h",
		"1w",
		"1H",
		"1 h",
		" 1h",
		"1h ",
		"316224001",
		"3660d1s",
		"99999999999999999999",
		"99999999999999999999d",
	};

	(void)state;
	for (size_t i = 0; i < N(good); i++) {
		int64_t seconds = -1;

		print_message("%s\n", good[i].text);
		assert_true(text_duration(good[i].text, &seconds));
		assert_int_equal(seconds, good[i].seconds);
	}
	for (size_t i = 0; i < N(bad); i++) {
		int64_t seconds;

		print_message("%s\n", bad[i]);
		assert_false(text_duration(bad[i], &seconds));
	}
}

static void writes_spans_for_people(void **state)
{
	static const struct {
		int64_t seconds;
		const char *want;
	} cases[] = {
		{ -5, "0s" },
		{ 0, "0s" },
		{ 59, "59s" },
		{ 60, "1m" },
		{ 725, "12m5s" },
		{ 3600, "1h" },
		{ 3659, "1h" },
		{ 14399, "3h59m" },
		{ 86400, "24h" },
		{ INT64_MIN, "0s" },
		{ INT64_MAX, "2562047788015215h30m" },
	};

	(void)state;
	for (size_t i = 0; i < N(cases); i++) {
		char out[TEXT_SPAN_LEN];

		text_span(cases[i].seconds, out);
		assert_string_equal(out, cases[i].want);
	}
}

static void reads_whole_numbers_in_their_bounds(void **state)
{
	static const struct {
		const char *text;
		int64_t min, max;
		bool ok;
	} cases[] = {
		{ "0", 0, 0, true },
		{ "65535", 1, 65535, true },
		{ "65536", 1, 65535, false },
		{ "0", 1, 65535, false },
		{ "", 0, 9, false },
		{ "1x", 0, 9, false },
		{ "-1", -5, 9, false },
		{ "+1", 0, 9, false },
		{ " 1", 0, 9, false },
		{ "1893553445", 0, INT64_MAX, true },
		{ "9223372036854775807", 0, INT64_MAX, true },
		{ "9223372036854775808", 0, INT64_MAX, false },
		{ "99999999999999999999", 0, INT64_MAX, false },
		{ "1", -9, -1, false },
	};

	(void)state;
	for (size_t i = 0; i < N(cases); i++) {
		int64_t n;

		print_message("%s\n", cases[i].text);
		assert_int_equal(text_number(cases[i].text, cases[i].min,
					     cases[i].max, &n),
				 cases[i].ok);
	}
}

static void knows_the_words_for_yes_and_no(void **state)
{
	static const char *const yes[] = { "true", "YES", "On", "1" };
	static const char *const no[] = { "false", "No", "OFF", "0" };
	static const char *const neither[] = { "", "2", "truee", "tru", " on" };
	bool value;

	(void)state;
	for (size_t i = 0; i < N(yes); i++) {
		value = false;
		assert_true(text_bool(yes[i], &value));
		assert_true(value);
		assert_true(text_bool(no[i], &value));
		assert_false(value);
	}
	for (size_t i = 0; i < N(neither); i++)
		assert_false(text_bool(neither[i], &value));
}

static void compares_and_lowers_ascii_alone(void **state)
{
	char text[] = "AbZ[\xc3\x89";

	(void)state;
	assert_true(text_equal_nocase("", ""));
	assert_true(text_equal_nocase("aBc@", "AbC@"));
	assert_false(text_equal_nocase("abc", "ab"));
	assert_false(text_equal_nocase("ab", "abc"));
	assert_false(text_equal_nocase("@", "`")); /* 32 apart, no letters */
	assert_false(text_equal_nocase("\xc3\x89", "\xc3\xa9"));
	text_lower(text);
	assert_string_equal(text, "abz[\xc3\x89");
	assert_true(text_is_empty(NULL));
	assert_true(text_is_empty(""));
	assert_false(text_is_empty(" "));
}

static void counts_the_letters_between_two_words(void **state)
{
	static const struct {
		const char *a, *b;
		size_t want;
	} cases[] = {
		{ "", "", 0 },
		{ "abc", "abc", 0 },
		{ "", "abc", 3 },
		{ "abc", "ab", 1 },
		{ "abc", "xabc", 1 },
		{ "abc", "axc", 1 },
		{ "abcd", "abdc", 1 },
		{ "ca", "abc", 3 },
		{ "kitten", "sitting", 3 },
		{ "bakend", "backend", 1 },
	};
	char longer[65];

	(void)state;
	for (size_t i = 0; i < N(cases); i++) {
		assert_int_equal(text_distance(cases[i].a, cases[i].b),
				 cases[i].want);
		assert_int_equal(text_distance(cases[i].b, cases[i].a),
				 cases[i].want);
	}
	memset(longer, 'a', 64);
	longer[64] = '\0';
	assert_int_equal(text_distance(longer, "a"), SIZE_MAX);
	assert_int_equal(text_distance("a", longer), SIZE_MAX);
	longer[63] = '\0';
	assert_int_equal(text_distance(longer, "a"), 62);
}

static void finds_variables_by_their_whole_name(void **state)
{
	char *const environment[] = { (char[]){ "AB=1" },  (char[]){ "A" },
				      (char[]){ "A=2=3" }, (char[]){ "A=4" },
				      (char[]){ "E=" },    NULL };

	(void)state;
	assert_string_equal(text_env(environment, "A"), "2=3");
	assert_string_equal(text_env(environment, "AB"), "1");
	assert_string_equal(text_env(environment, "E"), "");
	assert_null(text_env(environment, "B"));
	assert_null(text_env(NULL, "A"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cleans_what_a_terminal_would_obey),
		cmocka_unit_test(cleans_lines_and_leaves_their_ends),
		cmocka_unit_test(decodes_a_character),
		cmocka_unit_test(counts_printable_bytes),
		cmocka_unit_test(writes_hexadecimal),
		cmocka_unit_test(knows_texts_that_look_alike),
		cmocka_unit_test(tells_where_utf8_ends),
		cmocka_unit_test(reads_durations_as_people_write_them),
		cmocka_unit_test(writes_spans_for_people),
		cmocka_unit_test(reads_whole_numbers_in_their_bounds),
		cmocka_unit_test(knows_the_words_for_yes_and_no),
		cmocka_unit_test(compares_and_lowers_ascii_alone),
		cmocka_unit_test(counts_the_letters_between_two_words),
		cmocka_unit_test(finds_variables_by_their_whole_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
