#ifndef CRYPTO_RANDOM_H
#define CRYPTO_RANDOM_H

#include <stddef.h>

/* Bytes that nobody can foretell: the kernel's, through libsodium. */
void random_fill(void *bytes, size_t len);

#endif
