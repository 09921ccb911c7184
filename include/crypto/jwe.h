#ifndef CRYPTO_JWE_H
#define CRYPTO_JWE_H

#include <stddef.h>
#include <stdint.h>

#include "base/attrs.h"

struct error;
struct secbuf;

/*
 * Decrypts a JWE of "PBES2-HS256+A128KW" and "A256GCM" (RFC 7518, sections 4.8
 * and 5.3) with libcrypto.  Each function returns a new secbuf that the caller
 * owns, or NULL: ERROR_KEYRING if the key does not fit or a bit was changed,
 * ERROR_MEMORY, ERROR_SYSTEM if libcrypto does not support the algorithm.
 */
#define JWE_KEK_LEN 16 /* bytes of a key for JWE_A128KW */
#define JWE_KEY_LEN 32 /* for A256GCM */
#define JWE_IV_LEN  12
#define JWE_TAG_LEN 16

/*
 * Derives a key of len bytes with PBKDF2-HMAC-SHA-256 (RFC 8018, section 5.2)
 * and at least one round.
 */
struct secbuf *jwe_derive(const struct secbuf *passphrase,
			  const struct secbuf *salt, unsigned rounds,
			  size_t len, struct error *err) MUST_CHECK;

/*
 * Unwraps a key with AES key wrap (RFC 3394, section 2.2.2). kek has
 * JWE_KEK_LEN bytes.
 */
struct secbuf *jwe_unwrap(const struct secbuf *kek,
			  const struct secbuf *wrapped,
			  struct error *err) MUST_CHECK;

/*
 * A text encrypted with AES-256-GCM (NIST SP 800-38D), and its associated data.
 */
struct jwe_box {
	const struct secbuf *iv; /* of JWE_IV_LEN; all borrowed */
	const struct secbuf *sealed;
	const struct secbuf *tag; /* of JWE_TAG_LEN */
	const char *beside;
	size_t beside_len;
};

/* Decrypts a box with a key of JWE_KEY_LEN bytes. */
struct secbuf *jwe_open(const struct secbuf *key, const struct jwe_box *box,
			struct error *err) MUST_CHECK;

#endif
