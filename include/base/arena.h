#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attrs.h"

/*
 * Memory for public facts that live as long as the command: the parsed
 * configuration, the plan, argument lists.  Given back all at once, so what is
 * in it has no owner to find and no free to forget.  Never for secrets.
 */
struct arena;

struct arena *arena_new(void) MUST_CHECK;
void arena_free(struct arena *a);

/* False once there was no memory for a piece: what was made may lack parts. */
bool arena_ok(const struct arena *a) MUST_CHECK;

/* Zeroed and aligned for any type. NULL when out of memory. */
void *arena_alloc(struct arena *a, size_t size) MUST_CHECK;
char *arena_strdup(struct arena *a, const char *text) MUST_CHECK;
char *arena_strndup(struct arena *a, const char *text, size_t len) MUST_CHECK;
char *arena_printf(struct arena *a, const char *fmt, ...)
	PRINTF_LIKE(2, 3) MUST_CHECK;

/*
 * For a list that grows: room for one more item of size bytes behind the n
 * there are, which begins as NULL and 0.  Gives back items, or a longer copy
 * of it; so n pieces cost no more than 2n.  NULL when out of memory.
 */
void *arena_room(struct arena *a, void *items, size_t n,
		 size_t size) MUST_CHECK;

#endif
