#include <string.h>

#include "base/error.h"
#include "base/notice.h"
#include "support/check.h"

static void says_what_failed_and_is_false(void **state)
{
	struct error err = { .topic = "old", .text = "old" };

	(void)state;
	assert_false(error_set(&err, ERROR_CONFIG, "%s:%d", "file", 7));
	assert_int_equal(err.code, ERROR_CONFIG);
	assert_string_equal(err.topic, "");
	assert_string_equal(err.text, "file:7");
	assert_false(error_topic(&err, ERROR_DENIED, "AccessDenied", "no"));
	assert_int_equal(err.code, ERROR_DENIED);
	assert_string_equal(err.text, "no");
	assert_true(error_is(&err, "AccessDenied"));
	assert_false(error_is(&err, "Access"));
}

static void puts_where_it_was_before_it(void **state)
{
	struct error err;

	(void)state;
	(void)error_topic(&err, ERROR_DENIED, "AccessDenied", "no");
	assert_false(error_within(&err, "step %d", 2));
	assert_false(error_within(&err, "exec"));
	assert_string_equal(err.text, "exec: step 2: no");
	assert_int_equal(err.code, ERROR_DENIED);
	assert_true(error_is(&err, "AccessDenied"));
}

static void cleans_what_came_from_outside(void **state)
{
	struct error err;

	(void)state;
	(void)error_topic(&err, ERROR_DENIED, "a\x1b[m", "b\n\xff\xc3\xa9");
	assert_string_equal(err.topic, "a?[m");
	assert_string_equal(err.text, "b??\xc3\xa9");
	(void)error_within(&err, "c\r");
	assert_string_equal(err.text, "c?: b??\xc3\xa9");
}

/* A cut never leaves half a character, nor anything behind the end. */
static void cuts_what_is_too_long(void **state)
{
	struct error err;
	char longer[3000];

	(void)state;
	for (size_t i = 0; i + 1 < sizeof(longer); i++)
		longer[i] = i % 2 == 0 ? '\xc3' : '\xa9';
	longer[sizeof(longer) - 1] = '\0';
	(void)error_topic(&err, ERROR_DENIED, longer, "%s", longer);
	assert_int_equal(strlen(err.topic), sizeof(err.topic) - 1);
	assert_int_equal(strlen(err.text), sizeof(err.text) - 1);
	assert_int_equal(err.text[sizeof(err.text) - 2], '?');
	(void)error_within(&err, "xx");
	assert_int_equal(strlen(err.text), sizeof(err.text) - 1);
	assert_memory_equal(err.text, "xx: \xc3\xa9", 6);
	assert_int_equal(err.text[sizeof(err.text) - 2], '?');
	(void)error_within(&err, "%s", longer);
	assert_int_equal(strlen(err.text), sizeof(err.text) - 1);
}

static void keep(void *self, enum notice what, const struct error *fact)
{
	assert_int_equal(what, NOTICE_WARNING);
	(void)memccpy(self, fact->text, '\0', 1001);
}

static void notices_are_cleaned_and_cut_too(void **state)
{
	char said[1001] = "";
	const struct notices notices = { said, keep };

	(void)state;
	notice(&notices, NOTICE_WARNING, "a\n%d", 1);
	assert_string_equal(said, "a?1");
	notice(&notices, NOTICE_WARNING, "%*s", 1000, "x");
	assert_int_equal(strlen(said), 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_what_failed_and_is_false),
		cmocka_unit_test(puts_where_it_was_before_it),
		cmocka_unit_test(cleans_what_came_from_outside),
		cmocka_unit_test(cuts_what_is_too_long),
		cmocka_unit_test(notices_are_cleaned_and_cut_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
