#ifndef CRYPTO_ES256_H
#define CRYPTO_ES256_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attrs.h"

struct error;
struct secbuf;

/*
 * Signs with ECDSA on the curve P-256 and SHA-256, by libcrypto: "ES256" of RFC
 * 7518, section 3.4.  The private key is PEM (RFC 5915 or RFC 5958), without a
 * passphrase.  ERROR_CONFIG (REASON_BAD_EC_KEY) if it is not such a key;
 * ERROR_MEMORY; ERROR_SYSTEM if libcrypto fails.
 */
#define ES256_PART_LEN 32 /* bytes of a coordinate, or of half a signature */

/* Writes the public key: x and y, big-endian. */
bool es256_public(const struct secbuf *pem,
		  uint8_t point[static 2 * ES256_PART_LEN],
		  struct error *err) MUST_CHECK;

/* Writes the signature of len bytes: r and s, big-endian. */
bool es256_sign(const struct secbuf *pem, const void *bytes, size_t len,
		uint8_t signature[static 2 * ES256_PART_LEN],
		struct error *err) MUST_CHECK;

#endif
