#include <stdio.h>
#include <string.h>

#include "base/strbuf.h"
#include "base/view.h"
#include "cli/cli.h"
#include "cli/completion/completion_internal.h"

#define WORD_MAX 256 /* bytes of an option and its values */

/* The script that is being printed, and its shell. */
struct writer {
	struct strbuf *out;
	const struct completion_shell *shell;
	const struct command *const *table;
};

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

static void begin_list(const struct writer *w, const char *name)
{
	strbuf_puts(w->out, w->shell->set);
	strbuf_puts(w->out, name);
	strbuf_puts(w->out, w->shell->to);
}

static void put_item(const struct writer *w, const char *word, const char *what)
{
	strbuf_puts(w->out, " ");
	w->shell->put(w->out, word, what);
}

static void end_list(const struct writer *w)
{
	strbuf_puts(w->out, w->shell->end_set);
}

static void put_words(const struct writer *w, const char *words)
{
	struct view rest = view_of(words);
	struct view item;
	char word[WORD_MAX];

	while (view_item(&rest, &item)) {
		(void)snprintf(word, sizeof(word), "%.*s", (int)item.len,
			       item.at);
		put_item(w, word, NULL);
	}
}

static void begin_case(const struct writer *w, const char *name,
		       const char *alias, const char *operands)
{
	strbuf_puts(w->out, w->shell->in_case);
	w->shell->put(w->out, name, NULL);
	if (alias) {
		strbuf_puts(w->out, w->shell->or_name);
		w->shell->put(w->out, alias, NULL);
	}
	strbuf_puts(w->out, w->shell->do_case);
	begin_list(w, "operands");
	put_words(w, operands);
	end_list(w);
}

/* --- options ---------------------------------------------------------------- */

/* Both leave out what another table replaces. */
static void put_names(const struct writer *w, const struct option *table,
		      const struct option *own)
{
	struct option_cursor cursor = { .next = table };
	const struct option *option;
	char word[WORD_MAX];

	while ((option = option_next(&cursor))) {
		if (option_has(own, option->name))
			continue;
		(void)snprintf(word, sizeof(word), "-%c", option->letter);
		if (option->letter)
			put_item(w, word, option->help);
		(void)snprintf(word, sizeof(word), "--%s", option->name);
		put_item(w, word, option->help);
	}
}

/* Prints "NAME=VALUE,VALUE": values have no blank. */
static void put_values(const struct writer *w, const char *name,
		       const struct option *option)
{
	struct strbuf pair = strbuf_with_max(WORD_MAX);
	struct view rest = view_of(option->words ? option->words : "?");
	struct view item;
	char before = '=';

	strbuf_puts(&pair, name);
	if (option->listed) {
		strbuf_printf(&pair, "=@%s", option->listed);
		rest = view_of("");
	}
	for (; view_item(&rest, &item); before = ',') {
		strbuf_add(&pair, &before, 1);
		strbuf_add(&pair, item.at, item.len);
	}
	put_item(w, strbuf_ok(&pair) ? strbuf_text(&pair) : name, NULL);
	strbuf_clear(&pair);
}

static void put_valued(const struct writer *w, const struct option *table,
		       const struct option *own)
{
	struct option_cursor cursor = { .next = table };
	const struct option *option;
	char name[WORD_MAX];

	while ((option = option_next(&cursor))) {
		if (!option->value || option_has(own, option->name))
			continue;
		(void)snprintf(name, sizeof(name), "--%s", option->name);
		put_values(w, name, option);
		(void)snprintf(name, sizeof(name), "-%c", option->letter);
		if (option->letter)
			put_values(w, name, option);
	}
}

static void put_options(const struct writer *w, const struct option *own)
{
	begin_list(w, "options");
	put_names(w, own, NULL);
	put_names(w, option_global, own);
	end_list(w);
	begin_list(w, "valued");
	put_valued(w, own, NULL);
	put_valued(w, option_global, own);
	end_list(w);
	strbuf_puts(w->out, w->shell->end_case);
}

