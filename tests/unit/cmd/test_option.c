#include <string.h>

#include "base/strbuf.h"
#include "cmd/command.h"
#include "support/check.h"

#define OPTIONS_MAX 64

/* The tables of all commands: what the parser, help and completion rely on. */

/* Tests whether a command's own option replaces a global one on purpose. */
static bool is_replaced(const struct command *command,
			const struct option *option)
{
	return strcmp(command->name, "status") == 0 &&
	       strcmp(option->name, "prompt") == 0;
}

/* Lists the options of a command, and those of every command. */
static size_t list_options(const struct command *command,
			   const struct option *list[OPTIONS_MAX])
{
	struct option_cursor own = { .next = command->options };
	struct option_cursor global = { .next = option_global };
	const struct option *option;
	size_t n = 0;

	while ((option = option_next(&own))) {
		assert_true(n < OPTIONS_MAX);
		list[n++] = option;
	}
	while ((option = option_next(&global))) {
		assert_true(n < OPTIONS_MAX);
		assert_true(option_has(command->options, option->name) ==
			    is_replaced(command, option));
		if (!is_replaced(command, option))
			list[n++] = option;
	}
	return n;
}

static void walks_included_tables_in_their_place(void **state)
{
	static const struct option none[] = { { 0 } };
	static const struct option inner[] = { { .name = "b" },
					       { .name = "c" },
					       { 0 } };
	static const struct option outer[] = {
		{ .name = "a" }, { .include = inner }, { .include = none },
		{ .name = "d" }, { .include = inner }, { 0 }
	};
	struct option_cursor cursor = { .next = outer };
	const struct option *option;
	struct strbuf names = strbuf_with_max(16);

	(void)state;
	while ((option = option_next(&cursor)))
		strbuf_puts(&names, option->name);
	assert_string_equal(strbuf_text(&names), "abcdbc");
	strbuf_clear(&names);
	assert_null(option_next(&cursor));
	cursor = (struct option_cursor){ .next = NULL };
	assert_null(option_next(&cursor));
}

static void names_each_option_of_a_command_once(void **state)
{
	const struct option *list[OPTIONS_MAX];

	(void)state;
	for (size_t c = 0; command_table[c]; c++) {
		size_t n = list_options(command_table[c], list);

		for (size_t i = 0; i < n; i++)
			for (size_t k = 0; k < i; k++) {
				assert_string_not_equal(list[i]->name,
							list[k]->name);
				assert_true(list[i]->letter == 0 ||
					    list[i]->letter != list[k]->letter);
			}
	}
}

static size_t size_of(enum option_kind kind)
{
	switch (kind) {
	case OPTION_FLAG:
		return sizeof(bool);
	case OPTION_TEXT:
	case OPTION_WORD:
		return sizeof(const char *);
	case OPTION_LIST:
		return sizeof(struct option_list);
	case OPTION_DURATION:
	case OPTION_TTL:
	case OPTION_NUMBER:
		break;
	}
	return sizeof(int64_t);
}

static void stores_each_option_in_its_struct(void **state)
{
	const struct option *list[OPTIONS_MAX];

	(void)state;
	for (size_t c = 0; command_table[c]; c++) {
		size_t n = list_options(command_table[c], list);

		for (size_t i = 0; i < n; i++)
			assert_true(list[i]->offset + size_of(list[i]->kind) <=
				    (list[i]->shared
					     ? sizeof(struct call)
					     : command_table[c]->options_size));
	}
}

static void gives_a_value_to_all_but_flags(void **state)
{
	const struct option *list[OPTIONS_MAX];

	(void)state;
	for (size_t c = 0; command_table[c]; c++) {
		size_t n = list_options(command_table[c], list);

		for (size_t i = 0; i < n; i++) {
			assert_int_equal(list[i]->value != NULL,
					 list[i]->kind != OPTION_FLAG);
			assert_true(list[i]->value || !list[i]->words);
			assert_true(!list[i]->required || !list[i]->shared);
			assert_true(list[i]->words ||
				    list[i]->kind != OPTION_WORD);
			assert_true(!list[i]->words ||
				    strlen(list[i]->words) < 128);
		}
	}
}

/* A fragment that begins with a verb, as in "print JSON". */
static void is_fragment(const char *text, size_t max)
{
	size_t len = strlen(text);

	if (len == 0 || len > max || text[0] < 'a' || text[0] > 'z' ||
	    text[len - 1] == '.')
		fail_msg("\"%s\"", text);
}

static void describes_all_in_fragments(void **state)
{
	const struct option *list[OPTIONS_MAX];

	(void)state;
	for (size_t c = 0; command_table[c]; c++) {
		size_t n = list_options(command_table[c], list);

		is_fragment(command_table[c]->summary, 57);
		for (size_t i = 0; i < n; i++)
			is_fragment(list[i]->help, 52);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(walks_included_tables_in_their_place),
		cmocka_unit_test(names_each_option_of_a_command_once),
		cmocka_unit_test(stores_each_option_in_its_struct),
		cmocka_unit_test(gives_a_value_to_all_but_flags),
		cmocka_unit_test(describes_all_in_fragments),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
