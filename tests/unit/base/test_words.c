#include <stdio.h>
#include <string.h>

#include "base/words.h"
#include "support/check.h"

#define ROOM 64

/* As Python 3's shlex.split() has it: words, or an error. */
static void splits_as_shlex(void **state)
{
	static const struct {
		const char *command;
		const char *words; /* each followed by '|'; NULL: open */
	} examples[] = {
		{ "", "" },
		{ " \t\r\n", "" },
		{ "a", "a|" },
		{ " a  b\tc\nd\r", "a|b|c|d|" },
		{ "\"a b\" $HOME 'c d' ; e # f", "a b|$HOME|c d|;|e|#|f|" },
		{ "'' \"\"", "||" },
		{ "a'b'\"c\"d", "abcd|" },
		{ "a\\ b \\\\ \\' \\\"", "a b|\\|'|\"|" },
		{ "\"a\\\"b\\\\c\\d\"", "a\"b\\c\\d|" },
		{ "'a\\'b", "a\\b|" },
		{ "\"it's\" 'a \"b\"'", "it's|a \"b\"|" },
		{ "~/bin/x --a=\"b c\"", "~/bin/x|--a=b c|" },
		{ "\\\n", "\n|" },
		{ "'a", NULL },
		{ "a \"b", NULL },
		{ "a\\", NULL },
		{ "\"a\\", NULL },
		{ "\"a\\\"", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		const char *rest = examples[i].command;
		char all[256] = "";
		char word[ROOM];
		enum words_end end;

		while ((end = words_next(&rest, word, ROOM)) == WORDS_WORD) {
			size_t len = strlen(all);

			(void)snprintf(all + len, sizeof(all) - len, "%s|",
				       word);
		}
		if (!examples[i].words) {
			if (end != WORDS_OPEN)
				fail_msg("%s: not open", examples[i].command);
			continue;
		}
		assert_int_equal(end, WORDS_END);
		assert_string_equal(all, examples[i].words);
	}
}

static void drops_the_end_of_a_long_word(void **state)
{
	const char *rest = "'abcdef' gh";
	char word[4];

	(void)state;
	assert_int_equal(words_next(&rest, word, sizeof(word)), WORDS_WORD);
	assert_string_equal(word, "abc");
	assert_int_equal(words_next(&rest, word, sizeof(word)), WORDS_WORD);
	assert_string_equal(word, "gh");
	assert_int_equal(words_next(&rest, word, sizeof(word)), WORDS_END);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(splits_as_shlex),
		cmocka_unit_test(drops_the_end_of_a_long_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
