#ifndef CLI_COMPLETION_COMPLETION_INTERNAL_H
#define CLI_COMPLETION_COMPLETION_INTERNAL_H

#include <stdbool.h>

#include "cmd/command.h"

struct strbuf;

/*
 * The syntax of a shell.  Each script has two parts.  The first is a function
 * that completion_put() writes from the table of commands: for a command, it
 * sets the lists
 *
 *	operands  command, commands, group, first, profile, profiles, word, or
 *		  nothing; those in the plural may be repeated
 *	follow    the words that may follow, with their summaries
 *	options   the options, with their help
 *	valued    OPTION=VALUE,VALUE for each option with a value; "?" is any,
 *		  and "@WORD" is what `rolekey list --WORD` prints
 *
 * The second is a fixed text that parses the words before the cursor like the
 * parser does: options, which may have a value, a command of one or two words,
 * its operands, and the command of exec, which completes its own arguments.
 */
struct completion_shell {
	const char *name;
	const char *head;     /* up to the first case */
	const char *in_case;  /* before the names of a command */
	const char *or_name;  /* between them */
	const char *do_case;  /* after them */
	const char *set;      /* before the name of a list */
	const char *to;       /* after it */
	const char *end_set;  /* after the last item */
	const char *end_case; /* after the last list */
	const char *tail;     /* for any other command */
	const char *work;     /* the second part */
	/* Prints an item of a list; what describes it, or is NULL. */
	void (*put)(struct strbuf *out, const char *word, const char *what);
};

extern const struct completion_shell completion_bash, completion_zsh,
	completion_fish;

/* Prints a shell's script. */
void completion_put(struct strbuf *out, const struct completion_shell *shell,
		    const struct command *const *table);

/* Prints a text in single quotes; fish has other escapes. */
void completion_quoted(struct strbuf *out, const char *text, bool fish);

#endif
