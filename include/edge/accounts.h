#ifndef EDGE_ACCOUNTS_H
#define EDGE_ACCOUNTS_H

#include <sys/types.h>

#include <stdbool.h>
#include <stddef.h>

#include "base/attrs.h"

/*
 * The system's database of users and groups.  glibc loads libraries to read it,
 * which a static program should not: bin/rolekey has functions of its own
 * (main/accounts.c), which know nobody, and hands over where it would need one.
 */

/* Writes the home directory of this user. False if it is not known. */
bool accounts_home(char *home, size_t size) MUST_CHECK;

/* Writes the login name of this user. False if it is not known. */
bool accounts_login(char *login, size_t size) MUST_CHECK;

/* Tests whether others are in the group, or this cannot be determined. */
bool accounts_has_others(gid_t group);

#endif
