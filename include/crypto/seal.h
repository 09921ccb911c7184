#ifndef CRYPTO_SEAL_H
#define CRYPTO_SEAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attrs.h"

struct error;
struct secbuf;

/*
 * Encrypts with XChaCha20-Poly1305 (libsodium's
 * crypto_aead_xchacha20poly1305_ietf): with a new random nonce each time, and
 * with associated data that is authenticated but not encrypted.  Encrypting
 * with a key of another length than SEAL_KEY_LEN is a bug and ends the program.
 */
#define SEAL_KEY_LEN   32
#define SEAL_NONCE_LEN 24
#define SEAL_TAG_LEN   16

/*
 * Encrypts plain with key. out gets the nonce, then the encrypted bytes and the
 * tag, and has room for SEAL_NONCE_LEN + plain_len + SEAL_TAG_LEN bytes. beside
 * is the associated data.
 */
void seal_close(const struct secbuf *key, const void *beside, size_t beside_len,
		const void *plain, size_t plain_len, uint8_t *out);

/*
 * Decrypts the output of seal_close() into a new secbuf that the caller owns.
 * NULL if the key does not fit or a bit was changed (ERROR_KEYRING), or out of
 * memory.
 */
struct secbuf *seal_open(const struct secbuf *key, const void *beside,
			 size_t beside_len, const uint8_t *sealed,
			 size_t sealed_len, struct error *err) MUST_CHECK;

/* Computes BLAKE2b-256 of public bytes, as a checksum. */
#define SEAL_SUM_LEN 32
void seal_sum(const void *bytes, size_t len, uint8_t sum[static SEAL_SUM_LEN]);

/*
 * Compute and verify keyed BLAKE2b-256 of public bytes, which proves the
 * possession of the key.  The mark is public as well.  A key of another length
 * than SEAL_KEY_LEN matches no mark.
 */
void seal_mark(const struct secbuf *key, const void *bytes, size_t len,
	       uint8_t mark[static SEAL_SUM_LEN]);
bool seal_mark_fits(const struct secbuf *key, const void *bytes, size_t len,
		    const uint8_t mark[static SEAL_SUM_LEN]) MUST_CHECK;

/*
 * Derives a key for one use from another key, which it does not disclose:
 * BLAKE2b-256 of the name of the use, keyed with that key.  The caller owns
 * it.  NULL: ERROR_MEMORY, or ERROR_KEYRING for a key of another length.
 */
struct secbuf *seal_key_for(const struct secbuf *key, const char *use,
			    struct error *err) MUST_CHECK;

#endif
