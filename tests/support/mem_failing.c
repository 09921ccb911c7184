#include "support/mem_failing.h"

#include <sys/mman.h>

#include <malloc.h>
#include <stdlib.h>

#include "base/mem.h"

#if __has_include(<valgrind/memcheck.h>)
#include <valgrind/memcheck.h>
#else
#define VALGRIND_MAKE_MEM_DEFINED(p, size) ((void)0)
#endif

static long left = -1;
static long alive;
static size_t block_len = 1;
static bool failed;
static void (*looks)(const unsigned char *block, size_t size);

void mem_look(void (*look)(const unsigned char *block, size_t size))
{
	looks = look;
}

void mem_fail_after(long n)
{
	left = n;
	failed = false;
}

bool mem_has_failed(void)
{
	return failed;
}

long mem_alive(void)
{
	return alive;
}

void mem_set_block_len(size_t len)
{
	block_len = len;
}

size_t mem_block_len(void)
{
	return block_len;
}

static bool fails_now(void)
{
	bool now = left == 0;

	if (left >= 0)
		left--;
	failed = failed || now;
	return now;
}

void *mem_alloc(size_t size)
{
	void *p = fails_now() ? NULL : calloc(1, size);

	alive += p != NULL;
	return p;
}

void *mem_resize(void *p, size_t size)
{
	void *bigger = fails_now() ? NULL : realloc(p, size);

	alive += bigger && !p;
	return bigger;
}

void mem_free(void *p)
{
	if (p && looks) {
		/* The hook may read bytes that were never written. */
		VALGRIND_MAKE_MEM_DEFINED(p, malloc_usable_size(p));
		looks(p, malloc_usable_size(p));
	}
	alive -= p != NULL;
	free(p);
}

void *mem_map(size_t size)
{
	void *p;

	if (fails_now())
		return NULL;
	p = mmap(NULL, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	return p == MAP_FAILED ? NULL : p;
}

void mem_unmap(void *p, size_t size)
{
	(void)munmap(p, size);
}
