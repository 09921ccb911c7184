#ifndef CLI_COMPLETION_COMPLETION_INTERNAL_H
#define CLI_COMPLETION_COMPLETION_INTERNAL_H

#include <stdbool.h>

#include "cli/options_internal.h"
#include "cmd/command.h"

struct strbuf;

/*
 * One script a shell: what it does is a text of ours, and what it knows comes
 * from the two tables.  All three walk the words before the cursor as the parser
 * does: options, which may have a value, a command of one or two words, its
 * operands, and then the words of exec's child, which are completed as that
 * command's own.
 */
void completion_bash(struct strbuf *out, const struct command *const *table);
void completion_zsh(struct strbuf *out, const struct command *const *table);
void completion_fish(struct strbuf *out, const struct command *const *table);

/* --- what all three need, in completion.c ---------------------------------- */

/* In single quotes; fish has other escapes in them. */
void completion_quoted(struct strbuf *out, const char *text, bool fish);

/* The word for what a command takes: "profile", "command", ... or "". */
const char *completion_operands(const struct command *command);

/* Does the command take that option? NULL: before any command. */
bool completion_takes(const struct command *command,
		      const struct option_row *row);

/* "mfa" of "mfa add", if the n-th row is the first with it; else NULL. */
bool completion_group(const struct command *const *table, size_t n,
		      char group[static 32]);

/* What an option's value may be, as words; "?" for anything, "" for a flag. */
const char *completion_values(const struct option_row *row);

#endif
