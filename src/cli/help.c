#include <stddef.h>
#include <string.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "base/view.h"
#include "cli/cli.h"
#include "cmd/command.h"
#include "port/output.h"

#define HELP_MAX 65536
#define WIDTH    79 /* of a line; nothing wraps on a terminal of 80 */
#define NAMES    19 /* of "--duration DURATION", without the dashes */
#define INDENT   27 /* of what an option does */

/* --- parts ------------------------------------------------------------------ */

/* Prints lines, each after two blanks. */
static void put_indented(struct strbuf *out, const char *lines)
{
	while (*lines != '\0') {
		size_t len = strcspn(lines, "\n");

		strbuf_puts(out, "  ");
		strbuf_add(out, lines, len);
		strbuf_puts(out, "\n");
		lines += len + (lines[len] == '\n');
	}
}

/* Prints a line with breaks between its words. */
static void put_wrapped(struct strbuf *out, const char *line, size_t len)
{
	const char *end = line + len;
	size_t column = 0;

	while (line < end) {
		size_t word = strcspn(line, " \n");

		if (column > 0) {
			bool fits = column + 1 + word <= WIDTH;

			strbuf_puts(out, fits ? " " : "\n");
			column = fits ? column + 1 : 0;
		}
		strbuf_add(out, line, word);
		column += word;
		line += word + 1;
	}
	strbuf_puts(out, "\n");
}

static void put_paragraphs(struct strbuf *out, const char *text)
{
	while (*text != '\0') {
		size_t len = strcspn(text, "\n");

		if (*text == ' ')
			strbuf_add(out, text, len + 1);
		else
			put_wrapped(out, text, len);
		text += len + 1;
	}
}

/* Prints what follows the name of the command. */
static void put_operands(struct strbuf *out, const struct command *command)
{
	static const char *const texts[] = {
		[OPERANDS_NONE] = "",
		[OPERANDS_PROFILE] = " [PROFILE]",
		[OPERANDS_PROFILE_GIVEN] = " PROFILE",
		[OPERANDS_PROFILE_OPTIONAL] = " [PROFILE]",
		[OPERANDS_PROFILE_COMMAND] =
			" [PROFILE] [--] [COMMAND [ARG...]]",
		[OPERANDS_WORD] = " ",
		[OPERANDS_PROFILES] = " [PROFILE...]",
		[OPERANDS_SEARCH] = " [WORD...]",
		[OPERANDS_FILE] = " FILE",
		[OPERANDS_SEARCH_COMMAND] = " SELECTOR... -- COMMAND [ARG...]",
	};

	struct view rest = view_of(command->words);
	struct view word;
	bool first = true;

	strbuf_puts(out, texts[command->operands]);
	for (; view_item(&rest, &word); first = false) {
		strbuf_puts(out, first ? "" : "|");
		strbuf_add(out, word.at, word.len);
	}
}

/* Prints "{auto|file|pass}": the words that an option takes. */
static void put_words(struct strbuf *out, const char *words)
{
	struct view rest = view_of(words);
	struct view word;
	size_t column = 0;

	while (view_item(&rest, &word)) {
		bool first = column == 0;

		if (!first)
			strbuf_puts(out, "|");
		if (!first && column + word.len + 1 > WIDTH)
			strbuf_puts(out, "\n");
		if (first || column + word.len + 1 > WIDTH) {
			strbuf_printf(out, "%*s%s", INDENT, "",
				      first ? "{" : " ");
			column = INDENT + 1;
		}
		strbuf_add(out, word.at, word.len);
		column += word.len + 1;
	}
	strbuf_puts(out, "}\n");
}

static void put_option(struct strbuf *out, const struct option *option)
{
	char letter[] = "-x, ";
	size_t len = strlen(option->name) +
		     (option->value ? strlen(option->value) + 1 : 0);

	letter[1] = option->letter;
	strbuf_printf(out, "  %s--%s%s%s%*s%s\n",
		      option->letter ? letter : "    ", option->name,
		      option->value ? " " : "",
		      option->value ? option->value : "",
		      len < NAMES ? (int)(NAMES - len) : 1, "", option->help);
	if (option->words)
		put_words(out, option->words);
}

/* Prints a table without the options that another table replaces. */
static void put_options(struct strbuf *out, const char *title,
			const struct option *options, const struct option *own)
{
	struct option_cursor cursor = { .next = options };
	const struct option *option;

	strbuf_printf(out, "\n%s:\n", title);
	while ((option = option_next(&cursor)))
		if (!option_has(own, option->name))
			put_option(out, option);
}

/* Prints the name of a page, which is one word: rolekey-config-dump. */
static void put_page(struct strbuf *out, const char *name)
{
	strbuf_puts(out, "\nManual: man rolekey-");
	for (; *name != '\0'; name++)
		strbuf_add(out, *name == ' ' ? "-" : name, 1);
	strbuf_puts(out, "\n");
}

/* --- the whole ---------------------------------------------------------------- */

/* Prints the options that must be given, and that there are others. */
static void put_usage(struct strbuf *out, const struct option *options)
{
	struct option_cursor cursor = { .next = options };
	const struct option *option;

	while ((option = option_next(&cursor)))
		if (option->required)
			strbuf_printf(out, " --%s %s", option->name,
				      option->value);
	strbuf_puts(out, options ? " [OPTION...]" : "");
}

static void put_command(struct strbuf *out, const struct command *command)
{
	strbuf_printf(out, "rolekey %s: %s\n\nUsage: rolekey %s", command->name,
		      command->summary, command->name);
	put_usage(out, command->options);
	put_operands(out, command);
	if (command->alias)
		strbuf_printf(out, "\nAlias: %s", command->alias);
	strbuf_puts(out, "\n\n");
	put_paragraphs(out, command->help);
	if (command->options)
		put_options(out, "Options", command->options, NULL);
	put_options(out, "Global options", option_global, command->options);
	strbuf_puts(out, "\nExamples:\n");
	put_indented(out, command->examples);
	put_page(out, command->name);
}

static void put_all(struct strbuf *out, const struct command *const *table)
{
	strbuf_puts(out, "rolekey: short-lived credentials of AWS roles for "
			 "any command\n\n"
			 "Usage: rolekey COMMAND [OPTION...] [ARG...]\n"
			 "\nCommands:\n");
	for (size_t i = 0; table[i]; i++)
		strbuf_printf(out, "  %-20s%s\n", table[i]->name,
			      table[i]->summary);
	strbuf_printf(out, "  %-20s%s\n", "help [COMMAND]", CLI_HELP_SUMMARY);
	put_options(out, "Global options", option_global, NULL);
	strbuf_puts(out, "\nExamples:\n");
	put_indented(out, "rolekey exec testing -- aws s3 ls\n"
			  "eval \"$(rolekey export testing)\"\n"
			  "rolekey help exec\n");
	strbuf_puts(out, "\nManual: man rolekey\n");
}

bool cli_help(const struct command *const *table, const struct command *command,
	      const struct output *output, struct error *err)
{
	struct strbuf out = strbuf_with_max(HELP_MAX);
	bool ok;

	if (command)
		put_command(&out, command);
	else
		put_all(&out, table);
	ok = strbuf_ok(&out) || error_memory(err);
	ok = ok && output_write(output, strbuf_text(&out), out.len, err);
	strbuf_clear(&out);
	return ok;
}
