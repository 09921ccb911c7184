#include <stddef.h>
#include <string.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "cli/cli.h"
#include "cli/options_internal.h"
#include "cmd/command.h"
#include "port/output.h"

#define HELP_MAX 65536

static const char *operands_text(enum operands operands)
{
	static const char *const texts[] = {
		[OPERANDS_NONE] = "",
		[OPERANDS_PROFILE] = " [PROFILE]",
		[OPERANDS_PROFILE_GIVEN] = " PROFILE",
		[OPERANDS_PROFILE_OPTIONAL] = " [PROFILE]",
		[OPERANDS_PROFILE_COMMAND] =
			" [PROFILE] [--] [COMMAND [ARG...]]",
		[OPERANDS_TOPIC] = " [COMMAND]",
		[OPERANDS_SHELL] = " bash|zsh|fish",
	};

	return texts[operands];
}

static void put_option(struct strbuf *out, const struct option_row *row)
{
	char letter[] = "-x, ";
	size_t len =
		strlen(row->name) + (row->value ? strlen(row->value) + 1 : 0);

	letter[1] = row->letter;
	strbuf_printf(out, "  %s--%s%s%s%*s%s\n", row->letter ? letter : "    ",
		      row->name, row->value ? " " : "",
		      row->value ? row->value : "",
		      len < 17 ? (int)(17 - len) : 1, "", row->help);
}

static void put_options(struct strbuf *out, uint32_t bits, bool general)
{
	for (size_t i = 0; i < options_count; i++)
		if (general ? options_table[i].bit == OPTION_ANYWHERE
			    : (options_table[i].bit & bits) != 0)
			put_option(out, &options_table[i]);
}

/* Prints the name of a page, which is one word: rolekey-config-dump. */
static void put_page(struct strbuf *out, const char *name)
{
	strbuf_puts(out, "\nThe manual: man rolekey-");
	for (; *name != '\0'; name++)
		strbuf_add(out, *name == ' ' ? "-" : name, 1);
	strbuf_puts(out, "\n");
}

static void put_command(struct strbuf *out, const struct command *command)
{
	strbuf_printf(out, "rolekey %s%s%s\n\n", command->name,
		      command->options ? " [OPTION...]" : "",
		      operands_text(command->operands));
	strbuf_puts(out, command->help);
	if (command->alias)
		strbuf_printf(out, "\nAlso called: %s\n", command->alias);
	if (command->options) {
		strbuf_puts(out, "\nOptions:\n");
		put_options(out, command->options, false);
	}
	strbuf_puts(out, "\nEverywhere:\n");
	put_options(out, 0, true);
	put_page(out, command->name);
}

static void put_all(struct strbuf *out, const struct command *const *table)
{
	strbuf_puts(
		out,
		"rolekey: short-lived AWS role credentials for every "
		"command\n\n"
		"  rolekey exec testing -- aws s3 ls\n"
		"  eval \"$(rolekey export testing)\"\n"
		"  credential_process = rolekey credential-process testing\n"
		"\nCommands:\n");
	for (size_t i = 0; table[i]; i++)
		strbuf_printf(out, "  %-20s%s\n", table[i]->name,
			      table[i]->summary);
	strbuf_printf(out, "  %-20s%s\n", "help [COMMAND]",
		      "show this, or a command's help");
	strbuf_puts(out, "\nEverywhere:\n");
	put_options(out, 0, true);
	strbuf_puts(out, "\nThe manual: man rolekey\n");
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
