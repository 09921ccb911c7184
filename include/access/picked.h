#ifndef ACCESS_PICKED_H
#define ACCESS_PICKED_H

#include <stdint.h>

#include "base/attrs.h"

struct arena;
struct world;

/*
 * The profiles that the user picked before, in the picker and in the portal: a
 * file in the folder for state, in the format of pick/history.h.  It has no
 * secret.
 */
struct picked;

/*
 * Reads the file.  Without one that can be read, nothing was picked yet.  NULL
 * when out of memory.  Free with picked_free(); arena must live as long.
 */
struct picked *picked_read(const struct world *world,
			   struct arena *arena) MUST_CHECK;
void picked_free(struct picked *picked);

/* Returns how often and how recently a profile was picked; 0: never. */
int64_t picked_score(const struct picked *picked, const char *profile);

/*
 * Notes a choice in the file, once after picked_read().  A failure is ignored.
 * If another process does so at the same time, one of both choices is lost.
 */
void picked_note(struct picked *picked, const char *profile);

#endif
