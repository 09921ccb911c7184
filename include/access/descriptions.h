#ifndef ACCESS_DESCRIPTIONS_H
#define ACCESS_DESCRIPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attrs.h"

struct arena;
struct description;
struct error;
struct request;
struct world;

/* What managed blocks of the config file say about profiles. */
struct descriptions {
	struct description *list; /* sync/description.h */
	size_t n;
};

/*
 * Reads the config file again, because a parsed text has lost its comments, and
 * the descriptions in it; they are in arena.
 */
bool descriptions_read(const struct request *request, const struct world *world,
		       struct arena *arena, struct descriptions *descriptions,
		       struct error *err) MUST_CHECK;

#endif
