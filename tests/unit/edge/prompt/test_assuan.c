#include <stdlib.h>
#include <string.h>

#include "edge/prompt/prompt_internal.h"
#include "support/check.h"

static const struct {
	const char *line;
	enum assuan what;
	const char *data; /* of ASSUAN_DATA */
	unsigned number;  /* of ASSUAN_ERROR */
} cases[] = {
	{ "OK", ASSUAN_OK, NULL, 0 },
	{ "OK Pleased to meet you", ASSUAN_OK, NULL, 0 },
	{ "OKAY", ASSUAN_BROKEN, NULL, 0 },
	{ "ok", ASSUAN_BROKEN, NULL, 0 },
	/* pinentry's own, and gpg-agent's: the source is cut off */
	{ "ERR 83886179 Operation cancelled <Pinentry>", ASSUAN_ERROR, NULL,
	  99 },
	{ "ERR 67109062 Timeout <GPG Agent>", ASSUAN_ERROR, NULL, 198 },
	{ "ERR 99", ASSUAN_ERROR, NULL, 99 },
	{ "ERR", ASSUAN_ERROR, NULL, 0 },
	{ "ERR ", ASSUAN_ERROR, NULL, 0 },
	{ "ERR no number", ASSUAN_ERROR, NULL, 0 },
	{ "ERROR 1", ASSUAN_BROKEN, NULL, 0 },
	{ "D 123456", ASSUAN_DATA, "123456", 0 },
	{ "D ", ASSUAN_DATA, "", 0 },
	{ "D", ASSUAN_BROKEN, NULL, 0 },
	{ "D  a ", ASSUAN_DATA, " a ", 0 },
	{ "D 100%25%0a%0D", ASSUAN_DATA, "100%\n\r", 0 },
	{ "D %2525", ASSUAN_DATA, "%25", 0 },
	{ "D 12%", ASSUAN_BROKEN, NULL, 0 },
	{ "D 12%4", ASSUAN_BROKEN, NULL, 0 },
	{ "D %g0", ASSUAN_BROKEN, NULL, 0 },
	{ "D %0g", ASSUAN_BROKEN, NULL, 0 },
	{ "D123456", ASSUAN_BROKEN, NULL, 0 },
	{ "S ERROR curses.isatty 83918950 ", ASSUAN_OTHER, NULL, 0 },
	{ "# a comment", ASSUAN_OTHER, NULL, 0 },
	{ "", ASSUAN_OTHER, NULL, 0 },
	{ "INQUIRE PINENTRY_LAUNCHED", ASSUAN_BROKEN, NULL, 0 },
	{ "hello", ASSUAN_BROKEN, NULL, 0 },
};

/* In a block of just its length, so that a byte too far is found. */
static void a_line_is_one_of_four_or_none(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		size_t len = strlen(cases[i].line);
		char *line = malloc(len > 0 ? len : 1);
		size_t data_len = 77;
		unsigned number = 77;

		assert_non_null(line);
		memcpy(line, cases[i].line, len);
		if (assuan_line(line, len, &data_len, &number) != cases[i].what)
			fail_msg("%s", cases[i].line);
		if (number != cases[i].number)
			fail_msg("%s: %u", cases[i].line, number);
		assert_int_equal(data_len,
				 cases[i].data ? strlen(cases[i].data) : 0);
		if (cases[i].data)
			assert_memory_equal(line + 2, cases[i].data, data_len);
		free(line);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_is_one_of_four_or_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
