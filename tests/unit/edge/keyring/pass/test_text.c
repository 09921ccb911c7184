#include <string.h>

#include "base/arena.h"
#include "edge/keyring/pass/pass_internal.h"
#include "support/check.h"

static void reads_the_names_that_it_makes(void **state)
{
	static const char *const texts[] = {
		"custodian", ".hidden", "a/b c", "100%", "\xc3\xa9", "a%41", "",
	};
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		char name[PASS_NAME_LEN];

		pass_text_name(texts[i], name);
		assert_string_equal(pass_text_unname(name, strlen(name), arena),
				    texts[i]);
	}
	arena_free(arena);
}

static void reads_no_other_name(void **state)
{
	static const char *const names[] = { "%",   "%4",  "a%4",
					     "%4x", "%4a", "%zz" };
	struct arena *arena = arena_new();
	char text[400];
	char name[PASS_NAME_LEN];

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		assert_null(
			pass_text_unname(names[i], strlen(names[i]), arena));
	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	pass_text_name(text, name); /* a digest */
	assert_null(pass_text_unname(name, strlen(name), arena));
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_the_names_that_it_makes),
		cmocka_unit_test(reads_no_other_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
