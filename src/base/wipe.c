#include "base/wipe.h"

#include <stdalign.h>
#include <stdint.h>
#include <string.h>

#include "base/mem.h"

#define STACK_LEN 65536 /* bytes; TLS and a request have used less */

/* Precedes the bytes that the library sees. */
struct prefix {
	alignas(max_align_t) size_t size;
};

static struct prefix *prefix_of(void *p)
{
	return (struct prefix *)((char *)p - sizeof(struct prefix));
}

void *wipe_malloc(size_t size)
{
	return wipe_calloc(1, size);
}

void *wipe_calloc(size_t count, size_t size)
{
	struct prefix *p;

	if (size > 0 && count > (SIZE_MAX - sizeof(*p)) / size)
		return NULL;
	p = mem_alloc(sizeof(*p) + count * size);
	if (!p)
		return NULL;
	p->size = count * size;
	return p + 1;
}

void wipe_free(void *p)
{
	struct prefix *prefix;

	if (!p)
		return;
	prefix = prefix_of(p);
	explicit_bzero(p, prefix->size);
	mem_free(prefix);
}

void *wipe_realloc(void *p, size_t size)
{
	void *bigger = wipe_malloc(size);

	if (!bigger || !p)
		return bigger;
	memcpy(bigger, p,
	       prefix_of(p)->size < size ? prefix_of(p)->size : size);
	wipe_free(p);
	return bigger;
}

char *wipe_strdup(const char *text)
{
	size_t len = strlen(text) + 1;
	char *copy = wipe_malloc(len);

	if (copy)
		memcpy(copy, text, len);
	return copy;
}

__attribute__((noinline)) void wipe_stack(void)
{
	char dead[STACK_LEN];

	explicit_bzero(dead, sizeof(dead));
}
