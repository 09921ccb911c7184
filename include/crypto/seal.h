#ifndef CRYPTO_SEAL_H
#define CRYPTO_SEAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attrs.h"

struct error;
struct secbuf;

/*
 * XChaCha20-Poly1305 (libsodium's crypto_aead_xchacha20poly1305_ietf): a fresh
 * random nonce with each sealing, and data beside it that is not hidden but
 * cannot be changed.  To seal with a key of another length than SEAL_KEY_LEN is
 * a fault of the program and ends it.
 */
#define SEAL_KEY_LEN   32
#define SEAL_NONCE_LEN 24
#define SEAL_TAG_LEN   16

/*
 * Seal plain with key: out gets the nonce, then the box (plain's length and a
 * tag).  out has room for SEAL_NONCE_LEN + plain + SEAL_TAG_LEN bytes.
 */
void seal_close(const struct secbuf *key, const void *beside, size_t beside_len,
		const void *plain, size_t plain_len, uint8_t *out);

/*
 * Open what seal_close() made, into a new secbuf of the caller's.  NULL if the
 * key is another or a bit was changed (err: ERROR_KEYRING), or no memory.
 */
struct secbuf *seal_open(const struct secbuf *key, const void *beside,
			 size_t beside_len, const uint8_t *sealed,
			 size_t sealed_len, struct error *err) MUST_CHECK;

/* BLAKE2b-256 of public bytes: a checksum. */
#define SEAL_SUM_LEN 32
void seal_sum(const void *bytes, size_t len, uint8_t sum[static SEAL_SUM_LEN]);

/*
 * The same keyed: made by who has the key, told by who has it.  The bytes are
 * public and so is the mark.  A key of another length fits nothing.
 */
void seal_mark(const struct secbuf *key, const void *bytes, size_t len,
	       uint8_t mark[static SEAL_SUM_LEN]);
bool seal_mark_fits(const struct secbuf *key, const void *bytes, size_t len,
		    const uint8_t mark[static SEAL_SUM_LEN]) MUST_CHECK;

/*
 * A key (the caller's) for one use of another, which it says nothing of:
 * BLAKE2b-256 of the use's name, keyed with that.  NULL: ERROR_MEMORY, or
 * ERROR_KEYRING for a key of another length.
 */
struct secbuf *seal_key_for(const struct secbuf *key, const char *use,
			    struct error *err) MUST_CHECK;

#endif
