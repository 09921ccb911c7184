#include "base/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"

struct block {
	struct block *next;
	size_t used, cap;
	alignas(max_align_t) char bytes[];
};

struct arena {
	struct block *blocks; /* the one with room first */
	bool failed;
};

struct arena *arena_new(void)
{
	return mem_alloc(sizeof(struct arena));
}

void arena_free(struct arena *a)
{
	struct block *next;

	if (!a)
		return;
	for (struct block *b = a->blocks; b; b = next) {
		next = b->next;
		mem_free(b);
	}
	mem_free(a);
}

/* Keeps one block, so that a loop of small tasks allocates nothing. */
void arena_reset(struct arena *a)
{
	struct block *next;

	for (struct block *b = a->blocks; b && b->next; b = next) {
		next = b->next;
		mem_free(b);
		a->blocks = next;
	}
	if (!a->blocks)
		return;
	memset(a->blocks->bytes, 0, a->blocks->used);
	a->blocks->used = 0;
}

bool arena_ok(const struct arena *a)
{
	return !a->failed;
}

static struct block *add_block(struct arena *a, size_t need)
{
	const size_t usual = mem_block_len();
	size_t cap = need > usual ? need : usual;
	struct block *b;

	if (need > SIZE_MAX - sizeof(*b))
		return NULL;
	b = mem_alloc(sizeof(*b) + cap);
	if (!b)
		return NULL;
	b->cap = cap;
	if (a->blocks && cap > usual) { /* full at once: keep the other */
		b->next = a->blocks->next;
		a->blocks->next = b;
	} else {
		b->next = a->blocks;
		a->blocks = b;
	}
	return b;
}

void *arena_alloc(struct arena *a, size_t size)
{
	const size_t grain = alignof(max_align_t);
	struct block *b = a->blocks;
	void *p;

	if (size > SIZE_MAX - grain)
		goto fail;
	size = (size + grain - 1) / grain * grain;
	if (!b || size > b->cap - b->used)
		b = add_block(a, size);
	if (!b)
		goto fail;
	p = b->bytes + b->used;
	b->used += size;
	return p;

fail:
	a->failed = true;
	return NULL;
}

char *arena_strndup(struct arena *a, const char *text, size_t len)
{
	char *copy = arena_alloc(a, len == SIZE_MAX ? len : len + 1);

	if (copy && len > 0)
		memcpy(copy, text, len);
	return copy;
}

char *arena_strdup(struct arena *a, const char *text)
{
	return arena_strndup(a, text, strlen(text));
}

/* Formats at once where the text will be, if there is room for it. */
char *arena_printf(struct arena *a, const char *fmt, ...)
{
	struct block *b = a->blocks;
	size_t room = b ? b->cap - b->used : 0;
	char *at = room > 0 ? b->bytes + b->used : NULL;
	va_list ap;
	char *text;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(at, room, fmt, ap);
	va_end(ap);
	text = n < 0 ? NULL : arena_alloc(a, (size_t)n + 1);
	if (text && text == at)
		return text;
	if (at)
		memset(at, 0, room); /* arena_alloc() returns zeroed memory */
	if (!text)
		return NULL;
	va_start(ap, fmt);
	(void)vsnprintf(text, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return text;
}

#define FIRST_ROOM 4 /* items; a power of two */

void *arena_room(struct arena *a, void *items, size_t n, size_t size)
{
	size_t room = n == 0 ? FIRST_ROOM : 2 * n;
	void *more;

	if (n > 0 && (n < FIRST_ROOM || (n & (n - 1)) != 0))
		return items;
	if (room > SIZE_MAX / size)
		return NULL;
	more = arena_alloc(a, room * size);
	if (more && n > 0)
		memcpy(more, items, n * size);
	return more;
}
