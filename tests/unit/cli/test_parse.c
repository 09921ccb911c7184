#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "cli/cli.h"
#include "cmd/command.h"
#include "support/check.h"
#include "support/facts.h"
#include "support/mem_failing.h"

/* Cases of the command line that tests/fuzz/cli does not compare. */

#define WORDS_MAX 16

/* A command line, and what became of it. */
struct line {
	char text[128];
	char *argv[WORDS_MAX];
	struct arena *arena;
	bool ok;
	enum cli_what what;
	const struct command *command;
	struct call call;
	struct error err;
};

static struct line line;

/* Words have one blank between them. */
static void parse_by(const struct command *const *table, const char *text)
{
	char *const environment[] = { NULL };
	const struct cli_result result = { &line.what, &line.command,
					   &line.call };
	char *at = line.text;
	size_t n = 0;

	line = (struct line){ .arena = arena_new() };
	assert_non_null(line.arena);
	assert_true(strlen(text) < sizeof(line.text));
	memcpy(line.text, text, strlen(text) + 1);
	while (at && n + 1 < WORDS_MAX)
		line.argv[n++] = strsep(&at, " ");
	line.ok = cli_parse(line.argv, table, environment, line.arena, &result,
			    &line.err);
}

static void parse(const char *text)
{
	parse_by(command_table, text);
}

static int forget(void **state)
{
	(void)state;
	arena_free(line.arena);
	line.arena = NULL;
	return 0;
}

static struct error *refused(const char *text)
{
	(void)forget(NULL);
	parse(text);
	assert_false(line.ok);
	assert_int_equal(line.err.code, ERROR_USAGE);
	return &line.err;
}

static void names_the_command_that_was_meant(void **state)
{
	(void)state;
	assert_error(refused("rolekey exce"), REASON_NO_SUCH_COMMAND,
		     .value = "exce", .other = "\"exec\"");
	assert_null(line.command);
	assert_error(refused("rolekey frobnicate"), REASON_NO_SUCH_COMMAND,
		     .value = "frobnicate");
	assert_string_equal(line.err.about.other, "");
}

static void refuses_as_well_without_memory(void **state)
{
	(void)state;
	(void)refused("rolekey frobnicate"); /* the test's own memory */
	line.ok = true;
	mem_fail_after(0);
	line.ok = cli_parse((char *const[]){ (char[]){ "rolekey" },
					     (char[]){ "exce" }, NULL },
			    command_table, (char *const[]){ NULL }, line.arena,
			    &(const struct cli_result){
				    &line.what, &line.command, &line.call },
			    &line.err);
	assert_true(mem_has_failed());
	mem_fail_after(-1);
	assert_false(line.ok);
	assert_error(&line.err, REASON_NO_SUCH_COMMAND, .value = "exce");
	assert_string_equal(line.err.about.other, "");
}

/* The value of an option that does not exist may be an MFA code. */
static void quotes_no_value_of_an_unknown_option(void **state)
{
	(void)state;
	assert_error(refused("rolekey --mfa-tokn=123456"),
		     REASON_NO_SUCH_OPTION, .value = "--mfa-tokn",
		     .other = "mfa-token");
	assert_error(refused("rolekey exec -nT123456"), REASON_NO_SUCH_OPTION,
		     .value = "-T");
}

static void tells_an_option_of_another_command_from_none(void **state)
{
	(void)state;
	assert_error(refused("rolekey explain --force"),
		     REASON_OPTION_NOT_TAKEN, .action = "explain",
		     .key = "force");
	assert_error(refused("rolekey mfa list -t 123456"),
		     REASON_OPTION_NOT_TAKEN, .action = "mfa list",
		     .key = "mfa-token");
	assert_error(refused("rolekey explain --forse"), REASON_NO_SUCH_OPTION,
		     .value = "--forse");
	assert_string_equal(line.err.about.other, "");
	assert_error(refused("rolekey remove --forse x"), REASON_NO_SUCH_OPTION,
		     .value = "--forse", .other = "force");
}

static void takes_only_global_options_before_the_command(void **state)
{
	(void)state;
	assert_error(refused("rolekey --json list"),
		     REASON_OPTION_BEFORE_COMMAND, .key = "json");
	(void)forget(NULL);
	parse("rolekey --debug --backend=file list --json");
	assert_true(line.ok && line.call.debug && line.call.json);
	assert_string_equal(line.call.backend, "file");
}

static void shows_the_help_if_nothing_is_asked(void **state)
{
	(void)state;
	parse("rolekey");
	assert_true(line.ok);
	assert_int_equal(line.what, CLI_HELP);
	assert_null(line.command);
}

static void shows_the_help_of_a_command(void **state)
{
	static const char *const lines[] = { "rolekey help mfa add",
					     "rolekey mfa add --help",
					     "rolekey -h mfa add",
					     "rolekey mfa add --version -h" };

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		(void)forget(NULL);
		parse(lines[i]);
		assert_true(line.ok);
		assert_int_equal(line.what, CLI_HELP);
		assert_string_equal(line.command->name, "mfa add");
	}
}

/* --- a command that nothing knows but this file ------------------------------ */

struct bake_options {
	bool fan;
	const char *cake;
	const char *heat;
	int64_t seconds;
};

