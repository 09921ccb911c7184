#include <string.h>

#include "access/request.h"
#include "base/error.h"
#include "cli/cli.h"
#include "cmd/command.h"
#include "support/check.h"
#include "support/mem_failing.h"

/* What the command line may be is tests/fuzz/cli's; here is what it lacks. */

static struct error refused(const char *word)
{
	char copy[32];
	char *const argv[] = { (char[]){ "rolekey" }, copy, NULL };
	char *const environment[] = { NULL };
	const struct command *command;
	struct request request;
	struct cli_flags flags;
	enum cli_what what;
	const struct cli_result result = { &what, &command, &request, &flags };
	struct error err = { 0 };

	assert_true(strlen(word) < sizeof(copy));
	memcpy(copy, word, strlen(word) + 1);
	assert_false(
		cli_parse(argv, command_table, environment, &result, &err));
	assert_int_equal(err.code, ERROR_USAGE);
	assert_null(command);
	return err;
}

static void names_the_command_that_was_meant(void **state)
{
	(void)state;
	assert_string_equal(refused("exce").text,
			    "no such command: \"exce\"; did you mean "
			    "\"exec\"?");
	assert_string_equal(refused("frobnicate").text,
			    "no such command: \"frobnicate\" (rolekey help "
			    "shows them)");
}

static void refuses_as_well_without_memory(void **state)
{
	struct error err;

	(void)state;
	mem_fail_after(0);
	err = refused("exce");
	assert_true(mem_has_failed());
	mem_fail_after(-1);
	assert_string_equal(err.text, "no such command: \"exce\" (rolekey help "
				      "shows them)");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_the_command_that_was_meant),
		cmocka_unit_test(refuses_as_well_without_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
