#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "cli/cli.h"
#include "cmd/command.h"
#include "port/output.h"
#include "support/check.h"
#include "support/mem_failing.h"

static struct strbuf written;

static bool write_it(void *self, const char *bytes, size_t len,
		     struct error *err)
{
	(void)self;
	(void)err;
	strbuf_add(&written, bytes, len);
	return true;
}

static bool refuse_it(void *self, const char *bytes, size_t len,
		      struct error *err)
{
	(void)self;
	(void)bytes;
	(void)len;
	return error_fail(err, REASON_SYSTEM_CALL, .detail = "no space left");
}

static int set_up(void **state)
{
	(void)state;
	written = strbuf_with_max(65536);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	strbuf_clear(&written);
	return 0;
}

static void help(const struct command *command)
{
	const struct output output = { .write = write_it };
	struct error err = { 0 };

	strbuf_clear(&written);
	assert_true(cli_help(command_table, command, &output, &err));
}

static bool says(const char *text)
{
	return strstr(strbuf_text(&written), text) != NULL;
}

/* Nothing wraps on a terminal of 80 columns, and nothing ends in a blank. */
static void fits_a_terminal(void)
{
	const char *line = strbuf_text(&written);

	while (*line != '\0') {
		size_t len = strcspn(line, "\n");

		if (len > 79 || (len > 0 && line[len - 1] == ' '))
			fail_msg("\"%.*s\"", (int)len, line);
		line += len + 1;
	}
}

static void names_every_command(void **state)
{
	(void)state;
	help(NULL);
	fits_a_terminal();
	assert_true(says(CLI_HELP_SUMMARY));
	for (size_t i = 0; command_table[i]; i++) {
		assert_true(says(command_table[i]->name));
		assert_true(says(command_table[i]->summary));
	}
}

/* Compares without blanks and line breaks. */
static bool begins_with(const char *text, const char *words)
{
	for (; *words != '\0'; words++) {
		if (isspace((unsigned char)*words))
			continue;
		while (isspace((unsigned char)*text))
			text++;
		if (*text++ != *words)
			return false;
	}
	return true;
}

static bool shows(const char *words)
{
	const char *text = strbuf_text(&written);

	while (*text != '\0' && !begins_with(text, words))
		text++;
	return *text != '\0';
}

static void shows_each_of(const struct option *table, const struct option *own)
{
	struct option_cursor cursor = { .next = table };
	const struct option *option;
	char text[128];

	while ((option = option_next(&cursor))) {
		(void)snprintf(text, sizeof(text), "--%s%s%s ", option->name,
			       option->value ? " " : "",
			       option->value ? option->value : "");
		assert_true(says(text) != option_has(own, option->name));
		assert_true(says(option->help) !=
			    option_has(own, option->name));
	}
}

static void shows_a_commands_own_options_and_the_general(void **state)
{
	(void)state;
	for (size_t i = 0; command_table[i]; i++) {
		const struct command *command = command_table[i];

		help(command);
		fits_a_terminal();
		assert_true(says(command->name));
		assert_true(says(command->summary));
		assert_true(shows(command->help));
		assert_true(command->examples[0] != '\0');
		assert_true(!command->alias || says(command->alias));
		shows_each_of(command->options, NULL);
		shows_each_of(option_global, command->options);
	}
	assert_false(says("--sessions-only")); /* of completion */
	for (size_t i = 0; command_table[i]; i++)
		if (strcmp(command_table[i]->name, "migrate") == 0)
			help(command_table[i]);
	assert_true(says("Usage: rolekey migrate --from KEYRING --to KEYRING "
			 "[OPTION...] [PROFILE]\n"));
}

static void passes_on_that_it_cannot_be_written(void **state)
{
	const struct output output = { .write = refuse_it };
	struct error err = { 0 };

	(void)state;
	assert_false(cli_help(command_table, NULL, &output, &err));
	assert_int_equal(err.code, ERROR_SYSTEM);
}

static void survives_any_allocation_failing_of(const struct command *command)
{
	const struct output output = { .write = write_it };
	bool failed = true;

	for (long n = 0; failed; n++) {
		struct error err = { 0 };
		bool ok;

		strbuf_clear(&written);
		mem_fail_after(n);
		ok = cli_help(command_table, command, &output, &err);
		failed = mem_has_failed();
		mem_fail_after(-1);
		/* the last one to fail is the test's own */
		assert_true(ok || err.code == ERROR_MEMORY);
		assert_true(ok == !failed || !strbuf_ok(&written));
	}
}

static void survives_any_allocation_failing(void **state)
{
	(void)state;
	survives_any_allocation_failing_of(NULL);
	survives_any_allocation_failing_of(command_table[0]);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(names_every_command),
		TEST(shows_a_commands_own_options_and_the_general),
		TEST(passes_on_that_it_cannot_be_written),
		TEST(survives_any_allocation_failing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
