#include <string.h>

#include "base/error.h"
#include "base/secbuf.h"
#include "crypto/es256.h"
#include "support/check.h"
#include "support/facts.h"

/* RFC 7515, appendix A.3, in the form of RFC 5915. */
static const char pem[] =
	"-----BEGIN EC PRIVATE KEY-----\n"
	"MHcCAQEEII6bEJ5xkJi/mASH3x9dd+nLKWBuvtImO19XwhPfhPSyoAoGCCqGSM49\n"
	"AwEHoUQDQgAEf83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEXH8UTNG72b\n"
	"focs3+257rn0s2ldbqkLJK2KRiMohYjlrQ==\n"
	"-----END EC PRIVATE KEY-----\n";
/* The same without its public half, which is optional. */
static const char half[] =
	"-----BEGIN EC PRIVATE KEY-----\n"
	"MDECAQEEII6bEJ5xkJi/mASH3x9dd+nLKWBuvtImO19XwhPfhPSyoAoGCCqGSM49\n"
	"AwEH\n"
	"-----END EC PRIVATE KEY-----\n";
static const uint8_t point[2 * ES256_PART_LEN] = {
	0x7f, 0xcd, 0xce, 0x27, 0x70, 0xf6, 0xc4, 0x5d, 0x41, 0x83, 0xcb,
	0xee, 0x6f, 0xdb, 0x4b, 0x7b, 0x58, 0x07, 0x33, 0x35, 0x7b, 0xe9,
	0xef, 0x13, 0xba, 0xcf, 0x6e, 0x3c, 0x7b, 0xd1, 0x54, 0x45, 0xc7,
	0xf1, 0x44, 0xcd, 0x1b, 0xbd, 0x9b, 0x7e, 0x87, 0x2c, 0xdf, 0xed,
	0xb9, 0xee, 0xb9, 0xf4, 0xb3, 0x69, 0x5d, 0x6e, 0xa9, 0x0b, 0x24,
	0xad, 0x8a, 0x46, 0x23, 0x28, 0x85, 0x88, 0xe5, 0xad
};

static void gives_the_public_key(void **state)
{
	static const char *const keys[] = { pem, half };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct secbuf *key = secbuf_from(keys[i]);
		uint8_t got[sizeof(point)];
		struct error err = { 0 };

		assert_true(es256_public(key, got, &err));
		assert_memory_equal(got, point, sizeof(point));
		secbuf_free(key);
	}
}

/* e2e/login_session verifies signatures by other code. */
static void signs_with_a_number_of_its_own_each_time(void **state)
{
	struct secbuf *key = secbuf_from(pem);
	uint8_t a[2 * ES256_PART_LEN], b[2 * ES256_PART_LEN];
	struct error err = { 0 };

	(void)state;
	assert_true(es256_sign(key, "text", 4, a, &err));
	assert_true(es256_sign(key, "text", 4, b, &err));
	assert_memory_not_equal(a, b, ES256_PART_LEN);
	secbuf_free(key);
}

static void refuses_other_keys(void **state)
{
	static const char *const keys[] = {
		"",
		"text",
		/* the same curve, encrypted: nobody is asked */
		"-----BEGIN EC PRIVATE KEY-----\n"
		"Proc-Type: 4,ENCRYPTED\n"
		"DEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF\n\n"
		"MHcCAQEEII6bEJ5xkJi/mASH3x9dd+nLKWBuvtImO19XwhPfhPSyoAoGCCqG"
		"SM49\n"
		"-----END EC PRIVATE KEY-----\n",
		/* secp256k1 */
		"-----BEGIN EC PRIVATE KEY-----\n"
		"MC4CAQEEII6bEJ5xkJi/mASH3x9dd+nLKWBuvtImO19XwhPfhPSyoAcGBSuB"
		"BAAK\n"
		"-----END EC PRIVATE KEY-----\n",
		/* Ed25519: RFC 8410, section 10.3 */
		"-----BEGIN PRIVATE KEY-----\n"
		"MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9E"
		"dVhC\n"
		"-----END PRIVATE KEY-----\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		struct secbuf *key = secbuf_from(keys[i]);
		uint8_t out[2 * ES256_PART_LEN];
		struct error err = { 0 };

		print_message("%zu\n", i);
		assert_false(es256_public(key, out, &err));
		assert_error(&err, REASON_BAD_EC_KEY);
		assert_false(es256_sign(key, "x", 1, out, &err));
		assert_error(&err, REASON_BAD_EC_KEY);
		secbuf_free(key);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gives_the_public_key),
		cmocka_unit_test(signs_with_a_number_of_its_own_each_time),
		cmocka_unit_test(refuses_other_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
