#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attrs.h"

/*
 * Holds public data that lives as long as the command: the parsed
 * configuration, the plan, argument lists.  Everything is freed at once, so
 * nothing in it has an owner of its own or a free to forget.  Never for secrets
 * (secbuf.h).
 */
struct arena;

/* Makes an empty arena. NULL when out of memory. Free with arena_free(). */
struct arena *arena_new(void) MUST_CHECK;

/*
 * Frees everything allocated from the arena, which can be used again.  A failed
 * allocation stays remembered: arena_ok().
 */
void arena_reset(struct arena *a);

/* Frees the arena and everything allocated from it. NULL is allowed. */
void arena_free(struct arena *a);

/*
 * Returns false if any allocation has failed: data built so far may be
 * incomplete.
 */
bool arena_ok(const struct arena *a) MUST_CHECK;

/*
 * Return memory, or a NUL-terminated copy of a text, that is freed with the
 * arena. arena_alloc() zeroes it and aligns it for any type.  NULL when out of
 * memory.
 */
void *arena_alloc(struct arena *a, size_t size) MUST_CHECK;
char *arena_strdup(struct arena *a, const char *text) MUST_CHECK;
char *arena_strndup(struct arena *a, const char *text, size_t len) MUST_CHECK;
char *arena_printf(struct arena *a, const char *fmt, ...)
	PRINTF_LIKE(2, 3) MUST_CHECK;

/*
 * Makes room for one more item of size bytes in a list that has n.  A list
 * begins as NULL with n = 0.  Returns items, or a longer copy of it; n items
 * cost at most 2n.  NULL when out of memory.
 */
void *arena_room(struct arena *a, void *items, size_t n,
		 size_t size) MUST_CHECK;

#endif
