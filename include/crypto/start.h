#ifndef CRYPTO_START_H
#define CRYPTO_START_H

/*
 * Give libcrypto wiping allocators.  Once, before anything else has used it:
 * the first thing in the full executable.
 */
void crypto_start(void);

#endif
