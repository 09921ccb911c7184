#ifndef BASE_SECBUF_H
#define BASE_SECBUF_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attrs.h"

/*
 * A secret: bytes that must not reach swap, a core file, a log or a freed
 * block.  Access keys, session tokens, passphrases, MFA codes, SSO tokens and
 * any text that holds one live here and nowhere else in our own memory.
 *
 * The bytes lie in pages of their own, between two guard pages, locked in RAM
 * and left out of core files.  The capacity is fixed when the buffer is made,
 * so filling it never moves the bytes and never leaves a copy behind.  The
 * struct is opaque, so it cannot be copied by assignment or printed by
 * accident.
 */
struct secbuf;

/*
 * A buffer for up to cap bytes, and a NUL after them.  Free with
 * secbuf_free().  NULL when out of memory; every function here takes NULL for
 * a buffer that has failed and is empty, so one secbuf_ok() at the end covers
 * the making too.  If the pages cannot be locked (RLIMIT_MEMLOCK) the buffer is
 * still given, and secbuf_is_locked() says false.
 */
struct secbuf *secbuf_new(size_t cap) MUST_CHECK;

/* Wipe, then give back. */
void secbuf_free(struct secbuf *sb);

/*
 * Append.  What does not fit is not written at all, and the failure is sticky,
 * as in strbuf.h: later appends do nothing and secbuf_ok() says false.
 */
void secbuf_add(struct secbuf *sb, const void *bytes, size_t len);
void secbuf_puts(struct secbuf *sb, const char *text);
bool secbuf_ok(const struct secbuf *sb) MUST_CHECK;

/* Append one buffer to another. */
void secbuf_join(struct secbuf *sb, const struct secbuf *more);

/*
 * For what fills the pages itself, read(2) above all: the free room behind the
 * bytes, and then how much of it was used.  room is 0 for a failed buffer.
 */
char *secbuf_room(struct secbuf *sb, size_t *room);
void secbuf_grew(struct secbuf *sb, size_t by);

/* Wipe the bytes from len on (no more than there are). */
void secbuf_cut(struct secbuf *sb, size_t len);

/*
 * The bytes to change in place, for a parser that ends its pieces with NUL
 * where they lie.  Their number stays secbuf_len().
 */
char *secbuf_edit(struct secbuf *sb);

/* A buffer that holds text and no more. NULL when out of memory. */
struct secbuf *secbuf_from(const char *text) MUST_CHECK;

/* Borrowed; valid until secbuf_free(). Always NUL-terminated. */
const char *secbuf_text(const struct secbuf *sb);
size_t secbuf_len(const struct secbuf *sb);
bool secbuf_is_locked(const struct secbuf *sb);

/* Compares in time that depends on the lengths alone. */
bool secbuf_equal(const struct secbuf *a, const struct secbuf *b);

/*
 * For tests: how many secbufs there are.  A walk that ends with more than it
 * began with has lost a secret in memory.
 */
long secbuf_alive(void);

#endif
