#include <stddef.h>
#include <string.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "cli/cli.h"
#include "cmd/command.h"
#include "port/output.h"

#define HELP_MAX 65536

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
	};

	strbuf_puts(out, texts[command->operands]);
	if (command->operands != OPERANDS_WORD)
		return;
	for (const char *c = command->words; *c != '\0'; c++)
		strbuf_add(out, *c == ' ' ? "|" : c, 1);
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
		      len < 17 ? (int)(17 - len) : 1, "", option->help);
}

static void put_options(struct strbuf *out, const char *title,
			const struct option *options)
{
	struct option_cursor cursor = { .next = options };
	const struct option *option;

	strbuf_printf(out, "\n%s:\n", title);
	while ((option = option_next(&cursor)))
		put_option(out, option);
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
	strbuf_printf(out, "rolekey %s%s", command->name,
		      command->options ? " [OPTION...]" : "");
	put_operands(out, command);
	strbuf_puts(out, "\n\n");
	strbuf_puts(out, command->help);
	if (command->alias)
		strbuf_printf(out, "\nAlso called: %s\n", command->alias);
	if (command->options)
		put_options(out, "Options", command->options);
	put_options(out, "Everywhere", option_global);
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
	put_options(out, "Everywhere", option_global);
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
