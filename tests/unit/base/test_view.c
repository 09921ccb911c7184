#include <string.h>

#include "base/view.h"
#include "support/check.h"

static void is(struct view got, const char *expected)
{
	if (!view_equals(got, expected))
		fail_msg("\"%.*s\", and not \"%s\"", (int)got.len, got.at,
			 expected);
}

static void trims_both_ends(void **state)
{
	(void)state;
	is(view_trim(view_of(" \t a b\t"), VIEW_BLANKS), "a b");
	is(view_trim(view_of("\n a\n"), VIEW_BLANKS), "\n a\n");
	is(view_trim(view_of("\r\n a \n"), VIEW_SPACE), "a");
	is(view_trim(view_of(" \n"), VIEW_SPACE), "");
	is(view_trim(view_of(""), VIEW_SPACE), "");
	is(view_of(NULL), "");
	assert_int_equal(view_trim((struct view){ "\0a ", 3 }, VIEW_SPACE).len,
			 2);
}

static void compares_whole_texts(void **state)
{
	(void)state;
	assert_true(view_equals(view_of("abc"), "abc"));
	assert_false(view_equals(view_of("abc"), "ab"));
	assert_false(view_equals(view_of("ab"), "abc"));
	assert_true(view_equals((struct view){ "abc", 2 }, "ab"));
	assert_true(view_equals((struct view){ "abc", 0 }, ""));
}

static void cuts_at_the_first(void **state)
{
	struct view before, after;

	(void)state;
	assert_true(view_cut(view_of("a=b=c"), '=', &before, &after));
	is(before, "a");
	is(after, "b=c");
	assert_true(view_cut(view_of("="), '=', &before, &after));
	is(before, "");
	is(after, "");
	assert_false(view_cut(view_of("abc"), '=', &before, &after));
	is(before, "abc");
	is(after, "");
	assert_false(view_cut((struct view){ "ab=", 2 }, '=', &before, &after));
}

static void reads_lists(void **state)
{
	static const struct {
		const char *list;
		const char *items[4];
	} rows[] = {
		{ "a, b,c", { "a", "b", "c" } },
		{ "a,\n  b\n", { "a", "b" } }, /* a continued line */
		{ "\n  a,\r\n\tb", { "a", "b" } },
		{ ",, a ,,", { "a" } },
		{ "a b, c", { "a b", "c" } },
		{ " , \n", { NULL } },
		{ "", { NULL } },
		{ NULL, { NULL } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct view rest = view_of(rows[i].list);
		struct view item;
		size_t n;

		for (n = 0; view_item(&rest, &item); n++) {
			assert_non_null(rows[i].items[n]);
			is(item, rows[i].items[n]);
		}
		assert_null(rows[i].items[n]);
	}
}

static void reads_pairs(void **state)
{
	struct view key, value;

	(void)state;
	assert_true(view_pair(view_of("Team = blue = 1"), &key, &value));
	is(key, "Team");
	is(value, "blue = 1");
	assert_true(view_pair(view_of("k="), &key, &value));
	is(value, "");
	assert_false(view_pair(view_of("k"), &key, &value));
	assert_false(view_pair(view_of(" =v"), &key, &value));
}

static void counts_characters(void **state)
{
	(void)state;
	assert_int_equal(view_characters(view_of("a\xc3\xa9\xe2\x82\xac")), 3);
	assert_int_equal(view_characters(view_of("")), 0);
}

static void reads_numbers(void **state)
{
	int64_t n = 7;

	(void)state;
	assert_true(view_number((struct view){ "123", 2 }, 0, 99, &n));
	assert_int_equal(n, 12);
	assert_true(
		view_number(view_of("9223372036854775807"), 0, INT64_MAX, &n));
	assert_int_equal(n, INT64_MAX);
	assert_false(view_number(view_of("100"), 0, 99, &n));
	assert_false(view_number(view_of(""), 0, 99, &n));
	assert_false(view_number(view_of("+1"), 0, 99, &n));
	assert_false(view_number(view_of("1 "), 0, 99, &n));
	assert_false(view_number((struct view){ "1\0", 2 }, 0, 99, &n));
	assert_false(view_number(view_of("000000000000000000001"), 0, 99, &n));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(trims_both_ends),
		cmocka_unit_test(compares_whole_texts),
		cmocka_unit_test(cuts_at_the_first),
		cmocka_unit_test(reads_lists),
		cmocka_unit_test(reads_pairs),
		cmocka_unit_test(counts_characters),
		cmocka_unit_test(reads_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
