#ifndef MAIN_REPORT_INTERNAL_H
#define MAIN_REPORT_INTERNAL_H

#include <stdbool.h>

struct command;
struct error;

/*
 * Reports a failure on stderr: "rolekey: COMMAND PROFILE: MESSAGE" and a line
 * with the hint; or both in one line, if the command is terse; or one line of
 * JSON.  command is NULL until it is known; profile is the one on the command
 * line, or NULL.  rolekey(1), DIAGNOSTICS.
 */
void report_error(const struct command *command, const char *profile, bool json,
		  const struct error *err);

/* Returns the exit status of a failure: rolekey(1), EXIT STATUS. */
int report_status(const struct command *command, const struct error *err);

#endif
