#include "crypto/jwe.h"

#include <limits.h>
#include <stdbool.h>

#include <openssl/evp.h>

#include "base/error.h"
#include "base/secbuf.h"

#define BLOCK       8  /* bytes: unit of key wrap */
#define WRAPPED_MIN 24 /* RFC 3394: two blocks of key and one more */

static const unsigned char *bytes_of(const struct secbuf *sb)
{
	return (const unsigned char *)secbuf_text(sb);
}

static bool is_another(struct error *err)
{
	return error_fail(err, REASON_SEAL_BROKEN);
}

/*
 * Makes a buffer and returns its space for len bytes; err says why there is
 * none.
 */
static unsigned char *room_for(size_t len, struct secbuf **out,
			       struct error *err)
{
	size_t room = 0;
	char *at;

	*out = secbuf_new(len + 1); /* never empty: there is an address */
	at = secbuf_room(*out, &room);
	if (!at)
		(void)error_memory(err);
	return (unsigned char *)at;
}

static struct secbuf *finish(struct secbuf *out, size_t len, bool ok)
{
	if (ok) {
		secbuf_grew(out, len);
		return out;
	}
	secbuf_free(out);
	return NULL;
}

static EVP_CIPHER_CTX *new_context(struct error *err)
{
	EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();

	if (!context)
		(void)error_memory(err);
	return context;
}

struct secbuf *jwe_derive(const struct secbuf *passphrase,
			  const struct secbuf *salt, unsigned rounds,
			  size_t len, struct error *err)
{
	size_t pass_len = secbuf_len(passphrase);
	struct secbuf *key = NULL;
	unsigned char *at = room_for(len, &key, err);
	bool ok = false;

	if (at && pass_len <= INT_MAX && secbuf_len(salt) <= INT_MAX &&
	    rounds >= 1 && rounds <= INT_MAX && len <= INT_MAX)
		ok = PKCS5_PBKDF2_HMAC(secbuf_text(passphrase), (int)pass_len,
				       bytes_of(salt), (int)secbuf_len(salt),
				       (int)rounds, EVP_sha256(), (int)len,
				       at) == 1;
	if (at && !ok)
		(void)error_fail(err, REASON_CRYPTO_FAILED,
				 .action = "libcrypto", .other = "PBKDF2");
	return finish(key, len, ok);
}

/* Unwraps a whole number of blocks, at least three. */
static bool unwrap(EVP_CIPHER_CTX *context, const struct secbuf *kek,
		   const struct secbuf *wrapped, unsigned char *at)
{
	int n = 0;

	EVP_CIPHER_CTX_set_flags(context, EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
	return EVP_DecryptInit_ex(context, EVP_aes_128_wrap(), NULL,
				  bytes_of(kek), NULL) == 1 &&
	       EVP_DecryptUpdate(context, at, &n, bytes_of(wrapped),
				 (int)secbuf_len(wrapped)) == 1 &&
	       (size_t)n == secbuf_len(wrapped) - BLOCK;
}

struct secbuf *jwe_unwrap(const struct secbuf *kek,
			  const struct secbuf *wrapped, struct error *err)
{
	size_t len = secbuf_len(wrapped);
	EVP_CIPHER_CTX *context;
	struct secbuf *key = NULL;
	unsigned char *at;
	bool ok = false;

	if (secbuf_len(kek) != JWE_KEK_LEN || len % BLOCK != 0 ||
	    len < WRAPPED_MIN || len > INT_MAX) {
		(void)is_another(err);
		return NULL;
	}
	context = new_context(err);
	at = context ? room_for(len, &key, err) : NULL;
	if (at)
		ok = unwrap(context, kek, wrapped, at) || is_another(err);
	EVP_CIPHER_CTX_free(context);
	return finish(key, len - BLOCK, ok);
}

static bool decrypt(EVP_CIPHER_CTX *context, const struct secbuf *key,
		    const struct jwe_box *box, unsigned char *at)
{
	unsigned char tag[JWE_TAG_LEN];
	int n = 0;

	for (size_t i = 0; i < JWE_TAG_LEN; i++) /* OpenSSL's is not const */
		tag[i] = bytes_of(box->tag)[i];
	return EVP_DecryptInit_ex(context, EVP_aes_256_gcm(), NULL,
				  bytes_of(key), bytes_of(box->iv)) == 1 &&
	       EVP_DecryptUpdate(context, NULL, &n,
				 (const unsigned char *)box->beside,
				 (int)box->beside_len) == 1 &&
	       EVP_DecryptUpdate(context, at, &n, bytes_of(box->sealed),
				 (int)secbuf_len(box->sealed)) == 1 &&
	       EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_SET_TAG,
				   (int)sizeof(tag), tag) == 1 &&
	       EVP_DecryptFinal_ex(context, at + n, &n) == 1;
}

static bool is_box(const struct secbuf *key, const struct jwe_box *box)
{
	return secbuf_len(key) == JWE_KEY_LEN &&
	       secbuf_len(box->iv) == JWE_IV_LEN &&
	       secbuf_len(box->tag) == JWE_TAG_LEN &&
	       secbuf_len(box->sealed) < INT_MAX && box->beside_len <= INT_MAX;
}

struct secbuf *jwe_open(const struct secbuf *key, const struct jwe_box *box,
			struct error *err)
{
	EVP_CIPHER_CTX *context;
	struct secbuf *plain = NULL;
	unsigned char *at;
	bool ok = false;

	if (!is_box(key, box)) {
		(void)is_another(err);
		return NULL;
	}
	context = new_context(err);
	at = context ? room_for(secbuf_len(box->sealed), &plain, err) : NULL;
	if (at)
		ok = decrypt(context, key, box, at) || is_another(err);
	EVP_CIPHER_CTX_free(context);
	return finish(plain, secbuf_len(box->sealed), ok);
}
