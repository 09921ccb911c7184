#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "cli/cli.h"
#include "cmd/command.h"
#include "port/output.h"
#include "support/check.h"
#include "support/mem_failing.h"

/* e2e/completion tests the scripts in the shells. */

static struct strbuf written;

static bool write_it(void *self, const char *bytes, size_t len,
		     struct error *err)
{
	(void)self;
	(void)err;
	strbuf_add(&written, bytes, len);
	return true;
}

static const char *const shells[] = { "bash", "zsh", "fish" };

#define SHELLS 3

static int forget(void **state)
{
	(void)state;
	strbuf_clear(&written);
	return 0;
}

static bool print(const struct command *const *table, const char *shell,
		  struct error *err)
{
	const struct output output = { .write = write_it };

	(void)forget(NULL);
	written = strbuf_with_max(1 << 20);
	return cli_completion(table, shell, &output, err);
}

static void has(const char *text)
{
	if (!strstr(strbuf_text(&written), text))
		fail_msg("no %s in\n%s", text, strbuf_text(&written));
}

/* --- a command that nothing knows but this file ------------------------------ */

struct bake_options {
	bool fan;
	const char *heat;
};

static const struct option bake_options[] = {
	{ .name = "fan",
	  .offset = offsetof(struct bake_options, fan),
	  .help = "let air's \\ blow" },
	{ .letter = 'H',
	  .name = "heat",
	  .value = "HEAT",
	  .kind = OPTION_WORD,
	  .words = "low, high",
	  .offset = offsetof(struct bake_options, heat),
	  .help = "set the heat" },
	{ .include = option_region },
	{ 0 }
};

static const struct command bake = {
	.name = "bake",
	.alias = "bk",
	.summary = "bake a cake",
	.options = bake_options,
	.options_size = sizeof(struct bake_options),
	.operands = OPERANDS_WORD,
	.words = "pie, tart",
};

static const struct command oven_open = {
	.name = "oven open",
	.summary = "open the oven",
};

static const struct command oven_close = {
	.name = "oven close",
	.summary = "close the oven",
};

static const struct command *const table[] = { &bake, &oven_open, &oven_close,
					       NULL };

static void prints_what_a_command_takes(void **state)
{
	static const struct {
		const char *shell;
		const char *text;
	} parts[] = {
		{ "bash", "\t'bake' | 'bk')\n"
			  "\t\toperands=( 'word' )\n"
			  "\t\tfollow=( 'pie' 'tart' )\n"
			  "\t\toptions=( '--fan' '-H' '--heat' '--region' " },
		{ "bash", "\t\tvalued=( '--heat=low,high' '-H=low,high' "
			  "'--region=?' " },
		{ "bash", "\t'oven')\n\t\toperands=( 'group' )\n"
			  "\t\tfollow=( 'open' 'close' )\n" },
		{ "bash", "\t\tfollow=( 'bake' 'oven' 'help' )\n" },
		{ "zsh", "\t('bake' | 'bk')\n" },
		{ "zsh", "'--fan:let air'\\''s \\ blow' '-H:set the heat' " },
		{ "zsh", "\t\tfollow=( 'open:open the oven' "
			 "'close:close the oven' )\n" },
		{ "fish", "        case 'bake' 'bk'\n"
			  "            set operands 'word'\n"
			  "            set follow 'pie' 'tart'\n" },
		{ "fish", "'--fan'\\t'let air\\'s \\\\ blow' " },
		{ "fish", "            set follow 'bake'\\t'bake a cake' "
			  "'oven'\\t'open, close' 'help'\\t'" },
	};
	struct error err = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		assert_true(print(table, parts[i].shell, &err));
		has(parts[i].text);
	}
}

static void has_every_option_of(const struct option *options)
{
	struct option_cursor cursor = { .next = options };
	const struct option *option;
	char text[64];

	while ((option = option_next(&cursor))) {
		(void)snprintf(text, sizeof(text), "'--%s", option->name);
		has(text);
	}
}

static void knows_every_command_and_option(void **state)
{
	struct error err = { 0 };
	char text[64];

	(void)state;
	for (size_t s = 0; s < SHELLS; s++) {
		assert_true(print(command_table, shells[s], &err));
		for (size_t i = 0; command_table[i]; i++) {
			(void)snprintf(text, sizeof(text), "'%s'",
				       command_table[i]->name);
			has(text);
			has_every_option_of(command_table[i]->options);
		}
		has_every_option_of(option_global);
	}
}

static void survives_any_allocation_failing(void **state)
{
	(void)state;
	for (size_t s = 0; s < SHELLS; s++) {
		bool failed = true;

		for (long n = 0; failed; n++) {
			struct error err = { 0 };
			bool ok;

			mem_fail_after(n);
			ok = print(table, shells[s], &err);
			failed = mem_has_failed();
			mem_fail_after(-1);
			assert_true(ok || err.code == ERROR_MEMORY);
		}
	}
}

#define TEST(test) cmocka_unit_test_teardown(test, forget)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(prints_what_a_command_takes),
		TEST(knows_every_command_and_option),
		TEST(survives_any_allocation_failing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
