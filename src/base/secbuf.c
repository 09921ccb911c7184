#include "base/secbuf.h"

#include <sys/mman.h>

#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

struct secbuf {
	char *bytes; /* start of the usable pages */
	size_t len;
	size_t cap;
	void *map; /* guard page, usable pages, guard page */
	size_t map_len;
	bool locked;
	bool failed;
};

static long alive;

/*
 * Maps pages for need bytes between two guard pages: the mapping is
 * inaccessible, and the middle is made accessible.
 */
static bool map_guarded(struct secbuf *sb, size_t need)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t inner;

	if (need > SIZE_MAX - 3 * page)
		return false;
	inner = (need + page - 1) / page * page;
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

struct secbuf *secbuf_new(size_t cap)
{
	struct secbuf *sb = mem_alloc(sizeof(*sb));

	if (!sb)
		return NULL;
	sb->cap = cap;
	if (cap == SIZE_MAX || !map_guarded(sb, cap + 1)) {
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
	mem_unmap(sb->map, sb->map_len);
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
