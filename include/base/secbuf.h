#ifndef BASE_SECBUF_H
#define BASE_SECBUF_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attrs.h"

/*
 * Holds a secret: bytes that must not reach swap, a core file, a log or a freed
 * block.  Access keys, session tokens, passphrases, MFA codes, SSO tokens and
 * texts that contain one are kept here, and nowhere else in memory of our own.
 *
 * The bytes are in pages of their own, between two guard pages, locked in RAM
 * and excluded from core files.  The pages are inaccessible once the buffer is
 * freed.  The capacity is fixed, so filling the buffer
 * never moves the bytes and never leaves a copy.  The struct is opaque: it
 * cannot be copied by assignment or printed by accident.
 */
struct secbuf;

/*
 * Makes a buffer for up to cap bytes and a NUL after them.  Free with
 * secbuf_free().  NULL when out of memory.  Every function here treats NULL as
 * an empty buffer that has failed, so one secbuf_ok() at the end also covers
 * the allocation.  If the pages cannot be locked (RLIMIT_MEMLOCK) the buffer is
 * returned nevertheless, and secbuf_is_locked() is false.
 */
struct secbuf *secbuf_new(size_t cap) MUST_CHECK;

/* Overwrites the bytes and frees the buffer. NULL is allowed. */
void secbuf_free(struct secbuf *sb);

/*
 * Append bytes or text.  If they do not fit, nothing is written, and the
 * failure is sticky as in strbuf.h: later appends do nothing and secbuf_ok()
 * returns false.
 */
void secbuf_add(struct secbuf *sb, const void *bytes, size_t len);
void secbuf_puts(struct secbuf *sb, const char *text);
bool secbuf_ok(const struct secbuf *sb) MUST_CHECK;

/* Appends the content of another buffer. */
void secbuf_join(struct secbuf *sb, const struct secbuf *more);

/*
 * Let a caller such as read(2) fill the pages itself: secbuf_room() returns the
 * free space after the bytes and sets *room to its size, 0 for a failed buffer;
 * secbuf_grew() then adds the bytes that were written there.
 */
char *secbuf_room(struct secbuf *sb, size_t *room);
void secbuf_grew(struct secbuf *sb, size_t by);

/*
 * Shortens the buffer to len bytes and overwrites the rest.  Does nothing if
 * the buffer is shorter.
 */
void secbuf_cut(struct secbuf *sb, size_t len);

/*
 * Returns the bytes for changes in place, such as a parser that ends its tokens
 * with NUL. secbuf_len() does not change.
 */
char *secbuf_edit(struct secbuf *sb);

/*
 * Makes a buffer of exactly the length of text, with its content.  NULL when
 * out of memory.
 */
struct secbuf *secbuf_from(const char *text) MUST_CHECK;

/*
 * Return the bytes, borrowed until secbuf_free() and always NUL-terminated,
 * their number, and whether the pages are locked.
 */
const char *secbuf_text(const struct secbuf *sb);
size_t secbuf_len(const struct secbuf *sb);
bool secbuf_is_locked(const struct secbuf *sb);

/* Compares in a time that depends only on the lengths. */
bool secbuf_equal(const struct secbuf *a, const struct secbuf *b);

/*
 * Returns how many buffers exist.  For tests: a walk that ends with more than
 * it began with has lost a secret in memory.
 */
long secbuf_alive(void);

#endif
