#include "cmd/search_internal.h"
#include "support/check.h"

static bool matches(const char *a, const char *b)
{
	const struct search_texts texts = { { "prod-shop", "444455556666",
					      "ReadOnly", NULL } };
	const char *const words[] = { a, b };

	return search_matches(&texts, words, b ? 2 : a ? 1 : 0);
}

static void every_word_is_in_one_of_the_texts(void **state)
{
	(void)state;
	assert_true(matches(NULL, NULL));
	assert_true(matches("prod", NULL));
	assert_true(matches("SHOP", "readonly"));
	assert_true(matches("5556", "rod-s"));
	assert_true(matches("only prod", NULL));
	assert_true(matches("  only\t", " "));
	assert_true(matches("prod-shop", "444455556666"));
	assert_false(matches("prod", "admin"));
	assert_false(matches("prod admin", NULL));
	assert_false(matches("prod-shop4", NULL));
	assert_false(matches("prod-shops", NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_word_is_in_one_of_the_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
