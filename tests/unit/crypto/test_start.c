#include <string.h>

#include "base/error.h"
#include "base/secbuf.h"
#include "crypto/jwe.h"
#include "crypto/start.h"
#include "support/check.h"
#include "support/mem_failing.h"

#define PASSPHRASE "canary-7f3a-canary-7f3a"

static int blocks_seen;
static int secrets_seen;

static void look(const unsigned char *block, size_t size)
{
	blocks_seen++;
	if (memmem(block, size, "canary", 6))
		secrets_seen++;
}

/* libcrypto's blocks are freed by our allocator, with no secret in them. */
static void libcrypto_frees_overwritten_memory(void **state)
{
	struct secbuf *passphrase = secbuf_from(PASSPHRASE);
	struct secbuf *salt = secbuf_from("salt");
	struct error err = { 0 };
	struct secbuf *key;

	(void)state;
	crypto_start();
	mem_look(look);
	key = jwe_derive(passphrase, salt, 1, JWE_KEK_LEN, &err);
	secbuf_free(jwe_unwrap(key, key, &err)); /* refused, but it allocates */
	mem_look(NULL);
	assert_non_null(key);
	assert_true(blocks_seen > 0);
	assert_int_equal(secrets_seen, 0);
	secbuf_free(key);
	secbuf_free(salt);
	secbuf_free(passphrase);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(libcrypto_frees_overwritten_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
