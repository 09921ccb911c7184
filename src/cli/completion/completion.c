#include <stddef.h>
#include <string.h>

#include "base/strbuf.h"
#include "cli/completion/completion_internal.h"

void completion_quoted(struct strbuf *out, const char *text, bool fish)
{
	strbuf_puts(out, "'");
	for (; *text != '\0'; text++) {
		if (*text == '\'')
			strbuf_puts(out, fish ? "\\'" : "'\\''");
		else if (*text == '\\' && fish)
			strbuf_puts(out, "\\\\");
		else
			strbuf_add(out, text, 1);
	}
	strbuf_puts(out, "'");
}

const char *completion_operands(const struct command *command)
{
	static const char *const words[] = {
		[OPERANDS_NONE] = "",
		[OPERANDS_PROFILE] = "profile",
		[OPERANDS_PROFILE_GIVEN] = "profile",
		[OPERANDS_PROFILE_OPTIONAL] = "profile",
		[OPERANDS_PROFILE_COMMAND] = "command",
		[OPERANDS_TOPIC] = "topic",
		[OPERANDS_SHELL] = "shell",
	};

	return words[command->operands];
}

bool completion_takes(const struct command *command,
		      const struct option_row *row)
{
	return row->bit == OPTION_ANYWHERE ||
	       (command && (command->options & row->bit) != 0);
}

/* Returns the length of the first of two words; 0 if there is one. */
static size_t first_word(const char *name)
{
	const char *blank = strchr(name, ' ');

	return blank ? (size_t)(blank - name) : 0;
}

bool completion_group(const struct command *const *table, size_t n,
		      char group[static 32])
{
	size_t len = first_word(table[n]->name);

	if (len == 0 || len >= 32)
		return false;
	for (size_t i = 0; i < n; i++)
		if (first_word(table[i]->name) == len &&
		    strncmp(table[i]->name, table[n]->name, len) == 0)
			return false;
	memcpy(group, table[n]->name, len);
	group[len] = '\0';
	return true;
}

/* Options whose values are fixed words. */
static const struct {
	const char *option;
	const char *words;
} values[] = {
	{ "format", "sh fish powershell env json ini" },
	{ "backend", "auto secret-service file pass" },
	{ "from", "secret-service file pass aws-vault csv" },
	{ "to", "secret-service file pass" },
	{ "prompt", "auto terminal pinentry zenity kdialog ykman none" },
};

const char *completion_values(const struct option_row *row)
{
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
		if (strcmp(values[i].option, row->name) == 0)
			return values[i].words;
	return row->value ? "?" : "";
}
