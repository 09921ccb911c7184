#include "base/secbuf.h"

#include <sys/mman.h>

#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

#define SLOTS      16 /* of the pool: more than a command has at a time */
#define SLOT_PAGES 4

struct secbuf {
	char *bytes; /* start of the usable pages */
	size_t len;
	size_t cap;
	void *map; /* guard page, usable pages, guard page; NULL: in the pool */
	size_t map_len;
	bool locked;
	bool failed;
};

/*
 * The pool has a few pages for each of the small buffers, and a guard page before
 * and after them.  Pages that a buffer does not need are inaccessible, too.  The
 * pool is mapped, locked and excluded from core files at once: to do so for each
 * buffer was a tenth of a cached call.
 */
static struct {
	char *map; /* guard page, pages, guard page, pages, ... guard page */
	bool locked;
	bool used[SLOTS];
} pool;

static long alive;

static size_t page_size(void)
{
	static size_t known;

	if (known == 0)
		known = (size_t)sysconf(_SC_PAGESIZE);
	return known;
}

static size_t pool_len(void)
{
	return (SLOTS * ((size_t)SLOT_PAGES + 1) + 1) * page_size();
}

static char *slot_pages(size_t slot)
{
	return pool.map + ((slot * (SLOT_PAGES + 1) + 1) * page_size());
}

/* Returns the length of the pages for a number of bytes. */
static size_t whole_pages(size_t need)
{
	return (need + page_size() - 1) / page_size() * page_size();
}

/* Pages are locked when they are first written: guard pages never are. */
static bool pool_open(void)
{
	if (pool.map)
		return true;
	pool.map = mem_map(pool_len());
	if (!pool.map)
		return false;
#ifndef ROLEKEY_VALGRIND /* it knows mlock(2) alone */
	pool.locked = mlock2(pool.map, pool_len(), MLOCK_ONFAULT) == 0;
#endif
	(void)madvise(pool.map, pool_len(), MADV_DONTDUMP);
	return true;
}

/* Unmaps the pool with its last buffer. */
static void pool_close(void)
{
	if (pool.map && memchr(pool.used, true, sizeof(pool.used)) == NULL) {
		mem_unmap(pool.map, pool_len());
		pool.map = NULL;
	}
}

/* Returns SLOTS if all are used. */
static size_t free_slot(void)
{
	const bool *found = memchr(pool.used, false, sizeof(pool.used));

	return found ? (size_t)(found - pool.used) : SLOTS;
}

static bool take_slot(struct secbuf *sb, size_t slot, size_t need)
{
	size_t len = whole_pages(need);

	if (!pool_open())
		return false;
	sb->bytes = slot_pages(slot);
	if (mprotect(sb->bytes, len, PROT_READ | PROT_WRITE) != 0) {
		pool_close();
		return false;
	}
	pool.used[slot] = true;
	sb->locked = pool.locked || mlock(sb->bytes, len) == 0;
	return true;
}

/* The bytes are overwritten already. */
static void return_slot(const struct secbuf *sb)
{
	size_t page = (size_t)(sb->bytes - pool.map) / page_size();

	(void)mprotect(sb->bytes, whole_pages(sb->cap + 1), PROT_NONE);
	pool.used[page / (SLOT_PAGES + 1)] = false;
	pool_close();
}

/*
 * Maps pages for need bytes between two guard pages: the mapping is
 * inaccessible, and the middle is made accessible.
 */
static bool map_guarded(struct secbuf *sb, size_t need)
{
	size_t page = page_size();
	size_t inner;

	if (need > SIZE_MAX - 3 * page)
		return false;
	inner = whole_pages(need);
	sb->map_len = inner + 2 * page;
	sb->map = mem_map(sb->map_len);
	if (!sb->map)
		return false;
	sb->bytes = (char *)sb->map + page;
	if (mprotect(sb->bytes, inner, PROT_READ | PROT_WRITE) != 0) {
		mem_unmap(sb->map, sb->map_len);
		return false;
	}
	sb->locked = mlock(sb->bytes, inner) == 0;
	(void)madvise(sb->bytes, inner, MADV_DONTDUMP);
	return true;
}

static bool find_pages(struct secbuf *sb, size_t need)
{
	size_t slot = free_slot();

	return need <= SLOT_PAGES * page_size() && slot < SLOTS
		       ? take_slot(sb, slot, need)
		       : map_guarded(sb, need);
}

struct secbuf *secbuf_new(size_t cap)
{
	struct secbuf *sb = mem_alloc(sizeof(*sb));

	if (!sb)
		return NULL;
	sb->cap = cap;
	if (cap == SIZE_MAX || !find_pages(sb, cap + 1)) {
		mem_free(sb);
		return NULL;
	}
	alive++;
	return sb;
}

struct secbuf *secbuf_from(const char *text)
{
	struct secbuf *sb = secbuf_new(strlen(text));

	secbuf_puts(sb, text);
	return sb;
}

void secbuf_free(struct secbuf *sb)
{
	if (!sb)
		return;
	explicit_bzero(sb->bytes, sb->cap + 1);
	if (sb->map)
		mem_unmap(sb->map, sb->map_len);
	else
		return_slot(sb);
	mem_free(sb);
	alive--;
}

long secbuf_alive(void)
{
	return alive;
}

void secbuf_add(struct secbuf *sb, const void *bytes, size_t len)
{
	if (!secbuf_ok(sb))
		return;
	if (len > sb->cap - sb->len) {
		sb->failed = true;
		return;
	}
	if (len > 0)
		memcpy(sb->bytes + sb->len, bytes, len);
	sb->len += len;
	sb->bytes[sb->len] = '\0';
}

void secbuf_puts(struct secbuf *sb, const char *text)
{
	secbuf_add(sb, text, strlen(text));
}

void secbuf_join(struct secbuf *sb, const struct secbuf *more)
{
	if (secbuf_ok(more))
		secbuf_add(sb, more->bytes, more->len);
	else if (sb)
		sb->failed = true;
}

char *secbuf_room(struct secbuf *sb, size_t *room)
{
	*room = secbuf_ok(sb) ? sb->cap - sb->len : 0;
	return *room > 0 ? sb->bytes + sb->len : NULL;
}

void secbuf_grew(struct secbuf *sb, size_t by)
{
	if (!secbuf_ok(sb))
		return;
	if (by > sb->cap - sb->len) {
		sb->failed = true;
		return;
	}
	sb->len += by;
	sb->bytes[sb->len] = '\0';
}

void secbuf_cut(struct secbuf *sb, size_t len)
{
	if (!sb || len >= sb->len)
		return;
	explicit_bzero(sb->bytes + len, sb->len - len);
	sb->len = len;
}

char *secbuf_edit(struct secbuf *sb)
{
	return sb ? sb->bytes : NULL;
}

bool secbuf_ok(const struct secbuf *sb)
{
	return sb && !sb->failed;
}

const char *secbuf_text(const struct secbuf *sb)
{
	return sb ? sb->bytes : "";
}

size_t secbuf_len(const struct secbuf *sb)
{
	return sb ? sb->len : 0;
}

bool secbuf_is_locked(const struct secbuf *sb)
{
	return sb && sb->locked;
}

bool secbuf_equal(const struct secbuf *a, const struct secbuf *b)
{
	const char *x = secbuf_text(a);
	const char *y = secbuf_text(b);
	size_t len = secbuf_len(a);
	unsigned char diff = 0;

	if (len != secbuf_len(b))
		return false;
	for (size_t i = 0; i < len; i++)
		diff |= (unsigned char)((unsigned char)x[i] ^
					(unsigned char)y[i]);
	return diff == 0;
}
