#include <string.h>

#include "access/request.h"
#include "base/error.h"
#include "cli/cli.h"
#include "cmd/command.h"
#include "support/check.h"
#include "support/facts.h"
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
	struct error err = refused("exce");

	(void)state;
	assert_error(&err, REASON_NO_SUCH_COMMAND, .value = "exce",
		     .other = "\"exec\"");
	err = refused("frobnicate");
	assert_error(&err, REASON_NO_SUCH_COMMAND, .value = "frobnicate");
	assert_string_equal(err.about.other, "");
}

static void refuses_as_well_without_memory(void **state)
{
	struct error err;

	(void)state;
	mem_fail_after(0);
	err = refused("exce");
	assert_true(mem_has_failed());
	mem_fail_after(-1);
	assert_error(&err, REASON_NO_SUCH_COMMAND, .value = "exce");
	assert_string_equal(err.about.other, "");
}

/* The value of an option that does not exist may be an MFA code. */
static void quotes_no_value_of_an_unknown_option(void **state)
{
	struct error err = refused("--mfa-tokn=123456");

	(void)state;
	assert_error(&err, REASON_NO_SUCH_OPTION, .value = "--mfa-tokn",
		     .other = "mfa-token");
}

static void shows_the_help_if_nothing_is_asked(void **state)
{
	char *const argv[] = { (char[]){ "rolekey" }, NULL };
	char *const environment[] = { NULL };
	const struct command *command;
	struct request request;
	struct cli_flags flags;
	enum cli_what what;
	const struct cli_result result = { &what, &command, &request, &flags };
	struct error err = { 0 };

	(void)state;
	assert_true(cli_parse(argv, command_table, environment, &result, &err));
	assert_int_equal(what, CLI_HELP);
	assert_null(command);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_the_command_that_was_meant),
		cmocka_unit_test(refuses_as_well_without_memory),
		cmocka_unit_test(quotes_no_value_of_an_unknown_option),
		cmocka_unit_test(shows_the_help_if_nothing_is_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
