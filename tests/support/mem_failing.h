#ifndef SUPPORT_MEM_FAILING_H
#define SUPPORT_MEM_FAILING_H

#include <stdbool.h>
#include <stddef.h>

/* Let n calls succeed and fail the one after; a negative n never fails. */
void mem_fail_after(long n);

/* Has that failure happened yet? */
bool mem_has_failed(void);

/* What mem_block_len() answers from now on; 1 at first. */
void mem_set_block_len(size_t len);

/* How many blocks of the heap are out. */
long mem_alive(void);

/* Let look see each block of the heap before it is given back; NULL: no more. */
void mem_look(void (*look)(const unsigned char *block, size_t size));

#endif
