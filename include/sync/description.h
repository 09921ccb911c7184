#ifndef SYNC_DESCRIPTION_H
#define SYNC_DESCRIPTION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attrs.h"

struct arena;
struct secbuf;

/* What the comment of a profile in a managed block says. */
struct description {
	const char *profile;
	const char *account; /* the id */
	const char *text;    /* the account's name */
	const char *ou;      /* the path of its unit; "" at the root */
};

/*
 * Reads the descriptions in all managed blocks of a config file, sorted by
 * profile, in arena.  A damaged block ends the list.  text may be NULL.  False
 * when out of memory.
 */
bool description_read(const struct secbuf *text, struct arena *arena,
		      struct description **list, size_t *n) MUST_CHECK;

/* Finds the description of a profile, or NULL. */
const struct description *description_find(const struct description *list,
					   size_t n, const char *profile);

#endif
