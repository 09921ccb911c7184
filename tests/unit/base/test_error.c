#include <string.h>

#include "base/error.h"
#include "base/notice.h"
#include "support/check.h"
#include "support/facts.h"

static void has_the_class_of_its_reason(void **state)
{
	struct error err = { .about = { .path = "old" } };

	(void)state;
	assert_false(error_fail(&err, REASON_NO_SUCH_PROFILE, .profile = "p",
				.line = 7));
	assert_int_equal(err.code, ERROR_CONFIG);
	assert_error(&err, REASON_NO_SUCH_PROFILE, .profile = "p", .line = 7);
	assert_string_equal(err.about.path, "");
	assert_true(error_is(&err, REASON_NO_SUCH_PROFILE));
	assert_false(error_is(&err, REASON_NONE));
	assert_false(error_memory(&err));
	assert_int_equal(err.code, ERROR_MEMORY);
}

static void takes_its_texts_from_itself(void **state)
{
	struct error err;

	(void)state;
	(void)error_fail(&err, REASON_SYSTEM_CALL, .detail = "full");
	(void)error_fail(&err, REASON_DEBUG, .other = err.about.detail);
	assert_error(&err, REASON_DEBUG, .other = "full");
	assert_string_equal(err.about.detail, "");
}

static void adds_what_is_not_known_yet(void **state)
{
	struct error err;

	(void)state;
	(void)error_fail(&err, REASON_SYSTEM_CALL, .path = "inner");
	assert_false(error_add(&err, .path = "outer", .profile = "p",
			       .detail = NULL, .line = 3));
	assert_error(&err, REASON_SYSTEM_CALL, .path = "inner", .profile = "p",
		     .line = 3);
}

static void keeps_the_innermost_contexts(void **state)
{
	struct error err;
	char out[FACTS_LEN];

	(void)state;
	(void)error_fail(&err, REASON_SYSTEM_CALL, .detail = "d");
	assert_false(error_context(&err, REASON_MISSING_KEY, .key = "k"));
	(void)error_context(&err, REASON_BAD_VALUE);
	(void)error_context(&err, REASON_BAD_URL, .value = "v");
	assert_string_equal(
		facts_of(&err, out),
		"bad-value missing-key system-call key=k value=v detail=d");
	assert_true(error_has_context(&err, REASON_MISSING_KEY));
	assert_false(error_has_context(&err, REASON_BAD_URL));
}

static void cleans_what_came_from_outside(void **state)
{
	struct error err;

	(void)state;
	(void)error_fail(&err, REASON_SYSTEM_CALL, .detail = "b\n\xff\xc3\xa9",
			 .aws_code = "a\x1b[m");
	assert_error(&err, REASON_SYSTEM_CALL, .detail = "b??\xc3\xa9",
		     .aws_code = "a?[m");
	assert_true(error_is_aws(&err, "a?[m"));
	assert_true(error_aws_says(&err, "a?[m", "??"));
	assert_false(error_aws_says(&err, "a?[m", "c"));
	assert_false(error_aws_says(&err, "a", "??"));
}

/* A cut never leaves half a character, nor anything after the end. */
static void cuts_what_is_too_long(void **state)
{
	struct error err;
	char longer[3000];

	(void)state;
	for (size_t i = 0; i + 1 < sizeof(longer); i++)
		longer[i] = i % 2 == 0 ? '\xc3' : '\xa9';
	longer[sizeof(longer) - 1] = '\0';
	(void)error_fail(&err, REASON_SYSTEM_CALL, .detail = longer);
	assert_int_equal(strlen(err.about.detail),
			 sizeof(err.about.detail) - 1);
	assert_int_equal(err.about.detail[sizeof(err.about.detail) - 2], '?');
}

static void words_are_kebab_case_and_found_again(void **state)
{
	enum error_reason found = REASON_NONE;
	char word[REASON_WORD_LEN];

	(void)state;
	reason_word(REASON_NO_SUCH_PROFILE, word);
	assert_string_equal(word, "no-such-profile");
	for (unsigned i = 0; i < REASON_COUNT; i++) {
		reason_word((enum error_reason)i, word);
		assert_true(strlen(word) < REASON_WORD_LEN - 1);
		assert_int_equal(
			strspn(word, "abcdefghijklmnopqrstuvwxyz0123456789-"),
			strlen(word));
		assert_true(reason_find(word, &found));
		assert_int_equal(found, i);
	}
	assert_false(reason_find("no-such-word", &found));
}

static void keep(void *self, enum notice what, const struct error *fact)
{
	assert_int_equal(what, NOTICE_WARNING);
	*(struct error *)self = *fact;
}

static void notices_are_facts_too(void **state)
{
	struct error said = { 0 };
	struct error why;
	const struct notices notices = { &said, keep };

	(void)state;
	notice_warn(&notices, REASON_BAD_URL, .value = "v");
	assert_error(&said, REASON_BAD_URL, .value = "v");
	(void)error_fail(&why, REASON_SYSTEM_CALL, .detail = "d");
	(void)error_context(&why, REASON_MISSING_KEY, .key = "k");
	notice_error(&notices, NOTICE_WARNING, &why);
	assert_error(&said, REASON_SYSTEM_CALL, .detail = "d", .key = "k");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(has_the_class_of_its_reason),
		cmocka_unit_test(takes_its_texts_from_itself),
		cmocka_unit_test(adds_what_is_not_known_yet),
		cmocka_unit_test(keeps_the_innermost_contexts),
		cmocka_unit_test(cleans_what_came_from_outside),
		cmocka_unit_test(cuts_what_is_too_long),
		cmocka_unit_test(words_are_kebab_case_and_found_again),
		cmocka_unit_test(notices_are_facts_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
