#include <string.h>

#include "base/error.h"
#include "crypto/digest.h"
#include "crypto/start.h"
#include "support/check.h"
#include "support/mem_failing.h"

#define KEY "canary-7f3a-canary-7f3a"

static int blocks_seen;
static int keys_seen;

static void context(const unsigned char *block, size_t size)
{
	blocks_seen++;
	if (memmem(block, size, "canary", 6))
		keys_seen++;
}

/* libcrypto's blocks pass through our door, and no key is in them then. */
static void libcrypto_gives_back_wiped_memory(void **state)
{
	uint8_t mac[DIGEST_LEN];
	char hex[DIGEST_HEX_LEN];
	struct error err = { 0 };

	(void)state;
	crypto_start();
	mem_look(context);
	assert_true(digest_hmac(KEY, strlen(KEY), KEY, strlen(KEY), mac, &err));
	assert_true(digest_sha256_hex(KEY, strlen(KEY), hex, &err));
	mem_look(NULL);
	assert_true(blocks_seen > 0);
	assert_int_equal(keys_seen, 0);
}

static void digests_are_those_of_the_standards(void **state)
{
	/* FIPS 180-2 B.1, and RFC 4231 4.3 */
	static const char data[] = "what do ya want for nothing?";
	uint8_t mac[DIGEST_LEN];
	char hex[DIGEST_HEX_LEN];
	struct error err = { 0 };

	(void)state;
	assert_true(digest_sha256_hex("abc", 3, hex, &err));
	assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223"
				 "b00361a396177a9cb410ff61f20015ad");
	assert_true(digest_hmac("Jefe", 4, data, strlen(data), mac, &err));
	digest_hex(mac, hex);
	assert_string_equal(hex, "5bdcc146bf60754e6a042426089575c7"
				 "5a003f089d2739839dec58b964ec3843");
}

/* The mac may lie where the key does: the chain of SigV4 does so. */
static void the_mac_may_take_the_keys_place(void **state)
{
	uint8_t key[DIGEST_LEN] = "key";
	uint8_t apart[DIGEST_LEN];
	struct error err = { 0 };

	(void)state;
	assert_true(digest_hmac(key, sizeof(key), "x", 1, apart, &err));
	assert_true(digest_hmac(key, sizeof(key), "x", 1, key, &err));
	assert_memory_equal(key, apart, DIGEST_LEN);
}

/* libcrypto does without some blocks: then the mac must be right all the same. */
static void survives_any_allocation_failing(void **state)
{
	uint8_t want[DIGEST_LEN];
	struct error err = { 0 };
	bool failed = true;
	long n;

	(void)state;
	assert_true(digest_hmac(KEY, strlen(KEY), "x", 1, want, &err));
	for (n = 0; failed; n++) {
		uint8_t mac[DIGEST_LEN];
		bool done;

		mem_fail_after(n);
		done = digest_hmac(KEY, strlen(KEY), "x", 1, mac, &err);
		failed = mem_has_failed();
		mem_fail_after(-1);
		assert_true(done || failed);
		if (done)
			assert_memory_equal(mac, want, DIGEST_LEN);
		else
			assert_int_equal(err.code, ERROR_SYSTEM);
	}
	print_message("%ld allocations failed one by one\n", n - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(libcrypto_gives_back_wiped_memory),
		cmocka_unit_test(digests_are_those_of_the_standards),
		cmocka_unit_test(the_mac_may_take_the_keys_place),
		cmocka_unit_test(survives_any_allocation_failing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
