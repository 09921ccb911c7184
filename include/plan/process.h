#ifndef PLAN_PROCESS_H
#define PLAN_PROCESS_H

#include <stdbool.h>

/*
 * Tests whether a credential_process is rolekey, or aws-vault, for the same
 * profile: the recipe of aws-vault's manual.  Running it would ask for what it
 * is asked for.  Without an operand both take the profile that is used.
 *
 * *program is then the name of the program, a constant.
 */
bool process_is_itself(const char *command, const char *profile,
		       const char **program);

#endif
