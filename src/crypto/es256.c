#include "crypto/es256.h"

#include <limits.h>
#include <string.h>

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "base/error.h"
#include "base/secbuf.h"

#define CURVE   "prime256v1" /* libcrypto's name of P-256 */
#define DER_MAX 80           /* bytes of two INTEGERs of 33 in a SEQUENCE */

/* libcrypto would ask on the terminal for the passphrase of a key. */
/* NOLINTNEXTLINE(readability-non-const-parameter): the type is libcrypto's */
static int no_passphrase(char *out, int size, int writing, void *self)
{
	(void)out;
	(void)size;
	(void)writing;
	(void)self;
	return -1;
}

static bool is_p256(const EVP_PKEY *key)
{
	char name[64];
	size_t len = 0;

	return EVP_PKEY_get_base_id(key) == EVP_PKEY_EC &&
	       EVP_PKEY_get_group_name(key, name, sizeof(name), &len) == 1 &&
	       strcmp(name, CURVE) == 0;
}

/* Reads the key, for EVP_PKEY_free(). */
static EVP_PKEY *read_key(const struct secbuf *pem, struct error *err)
{
	size_t len = secbuf_len(pem);
	BIO *bio = len <= INT_MAX ? BIO_new_mem_buf(secbuf_text(pem), (int)len)
				  : NULL;
	EVP_PKEY *key =
		bio ? PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, NULL)
		    : NULL;

	if (!bio) {
		(void)error_memory(err);
	} else if (!key || !is_p256(key)) {
		EVP_PKEY_free(key);
		key = NULL;
		(void)error_fail(err, REASON_BAD_EC_KEY);
	}
	(void)BIO_free(bio);
	ERR_clear_error();
	return key;
}

static bool failed(struct error *err)
{
	ERR_clear_error();
	return error_fail(err, REASON_CRYPTO_FAILED, .action = "libcrypto",
			  .other = "ECDSA");
}

static bool get_part(const EVP_PKEY *key, const char *name,
		     uint8_t part[static ES256_PART_LEN])
{
	BIGNUM *number = NULL;
	bool ok = EVP_PKEY_get_bn_param(key, name, &number) == 1 &&
		  BN_bn2binpad(number, part, ES256_PART_LEN) == ES256_PART_LEN;

	BN_free(number);
	return ok;
}

bool es256_public(const struct secbuf *pem,
		  uint8_t point[static 2 * ES256_PART_LEN], struct error *err)
{
	EVP_PKEY *key = read_key(pem, err);
	bool ok;

	if (!key)
		return false;
	ok = get_part(key, OSSL_PKEY_PARAM_EC_PUB_X, point) &&
	     get_part(key, OSSL_PKEY_PARAM_EC_PUB_Y, point + ES256_PART_LEN);
	EVP_PKEY_free(key);
	return ok || failed(err);
}

/* Writes a signature in DER (RFC 3279, section 2.2.3) as two numbers. */
static bool unpack(const uint8_t *der, size_t len,
		   uint8_t signature[static 2 * ES256_PART_LEN])
{
	ECDSA_SIG *parts = d2i_ECDSA_SIG(NULL, &der, (long)len);
	bool ok = parts &&
		  BN_bn2binpad(ECDSA_SIG_get0_r(parts), signature,
			       ES256_PART_LEN) == ES256_PART_LEN &&
		  BN_bn2binpad(ECDSA_SIG_get0_s(parts),
			       signature + ES256_PART_LEN,
			       ES256_PART_LEN) == ES256_PART_LEN;

	ECDSA_SIG_free(parts);
	return ok;
}

bool es256_sign(const struct secbuf *pem, const void *bytes, size_t len,
		uint8_t signature[static 2 * ES256_PART_LEN], struct error *err)
{
	EVP_PKEY *key = read_key(pem, err);
	EVP_MD_CTX *context = key ? EVP_MD_CTX_new() : NULL;
	uint8_t der[DER_MAX];
	size_t der_len = sizeof(der);
	bool ok;

	if (!key)
		return false;
	ok = context &&
	     EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, key) == 1 &&
	     EVP_DigestSign(context, der, &der_len, bytes, len) == 1 &&
	     unpack(der, der_len, signature);
	EVP_MD_CTX_free(context);
	EVP_PKEY_free(key);
	return ok || failed(err);
}
