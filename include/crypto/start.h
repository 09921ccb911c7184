#ifndef CRYPTO_START_H
#define CRYPTO_START_H

/*
 * Gives libcrypto allocators that overwrite memory before it is freed.  Call
 * once, before libcrypto is used.
 */
void crypto_start(void);

#endif
