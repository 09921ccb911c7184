#ifndef CMD_CHILDENV_H
#define CMD_CHILDENV_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attrs.h"

struct credentials;
struct error;
struct plan;

/* The environment of a command, in one block of secret memory. */
struct childenv;

/*
 * Copies base without the variables that could override ours or contain secrets
 * of ours, and without those that an outer rolekey set for another profile
 * (base/mark.h); adds those for creds and plan; rolekey-exec(1) lists both. base
 * is borrowed for the call.  NULL, with err filled, when out of memory.  Free
 * with childenv_free().
 */
struct childenv *childenv_new(char *const base[],
			      const struct credentials *creds,
			      const struct plan *plan,
			      struct error *err) MUST_CHECK;

/* A variable that the command gets, or does not inherit if value is NULL. */
struct childenv_variable {
	const char *name;
	const char *value;
};

/*
 * The same for a command that asks a server for credentials: variables come
 * instead of credentials.
 */
struct childenv *childenv_serve(char *const base[],
				const struct childenv_variable *variables,
				size_t n, const struct plan *plan,
				struct error *err) MUST_CHECK;

/* Returns the pointers for execve(2), ending with NULL. Borrowed. */
char *const *childenv_pointers(const struct childenv *env);

void childenv_free(struct childenv *env);

/*
 * Returns the n-th name that childenv_new() always sets, or NULL; those of
 * plan->variables come in addition.
 */
const char *childenv_name(size_t n);

/*
 * Returns the n-th variable that `export` must not leave in a shell, or NULL:
 * SDKs prefer it to the credentials.  A name that ends with '*' is a prefix.
 */
const char *childenv_stale(size_t n);

#endif
