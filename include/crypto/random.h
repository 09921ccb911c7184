#ifndef CRYPTO_RANDOM_H
#define CRYPTO_RANDOM_H

#include <stddef.h>

/* Fills len bytes with random bytes of the kernel, through libsodium. */
void random_fill(void *bytes, size_t len);

#endif
