#ifndef CMD_CHILDENV_H
#define CMD_CHILDENV_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attrs.h"

struct credentials;
struct error;

/* The environment of a command, in one block of secret memory. */
struct childenv;

/*
 * Copies base without the variables that could override ours or contain secrets
 * of ours, and adds those for creds, region (or NULL) and profile;
 * rolekey-exec(1) lists both. base is borrowed for the call.  NULL, with err
 * filled, when out of memory.  Free with childenv_free().
 */
struct childenv *childenv_new(char *const base[],
			      const struct credentials *creds,
			      const char *region, const char *profile,
			      struct error *err) MUST_CHECK;

/* Returns the pointers for execve(2), ending with NULL. Borrowed. */
char *const *childenv_pointers(const struct childenv *env);

void childenv_free(struct childenv *env);

/* Returns the n-th name that childenv_new() sets, or NULL; for explain. */
const char *childenv_name(size_t n);

#endif
