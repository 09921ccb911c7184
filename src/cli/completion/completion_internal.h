#ifndef CLI_COMPLETION_COMPLETION_INTERNAL_H
#define CLI_COMPLETION_COMPLETION_INTERNAL_H

#include <stdbool.h>

#include "cli/options_internal.h"
#include "cmd/command.h"

struct strbuf;

/*
 * Each shell has one script: a fixed text, and facts from the two tables.  All
 * three parse the words before the cursor like the parser does: options, which
 * may have a value, a command of one or two words, its operands, and the
 * command of exec, whose arguments are completed as its own.
 */
void completion_bash(struct strbuf *out, const struct command *const *table);
void completion_zsh(struct strbuf *out, const struct command *const *table);
void completion_fish(struct strbuf *out, const struct command *const *table);

/* --- what all three need, in completion.c ---------------------------------- */

/* Prints a text in single quotes; fish has other escapes. */
void completion_quoted(struct strbuf *out, const char *text, bool fish);

/*
 * Returns the word for a command's operands: "profile", "command", ... or "".
 */
const char *completion_operands(const struct command *command);

/* Tests whether the command takes that option. NULL: before any command. */
bool completion_takes(const struct command *command,
		      const struct option_row *row);

/*
 * Returns "mfa" of "mfa add" if the n-th row is the first of its group, else
 * NULL.
 */
bool completion_group(const struct command *const *table, size_t n,
		      char group[static 32]);

/* Returns the values of an option as words; "?" for any text, "" for a flag. */
const char *completion_values(const struct option_row *row);

#endif
