#ifndef BASE_WIPE_H
#define BASE_WIPE_H

#include <stddef.h>

/*
 * Replace malloc() and its kin in libraries that copy secrets (libcurl,
 * expat, jansson, libcrypto): each block is overwritten before it is freed or
 * moved.  A prefix stores the size of a block, so blocks of these functions and
 * of libc must not be mixed.
 */
void *wipe_malloc(size_t size);
void *wipe_calloc(size_t count, size_t size);
void *wipe_realloc(void *p, size_t size);
char *wipe_strdup(const char *text);
void wipe_free(void *p);

/*
 * Overwrites the stack below the caller, where the functions that it called
 * have left their buffers, and where the dynamic linker saves vector registers
 * when a function is called for the first time.
 */
void wipe_stack(void);

#endif
