#include <string.h>

#include "crypto/digest.h"
#include "support/check.h"

static const char *mac_of(const void *key, size_t key_len, const char *data,
			  char hex[static DIGEST_HEX_LEN])
{
	uint8_t mac[DIGEST_LEN];

	digest_hmac(key, key_len, data, strlen(data), mac);
	digest_hex(mac, hex);
	return hex;
}

/* FIPS 180-2, B.1. */
static void hashes_as_the_standard_does(void **state)
{
	char hex[DIGEST_HEX_LEN];

	(void)state;
	digest_sha256_hex("abc", 3, hex);
	assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223"
				 "b00361a396177a9cb410ff61f20015ad");
}

/* RFC 4231, 4.3 and 4.7: a short key, and one longer than a block. */
static void authenticates_as_the_standard_does(void **state)
{
	uint8_t long_key[131];
	char hex[DIGEST_HEX_LEN];

	(void)state;
	memset(long_key, 0xaa, sizeof(long_key));
	assert_string_equal(mac_of("Jefe", 4, "what do ya want for nothing?",
				   hex),
			    "5bdcc146bf60754e6a042426089575c7"
			    "5a003f089d2739839dec58b964ec3843");
	assert_string_equal(
		mac_of(long_key, sizeof(long_key),
		       "Test Using Larger Than Block-Size Key - Hash Key First",
		       hex),
		"60e431591ee0b67f0d8a26aacbf5b77f"
		"8e0bc6213728c5140546040f0ee37f54");
}

/* SigV4 derives its key in place. */
static void may_write_over_its_key(void **state)
{
	uint8_t key[DIGEST_LEN] = "key";
	uint8_t apart[DIGEST_LEN];

	(void)state;
	digest_hmac(key, sizeof(key), "x", 1, apart);
	digest_hmac(key, sizeof(key), "x", 1, key);
	assert_memory_equal(key, apart, DIGEST_LEN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hashes_as_the_standard_does),
		cmocka_unit_test(authenticates_as_the_standard_does),
		cmocka_unit_test(may_write_over_its_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
