#ifndef CMD_CHILDENV_H
#define CMD_CHILDENV_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attrs.h"

struct credentials;
struct error;

/* An environment for a child, in one block of secret memory. */
struct childenv;

/*
 * base without any variable that could win over ours or that holds a secret of
 * ours, and with those that say creds, region (or NULL) and profile: SPEC
 * section 8.  base is borrowed for the call.  NULL, with err filled, when out
 * of memory.  Free with childenv_free().
 */
struct childenv *childenv_new(char *const base[],
			      const struct credentials *creds,
			      const char *region, const char *profile,
			      struct error *err) MUST_CHECK;

/* Borrowed; ends with NULL, as execve() wants it. */
char *const *childenv_pointers(const struct childenv *env);

void childenv_free(struct childenv *env);

/* The names that childenv_new() sets, for explain: the n-th, or NULL. */
const char *childenv_name(size_t n);

#endif
