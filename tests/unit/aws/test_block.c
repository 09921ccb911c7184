#include <string.h>

#include "aws/block.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "support/check.h"
#include "support/facts.h"
#include "support/mem_failing.h"

#define B "# BEGIN rolekey org o-1"
#define E "# END rolekey org o-1"

static char *replaced(const char *before, const char *inside)
{
	struct secbuf *old = before ? secbuf_from(before) : NULL;
	struct secbuf *after = NULL;
	struct error err = { 0 };
	static char text[4096];

	if (!block_replace(old, "org o-1", view_of(inside), &after, &err))
		fail_msg("%s: %s", before, facts_show(&err));
	assert_true(secbuf_len(after) < sizeof(text));
	memcpy(text, secbuf_text(after), secbuf_len(after) + 1);
	if (!after)
		memcpy(text, "(same)", 7);
	secbuf_free(old);
	secbuf_free(after);
	return text;
}

static void replaces_only_what_is_inside(void **state)
{
	(void)state;
	assert_string_equal(replaced("a\n" B "\nx\ny\n" E "\nb", "z\n"),
			    "a\n" B "\nz\n" E "\nb");
	assert_string_equal(replaced(B "\n" E, "z\n"), B "\nz\n" E);
	assert_string_equal(replaced(B "  \nx\n" E "\t\n\n", ""),
			    B "  \n" E "\t\n\n");
	assert_string_equal(replaced(B "\nz\n" E "\n", "z\n"), "(same)");
	/* of another organization, or not at the begin of a line */
	assert_string_equal(replaced("# BEGIN rolekey org o-12\nx\n"
				     "# END rolekey org o-12\n" B "\n" E "\n",
				     "z\n"),
			    "# BEGIN rolekey org o-12\nx\n"
			    "# END rolekey org o-12\n" B "\nz\n" E "\n");
	assert_string_equal(replaced(" " B "\n" B "\nx\n" E "\n", "z\n"),
			    " " B "\n" B "\nz\n" E "\n");
}

static void adds_a_block_at_the_end(void **state)
{
	(void)state;
	assert_string_equal(replaced(NULL, "z\n"), B "\nz\n" E "\n");
	assert_string_equal(replaced("", "z\n"), B "\nz\n" E "\n");
	assert_string_equal(replaced("a\n", "z\n"), "a\n\n" B "\nz\n" E "\n");
	assert_string_equal(replaced("a", "z\n"), "a\n\n" B "\nz\n" E "\n");
	assert_string_equal(replaced("a\r\nb", "z\ny\n"),
			    "a\r\nb\r\n\r\n" B "\r\nz\r\ny\r\n" E "\r\n");
	assert_string_equal(replaced("a\r\nb\r", "z\n"),
			    "a\r\nb\r\n\r\n" B "\r\nz\r\n" E "\r\n");
}

static void refuses_a_damaged_block(void **state)
{
	static const struct {
		const char *text;
		unsigned line;
	} cases[] = { { "a\n" B "\nx\n", 2 },
		      { "a\n" E "\n", 2 },
		      { B "\n" B "\n" E "\n", 1 },
		      { B "\n# END rolekey org o-2\n", 1 },
		      { B "\n" E "\n" B "\n" E "\n", 3 } };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct secbuf *old = secbuf_from(cases[i].text);
		struct secbuf *after = NULL;
		struct error err = { 0 };

		assert_false(block_replace(old, "org o-1", view_of("z\n"),
					   &after, &err));
		assert_error(&err, REASON_DAMAGED_BLOCK, .line = cases[i].line);
		assert_null(after);
		secbuf_free(old);
	}
}

static void reports_a_lack_of_memory(void **state)
{
	struct secbuf *old = secbuf_from("a\n");
	struct secbuf *after = NULL;
	struct error err = { 0 };

	(void)state;
	mem_fail_after(0);
	assert_false(
		block_replace(old, "org o-1", view_of("z\n"), &after, &err));
	mem_fail_after(-1);
	assert_int_equal(err.code, ERROR_MEMORY);
	secbuf_free(old);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(replaces_only_what_is_inside),
		cmocka_unit_test(adds_a_block_at_the_end),
		cmocka_unit_test(refuses_a_damaged_block),
		cmocka_unit_test(reports_a_lack_of_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
