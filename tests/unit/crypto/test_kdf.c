#include <string.h>

#include "base/error.h"
#include "base/secbuf.h"
#include "crypto/kdf.h"
#include "support/check.h"
#include "support/mem_failing.h"

static const uint8_t salt[KDF_SALT_LEN] = { 0, 1, 2,  3,  4,  5,  6,  7,
					    8, 9, 10, 11, 12, 13, 14, 15 };

/*
 * Results of the reference implementation (libargon2's argon2id_hash_raw, one
 * lane) for the same input.
 */
static const struct {
	const char *passphrase;
	struct kdf_cost cost;
	uint8_t key[32];
} vectors[] = {
	{ "password",
	  { 1, 8 },
	  {
		  0x3a, 0x00, 0x89, 0x63, 0xc6, 0x5f, 0x7f, 0xfa,
		  0x73, 0x31, 0xa9, 0x0b, 0xab, 0xd1, 0xfd, 0x17,
		  0xea, 0x9f, 0x03, 0xbd, 0x05, 0x35, 0x6b, 0x85,
		  0x7c, 0xeb, 0x43, 0xf7, 0xb7, 0x08, 0x0a, 0xdc,
	  } },
	{ "password",
	  { 2, 64 },
	  {
		  0x71, 0x68, 0x82, 0x82, 0x1d, 0xf7, 0x7b, 0xc6,
		  0x41, 0x43, 0x58, 0xb0, 0x71, 0x59, 0xfb, 0x63,
		  0xca, 0x1c, 0x90, 0xbe, 0xae, 0xb9, 0xd0, 0xca,
		  0x0e, 0x43, 0xbd, 0x88, 0x7d, 0xcf, 0x2c, 0xa9,
	  } },
	{ "",
	  { 1, 8 },
	  {
		  0x31, 0xed, 0x41, 0xe2, 0xd7, 0x3f, 0x27, 0xfd,
		  0xfe, 0x4e, 0xb4, 0xbe, 0xc6, 0x51, 0x34, 0x1e,
		  0x58, 0xba, 0x43, 0x47, 0x70, 0x51, 0xc6, 0xfe,
		  0x4a, 0xda, 0xd7, 0x35, 0xd8, 0x2e, 0xe0, 0x8a,
	  } },
	{ "correct horse battery staple",
	  { 3, 65536 },
	  {
		  0x0d, 0x1a, 0x3c, 0x65, 0x23, 0xc8, 0xf0, 0x6e,
		  0x4e, 0x0a, 0xf9, 0xc5, 0x15, 0xaa, 0x5b, 0x54,
		  0x48, 0xcf, 0xeb, 0xd6, 0x83, 0x8f, 0x2d, 0x52,
		  0xc3, 0xd8, 0xb6, 0xef, 0x8d, 0xdc, 0x3c, 0x2e,
	  } },
};

static void derives_what_the_reference_implementation_does(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		struct secbuf *passphrase = secbuf_from(vectors[i].passphrase);
		struct error err = { 0 };
		struct secbuf *key =
			kdf_derive(passphrase, salt, vectors[i].cost, &err);

		print_message("%s\n", vectors[i].passphrase);
		assert_non_null(key);
		assert_int_equal(secbuf_len(key), 32);
		assert_memory_equal(secbuf_text(key), vectors[i].key, 32);
		secbuf_free(key);
		secbuf_free(passphrase);
	}
}

static void refuses_a_cost_out_of_bounds(void **state)
{
	static const struct kdf_cost costs[] = {
		{ 0, 64 }, { KDF_PASSES_MAX + 1, 64 }, { UINT32_MAX, 64 },
		{ 1, 0 },  { 1, KDF_MEMORY_MAX + 1 },  { 1, UINT32_MAX },
		{ 1, 7 },
	};
	struct secbuf *passphrase = secbuf_from("password");

	(void)state;
	for (size_t i = 0; i < sizeof(costs) / sizeof(costs[0]); i++) {
		struct error err = { 0 };

		assert_null(kdf_derive(passphrase, salt, costs[i], &err));
		assert_int_equal(err.code, ERROR_KEYRING);
	}
	secbuf_free(passphrase);
}

static void survives_any_allocation_failing(void **state)
{
	struct secbuf *passphrase = secbuf_from("password");
	struct secbuf *key = NULL;
	long n;

	(void)state;
	for (n = 0; !key; n++) {
		struct error err = { 0 };

		mem_fail_after(n);
		key = kdf_derive(passphrase, salt, vectors[0].cost, &err);
		assert_true((key != NULL) != mem_has_failed());
		if (!key)
			assert_int_equal(err.code, ERROR_MEMORY);
		mem_fail_after(-1);
	}
	assert_int_equal(n, 2);
	secbuf_free(key);
	secbuf_free(passphrase);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			derives_what_the_reference_implementation_does),
		cmocka_unit_test(refuses_a_cost_out_of_bounds),
		cmocka_unit_test(survives_any_allocation_failing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
