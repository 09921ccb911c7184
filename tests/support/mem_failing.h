#ifndef SUPPORT_MEM_FAILING_H
#define SUPPORT_MEM_FAILING_H

#include <stdbool.h>
#include <stddef.h>

/* Lets n calls succeed and the next one fail; with a negative n none fails. */
void mem_fail_after(long n);

/* Tests whether that failure has happened. */
bool mem_has_failed(void);

/* Sets the result of mem_block_len(); 1 by default. */
void mem_set_block_len(size_t len);

/* Returns the number of allocated blocks of the heap. */
long mem_alive(void);

/*
 * Calls look with each block of the heap before it is freed; NULL stops this.
 */
void mem_look(void (*look)(const unsigned char *block, size_t size));

#endif
