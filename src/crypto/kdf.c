#include "crypto/kdf.h"

#include <sodium.h>

#include "base/error.h"
#include "base/secbuf.h"

#define KEY_LEN    32
#define MEMORY_MIN 8 /* KiB */

_Static_assert(KDF_SALT_LEN == crypto_pwhash_argon2id_SALTBYTES,
	       "libsodium's salt");

static bool check_cost(struct kdf_cost cost, struct error *err)
{
	if (cost.passes < 1 || cost.passes > KDF_PASSES_MAX ||
	    cost.memory_kib < MEMORY_MIN || cost.memory_kib > KDF_MEMORY_MAX)
		return error_fail(err, REASON_KDF_COST, .number = cost.passes,
				  .of = cost.memory_kib);
	return true;
}

/*
 * Derives into the space of key.  The cost was checked, so only memory can be
 * missing.
 */
static bool hash(const struct secbuf *passphrase, const uint8_t *salt,
		 struct kdf_cost cost, struct secbuf *key, struct error *err)
{
	size_t room;
	char *at = secbuf_room(key, &room);

	if (!at || crypto_pwhash_argon2id(
			   (unsigned char *)at, KEY_LEN,
			   secbuf_text(passphrase), secbuf_len(passphrase),
			   salt, cost.passes, (size_t)cost.memory_kib * 1024,
			   crypto_pwhash_argon2id_ALG_ARGON2ID13) != 0)
		return error_fail(err, REASON_KDF_MEMORY,
				  .number = cost.memory_kib);
	secbuf_grew(key, KEY_LEN);
	return true;
}

/*
 * Starts libsodium, which selects the fast code for this machine.  Cheap after
 * the first call.
 */
static bool start(struct error *err)
{
	if (sodium_init() < 0)
		return error_fail(err, REASON_CRYPTO_FAILED,
				  .action = "libsodium");
	return true;
}

struct secbuf *kdf_derive(const struct secbuf *passphrase,
			  const uint8_t salt[static KDF_SALT_LEN],
			  struct kdf_cost cost, struct error *err)
{
	struct secbuf *key;

	if (!check_cost(cost, err) || !start(err))
		return NULL;
	key = secbuf_new(KEY_LEN);
	if (!hash(passphrase, salt, cost, key, err)) {
		secbuf_free(key);
		return NULL;
	}
	return key;
}
