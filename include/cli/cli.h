#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <stdbool.h>

#include "base/attrs.h"

struct arena;
struct call;
struct command;
struct error;
struct output;

/* The result of parsing the command line. */
enum cli_what {
	CLI_COMMAND, /* run *command with *call */
	CLI_HELP,    /* show help: of *command, or of all if that is NULL */
	CLI_VERSION
};

/* Where cli_parse() stores its result; no member may be NULL. */
struct cli_result {
	enum cli_what *what;
	const struct command **command; /* NULL: not known */
	struct call *call;
};

/*
 * Parses argv, whose first word is the program, by table.  The options of the
 * command are in arena.  All of result is set, even on failure.  ERROR_USAGE
 * says what is wrong and suggests the closest name.
 */
bool cli_parse(char *const argv[], const struct command *const *table,
	       char *const *environment, struct arena *arena,
	       const struct cli_result *result, struct error *err) MUST_CHECK;

/* Describes `rolekey help`, which is in no table. */
#define CLI_HELP_SUMMARY "show help for rolekey or a command"

/* Prints the help of a command, or of all if it is NULL. */
bool cli_help(const struct command *const *table, const struct command *command,
	      const struct output *output, struct error *err) MUST_CHECK;

/* Prints the completion script of a shell: "bash", "zsh" or "fish". */
bool cli_completion(const struct command *const *table, const char *shell,
		    const struct output *output, struct error *err) MUST_CHECK;

#endif