static const struct option bake_options[] = {
	{ .include = option_json },
	{ .letter = 'b',
	  .name = "fan",
	  .offset = offsetof(struct bake_options, fan),
	  .help = "blow" },
	{ .name = "cake",
	  .value = "CAKE",
	  .kind = OPTION_TEXT,
	  .offset = offsetof(struct bake_options, cake),
	  .help = "bake CAKE" },
	{ .name = "heat",
	  .value = "HEAT",
	  .kind = OPTION_WORD,
	  .words = "low, middle, high",
	  .offset = offsetof(struct bake_options, heat),
	  .help = "set the heat" },
	{ .letter = 's',
	  .name = "seconds",
	  .value = "D",
	  .kind = OPTION_DURATION,
	  .offset = offsetof(struct bake_options, seconds),
	  .help = "bake so long" },
	{ .include = option_region },
	{ 0 }
};

static const struct command bake = {
	.name = "bake",
	.summary = "bake a cake",
	.options = bake_options,
	.options_size = sizeof(struct bake_options),
};

static const struct command *const bake_table[] = { &bake, NULL };

static void fills_the_options_of_the_command(void **state)
{
	const struct bake_options *options;

	(void)state;
	parse_by(bake_table, "rolekey bake --cake=pie -bs 1h --heat low --json "
			     "--region x-y-1");
	assert_true(line.ok && line.call.json);
	assert_string_equal(line.call.request.region, "x-y-1");
	options = line.call.options;
	assert_true(options->fan);
	assert_string_equal(options->cake, "pie");
	assert_string_equal(options->heat, "low");
	assert_int_equal(options->seconds, 3600);
	(void)forget(NULL);
	parse_by(bake_table, "rolekey bake");
	options = line.call.options;
	assert_true(line.ok && !options->fan && !options->cake);
	assert_int_equal(options->seconds, 0);
}

static void refuses_bad_values_of_options(void **state)
{
	static const struct {
		const char *text;
		enum error_reason reason;
	} bad[] = {
		{ "rolekey bake -s 0", REASON_BAD_OPTION_VALUE },
		{ "rolekey bake --seconds=soon", REASON_BAD_OPTION_VALUE },
		{ "rolekey bake --heat mid", REASON_BAD_OPTION_VALUE },
		{ "rolekey bake --heat=", REASON_BAD_OPTION_VALUE },
		{ "rolekey bake --heat=low\tmiddle", REASON_BAD_OPTION_VALUE },
		{ "rolekey bake --cake", REASON_OPTION_NEEDS_VALUE },
		{ "rolekey bake --fan=high", REASON_OPTION_WITHOUT_VALUE },
		{ "rolekey bake pie", REASON_UNEXPECTED_ARGUMENT },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		(void)forget(NULL);
		parse_by(bake_table, bad[i].text);
		assert_false(line.ok);
		assert_int_equal(line.err.reason, bad[i].reason);
	}
}

static void names_the_words_that_an_option_takes(void **state)
{
	(void)state;
	parse_by(bake_table, "rolekey bake --heat hot");
	assert_error(&line.err, REASON_BAD_OPTION_VALUE, .key = "heat",
		     .value = "hot", .expected = "low, middle or high");
}

static void needs_what_is_required(void **state)
{
	(void)state;
	assert_error(refused("rolekey migrate"), REASON_MISSING_OPTION,
		     .key = "from", .expected = "KEYRING");
	assert_error(refused("rolekey migrate --from file"),
		     REASON_MISSING_OPTION, .key = "to", .expected = "KEYRING");
	(void)forget(NULL);
	parse("rolekey migrate --to pass --from file");
	assert_true(line.ok);
	(void)forget(NULL);
	parse("rolekey migrate --help");
	assert_true(line.ok);
}

static void takes_one_of_the_words_of_a_command(void **state)
{
	(void)state;
	parse("rolekey completion zsh");
	assert_true(line.ok);
	assert_string_equal(line.call.word, "zsh");
	assert_error(refused("rolekey completion tcsh"), REASON_BAD_VALUE,
		     .value = "tcsh", .expected = "bash, zsh or fish");
	assert_error(refused("rolekey completion"), REASON_NO_WORD_GIVEN,
		     .expected = "bash, zsh or fish");
	assert_error(refused("rolekey completion zsh fish"),
		     REASON_UNEXPECTED_ARGUMENT, .value = "fish");
}

static void fails_without_memory_for_the_options(void **state)
{
	char *const argv[] = { (char[]){ "rolekey" }, (char[]){ "bake" },
			       NULL };
	const struct cli_result result = { &line.what, &line.command,
					   &line.call };
	struct error err = { 0 };

	(void)state;
	parse("rolekey");
	mem_fail_after(0);
	line.ok = cli_parse(argv, bake_table, argv + 2, line.arena, &result,
			    &err);
	mem_fail_after(-1);
	assert_false(line.ok);
	assert_int_equal(err.code, ERROR_MEMORY);
}

#define TEST(test) cmocka_unit_test_teardown(test, forget)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(names_the_command_that_was_meant),
		TEST(refuses_as_well_without_memory),
		TEST(quotes_no_value_of_an_unknown_option),
		TEST(tells_an_option_of_another_command_from_none),
		TEST(takes_only_global_options_before_the_command),
		TEST(shows_the_help_if_nothing_is_asked),
		TEST(shows_the_help_of_a_command),
		TEST(fills_the_options_of_the_command),
		TEST(refuses_bad_values_of_options),
		TEST(names_the_words_that_an_option_takes),
		TEST(needs_what_is_required),
		TEST(takes_one_of_the_words_of_a_command),
		TEST(fails_without_memory_for_the_options),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