/* --- commands --------------------------------------------------------------- */

/* Returns the length of the first of two words; 0 if there is one. */
static size_t first_word(const char *name)
{
	const char *blank = strchr(name, ' ');

	return blank ? (size_t)(blank - name) : 0;
}

/* Tests whether two commands have the same first of two words. */
static bool is_alike(const struct command *a, const struct command *b)
{
	size_t len = first_word(a->name);

	return len > 0 && len == first_word(b->name) &&
	       strncmp(a->name, b->name, len) == 0;
}

/* Returns "mfa" of "mfa add" if the n-th row is the first of its group. */
static bool begins_group(const struct writer *w, size_t n, char group[WORD_MAX])
{
	const char *name = w->table[n]->name;
	size_t len = first_word(name);

	for (size_t i = 0; i < n; i++)
		if (is_alike(w->table[i], w->table[n]))
			return false;
	(void)snprintf(group, WORD_MAX, "%.*s", (int)len, name);
	return len > 0;
}

/* Prints a group; its second words describe it. */
static void put_group_item(const struct writer *w, size_t n, const char *group)
{
	struct strbuf what = strbuf_with_max(WORD_MAX);

	for (size_t i = n; w->table[i]; i++)
		if (is_alike(w->table[i], w->table[n]))
			strbuf_printf(&what, "%s%s", what.len > 0 ? ", " : "",
				      w->table[i]->name + strlen(group) + 1);
	put_item(w, group, strbuf_ok(&what) ? strbuf_text(&what) : "");
	strbuf_clear(&what);
}

/* Prints the first words of all commands. */
static void put_first(const struct writer *w)
{
	char group[WORD_MAX];

	begin_case(w, "", "help", "first");
	begin_list(w, "follow");
	for (size_t i = 0; w->table[i]; i++)
		if (begins_group(w, i, group))
			put_group_item(w, i, group);
		else if (first_word(w->table[i]->name) == 0)
			put_item(w, w->table[i]->name, w->table[i]->summary);
	put_item(w, "help", CLI_HELP_SUMMARY);
	end_list(w);
	put_options(w, NULL);
}

/* Prints the second words of the group that the n-th row begins. */
static void put_group(const struct writer *w, size_t n, const char *group)
{
	begin_case(w, group, NULL, "group");
	begin_list(w, "follow");
	for (size_t i = n; w->table[i]; i++)
		if (is_alike(w->table[i], w->table[n]))
			put_item(w, w->table[i]->name + strlen(group) + 1,
				 w->table[i]->summary);
	end_list(w);
	put_options(w, NULL);
}

static void put_command(const struct writer *w, const struct command *command)
{
	static const char *const operands[] = {
		[OPERANDS_NONE] = "",
		[OPERANDS_PROFILE] = "profile",
		[OPERANDS_PROFILE_GIVEN] = "profile",
		[OPERANDS_PROFILE_OPTIONAL] = "profile",
		[OPERANDS_PROFILE_COMMAND] = "command",
		[OPERANDS_WORD] = "word",
		[OPERANDS_PROFILES] = "profiles",
		[OPERANDS_SEARCH] = "profiles",
		[OPERANDS_SEARCH_COMMAND] = "commands",
		[OPERANDS_FILE] = "file",
	};

	begin_case(w, command->name, command->alias,
		   operands[command->operands]);
	if (command->operands == OPERANDS_WORD) {
		begin_list(w, "follow");
		put_words(w, command->words);
		end_list(w);
	}
	put_options(w, command->options);
}

void completion_put(struct strbuf *out, const struct completion_shell *shell,
		    const struct command *const *table)
{
	const struct writer w = { out, shell, table };
	char group[WORD_MAX];

	strbuf_puts(out, shell->head);
	put_first(&w);
	for (size_t i = 0; table[i]; i++) {
		if (begins_group(&w, i, group))
			put_group(&w, i, group);
		put_command(&w, table[i]);
	}
	strbuf_puts(out, shell->tail);
	strbuf_puts(out, shell->work);
}
