#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <stdbool.h>

#include "base/attrs.h"

struct command;
struct error;
struct output;
struct request;

/* What the command line turned out to be. */
enum cli_what {
	CLI_COMMAND, /* run *command with *request */
	CLI_HELP,    /* show help: of *command, or of all if that is NULL */
	CLI_VERSION
};

/* Of every command; how they are heeded is the front door's business. */
struct cli_flags {
	const char *backend; /* NULL: not given */
	const char *prompt;
	bool no_prompt;
	bool debug;
};

/* Where cli_parse() puts what it read; none may be NULL. */
struct cli_result {
	enum cli_what *what;
	const struct command **command; /* NULL: not known */
	struct request *request;
	struct cli_flags *flags;
};

/*
 * Read argv (whose first word is the program) by table.  The request's defaults
 * are set; settings flags (--backend, --prompt, --no-prompt) are only noted.
 * All of result is set, whatever is returned.  ERROR_USAGE says what is wrong
 * and what was near.
 */
bool cli_parse(char *const argv[], const struct command *const *table,
	       char *const *environment, const struct cli_result *result,
	       struct error *err) MUST_CHECK;

/* `rolekey help` and `rolekey help COMMAND` (NULL: all). */
bool cli_help(const struct command *const *table, const struct command *command,
	      const struct output *output, struct error *err) MUST_CHECK;

/*
 * A script for the shell's completion: bash, zsh or fish.  ERROR_USAGE for
 * another one, or NULL.
 */
bool cli_completion(const struct command *const *table, const char *shell,
		    const struct output *output, struct error *err) MUST_CHECK;

#endif
