#include "crypto/seal.h"

#include <sodium.h>
#include <string.h>

#include "base/error.h"
#include "base/secbuf.h"

_Static_assert(SEAL_KEY_LEN == crypto_aead_xchacha20poly1305_ietf_KEYBYTES &&
		       SEAL_NONCE_LEN ==
			       crypto_aead_xchacha20poly1305_ietf_NPUBBYTES &&
		       SEAL_TAG_LEN ==
			       crypto_aead_xchacha20poly1305_ietf_ABYTES,
	       "libsodium's lengths");

/*
 * Chooses libsodium's code for this processor, which takes a sixth of the time of
 * its portable code.  The first call does this; it cannot fail in a way that
 * leaves the ciphers unusable.
 */
static void start(void)
{
	(void)!sodium_init();
}

static const unsigned char *bytes_of(const struct secbuf *sb)
{
	return (const unsigned char *)secbuf_text(sb);
}

/* Ends the program if a key has the wrong length: that is a bug. */
static void check_key(const struct secbuf *key)
{
	if (secbuf_len(key) != SEAL_KEY_LEN)
		sodium_misuse();
}

void seal_close(const struct secbuf *key, const void *beside, size_t beside_len,
		const void *plain, size_t plain_len, uint8_t *out)
{
	start();
	check_key(key);
	randombytes_buf(out, SEAL_NONCE_LEN);
	(void)crypto_aead_xchacha20poly1305_ietf_encrypt(
		out + SEAL_NONCE_LEN, NULL, plain, plain_len, beside,
		beside_len, NULL, out, bytes_of(key));
}

struct secbuf *seal_open(const struct secbuf *key, const void *beside,
			 size_t beside_len, const uint8_t *sealed,
			 size_t sealed_len, struct error *err)
{
	struct secbuf *plain;
	size_t len, room;
	char *at;

	if (secbuf_len(key) != SEAL_KEY_LEN ||
	    sealed_len < SEAL_NONCE_LEN + SEAL_TAG_LEN) {
		(void)error_fail(err, REASON_NOT_SEALED);
		return NULL;
	}
	len = sealed_len - SEAL_NONCE_LEN - SEAL_TAG_LEN;
	plain = secbuf_new(len + 1); /* never empty: there is an address */
	at = secbuf_room(plain, &room);
	if (!at) {
		(void)error_memory(err);
		return NULL;
	}
	start();
	if (crypto_aead_xchacha20poly1305_ietf_decrypt(
		    (unsigned char *)at, NULL, NULL, sealed + SEAL_NONCE_LEN,
		    sealed_len - SEAL_NONCE_LEN, beside, beside_len, sealed,
		    bytes_of(key)) != 0) {
		(void)error_fail(err, REASON_SEAL_BROKEN);
		secbuf_free(plain);
		return NULL;
	}
	secbuf_grew(plain, len);
	return plain;
}

void seal_sum(const void *bytes, size_t len, uint8_t sum[static SEAL_SUM_LEN])
{
	start();
	(void)crypto_generichash(sum, SEAL_SUM_LEN, bytes, len, NULL, 0);
}

void seal_mark(const struct secbuf *key, const void *bytes, size_t len,
	       uint8_t mark[static SEAL_SUM_LEN])
{
	start();
	check_key(key);
	(void)crypto_generichash(mark, SEAL_SUM_LEN, bytes, len, bytes_of(key),
				 SEAL_KEY_LEN);
}

bool seal_mark_fits(const struct secbuf *key, const void *bytes, size_t len,
		    const uint8_t mark[static SEAL_SUM_LEN])
{
	uint8_t own[SEAL_SUM_LEN];

	if (secbuf_len(key) != SEAL_KEY_LEN)
		return false;
	seal_mark(key, bytes, len, own);
	return sodium_memcmp(own, mark, sizeof(own)) == 0;
}

struct secbuf *seal_key_for(const struct secbuf *key, const char *use,
			    struct error *err)
{
	struct secbuf *made = secbuf_new(SEAL_KEY_LEN);
	size_t room;
	char *at = secbuf_room(made, &room);

	if (at && secbuf_len(key) == SEAL_KEY_LEN) {
		seal_mark(key, use, strlen(use), (uint8_t *)at);
		secbuf_grew(made, SEAL_KEY_LEN);
		return made;
	}
	secbuf_free(made);
	if (at)
		(void)error_fail(err, REASON_SEAL_BROKEN);
	else
		(void)error_memory(err);
	return NULL;
}
