#ifndef CRYPTO_KDF_H
#define CRYPTO_KDF_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attrs.h"

struct error;
struct secbuf;

#define KDF_SALT_LEN 16

/* The cost of Argon2id (RFC 9106, version 0x13, one lane). */
struct kdf_cost {
	uint32_t passes;     /* 1 to KDF_PASSES_MAX */
	uint32_t memory_kib; /* 8 to KDF_MEMORY_MAX */
};

#define KDF_PASSES_MAX 16
#define KDF_MEMORY_MAX \
	1048576 /* KiB: 1 GiB, so that no file can ask for more */

/*
 * Derives a key of 32 bytes from a passphrase.  The caller owns it.  NULL:
 * ERROR_KEYRING if the cost is out of bounds, ERROR_MEMORY if there is not
 * enough memory for it, ERROR_SYSTEM if libsodium cannot start.
 */
struct secbuf *kdf_derive(const struct secbuf *passphrase,
			  const uint8_t salt[static KDF_SALT_LEN],
			  struct kdf_cost cost, struct error *err) MUST_CHECK;

#endif
