#ifndef BASE_MARK_H
#define BASE_MARK_H

#include <stdbool.h>

/*
 * Distinguishes variables that an outer rolekey set from those of the user.
 * With each variable that says where requests go, exec and export set a mark of
 * the same value: ROLEKEY_AWS_REGION for AWS_REGION.  A variable that still has
 * the value of its mark belongs to the outer profile, and means nothing for
 * another one.
 */
#define MARK_PREFIX "ROLEKEY_"

/* Tests whether an entry, "NAME=value", is a mark. */
bool mark_is_mark(const char *entry);

/* Tests whether an outer rolekey set the variable, and nobody changed it. */
bool mark_is_ours(char *const *environment, const char *name);

/*
 * Returns the user's value of a variable, as text_env() does.  NULL if it is not
 * set, or if an outer rolekey set it.
 */
const char *mark_env(char *const *environment, const char *name);

#endif
