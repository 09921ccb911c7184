#ifndef BASE_WIPE_H
#define BASE_WIPE_H

#include <stddef.h>

/*
 * malloc() and its kin for libraries that copy secrets about (libcurl,
 * libxml2, jansson, libcrypto): each block is wiped before it is given back
 * or moved.  A block knows its size by a prefix, so these and libc's own must
 * not be mixed.
 */
void *wipe_malloc(size_t size);
void *wipe_calloc(size_t count, size_t size);
void *wipe_realloc(void *p, size_t size);
char *wipe_strdup(const char *text);
void wipe_free(void *p);

/*
 * Wipe the stack below the caller, where what it called has left its own: a
 * library's buffers, and vector registers, which the dynamic linker puts there
 * when a function is called for the first time.
 */
void wipe_stack(void);

#endif
