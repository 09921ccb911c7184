#include <string.h>

#include "base/error.h"
#include "base/secbuf.h"
#include "crypto/seal.h"
#include "support/check.h"
#include "support/mem_failing.h"

static struct secbuf *key_from(unsigned first, size_t len)
{
	struct secbuf *key = secbuf_new(len);

	for (unsigned i = 0; i < len; i++) {
		uint8_t byte = (uint8_t)(first + i);

		secbuf_add(key, &byte, 1);
	}
	assert_true(secbuf_ok(key));
	return key;
}

/* draft-irtf-cfrg-xchacha-03, A.3.1: the nonce, then the box. */
static const uint8_t published[] = {
	0x40, 0x41, 0x42, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x49, 0x4a, 0x4b,
	0x4c, 0x4d, 0x4e, 0x4f, 0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57,
	0xbd, 0x6d, 0x17, 0x9d, 0x3e, 0x83, 0xd4, 0x3b, 0x95, 0x76, 0x57, 0x94,
	0x93, 0xc0, 0xe9, 0x39, 0x57, 0x2a, 0x17, 0x00, 0x25, 0x2b, 0xfa, 0xcc,
	0xbe, 0xd2, 0x90, 0x2c, 0x21, 0x39, 0x6c, 0xbb, 0x73, 0x1c, 0x7f, 0x1b,
	0x0b, 0x4a, 0xa6, 0x44, 0x0b, 0xf3, 0xa8, 0x2f, 0x4e, 0xda, 0x7e, 0x39,
	0xae, 0x64, 0xc6, 0x70, 0x8c, 0x54, 0xc2, 0x16, 0xcb, 0x96, 0xb7, 0x2e,
	0x12, 0x13, 0xb4, 0x52, 0x2f, 0x8c, 0x9b, 0xa4, 0x0d, 0xb5, 0xd9, 0x45,
	0xb1, 0x1b, 0x69, 0xb9, 0x82, 0xc1, 0xbb, 0x9e, 0x3f, 0x3f, 0xac, 0x2b,
	0xc3, 0x69, 0x48, 0x8f, 0x76, 0xb2, 0x38, 0x35, 0x65, 0xd3, 0xff, 0xf9,
	0x21, 0xf9, 0x66, 0x4c, 0x97, 0x63, 0x7d, 0xa9, 0x76, 0x88, 0x12, 0xf6,
	0x15, 0xc6, 0x8b, 0x13, 0xb5, 0x2e, 0xc0, 0x87, 0x59, 0x24, 0xc1, 0xc7,
	0x98, 0x79, 0x47, 0xde, 0xaf, 0xd8, 0x78, 0x0a, 0xcf, 0x49,
};
static const uint8_t published_beside[] = {
	0x50, 0x51, 0x52, 0x53, 0xc0, 0xc1, 0xc2, 0xc3, 0xc4, 0xc5, 0xc6, 0xc7
};
static const char published_text[] =
	"Ladies and Gentlemen of the class of '99: If I could offer you only "
	"one tip for the future, sunscreen would be it.";

static void opens_the_published_vector(void **state)
{
	struct secbuf *key = key_from(0x80, SEAL_KEY_LEN);
	struct error err = { 0 };
	struct secbuf *plain =
		seal_open(key, published_beside, sizeof(published_beside),
			  published, sizeof(published), &err);

	(void)state;
	assert_non_null(plain);
	assert_string_equal(secbuf_text(plain), published_text);
	secbuf_free(plain);
	secbuf_free(key);
}

static void opens_what_it_closed_at_any_length(void **state)
{
	static const size_t lengths[] = { 0, 1, 63, 64, 65, 4096, 70000 };
	static char plain[70000];
	static uint8_t sealed[70000 + SEAL_NONCE_LEN + SEAL_TAG_LEN];
	struct secbuf *key = key_from(1, SEAL_KEY_LEN);

	(void)state;
	memset(plain, 'x', sizeof(plain));
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		size_t len = lengths[i];
		struct error err = { 0 };
		struct secbuf *back;

		seal_close(key, "beside", 6, plain, len, sealed);
		back = seal_open(key, "beside", 6, sealed,
				 len + SEAL_NONCE_LEN + SEAL_TAG_LEN, &err);
		assert_non_null(back);
		assert_int_equal(secbuf_len(back), len);
		assert_memory_equal(secbuf_text(back), plain, len);
		secbuf_free(back);
	}
	secbuf_free(key);
}

static void takes_a_new_nonce_each_time(void **state)
{
	uint8_t a[3 + SEAL_NONCE_LEN + SEAL_TAG_LEN];
	uint8_t b[sizeof(a)];
	struct secbuf *key = key_from(1, SEAL_KEY_LEN);

	(void)state;
	seal_close(key, NULL, 0, "abc", 3, a);
	seal_close(key, NULL, 0, "abc", 3, b);
	assert_memory_not_equal(a, b, SEAL_NONCE_LEN);
	assert_memory_not_equal(a + SEAL_NONCE_LEN, b + SEAL_NONCE_LEN, 3);
	secbuf_free(key);
}

static void refuse(const struct secbuf *key, const void *beside, size_t n,
		   const uint8_t *sealed, size_t len)
{
	long before = secbuf_alive();
	struct error err = { 0 };

	assert_null(seal_open(key, beside, n, sealed, len, &err));
	assert_int_equal(err.code, ERROR_KEYRING);
	assert_int_equal(secbuf_alive(), before);
}

static void refuses_any_change(void **state)
{
	uint8_t sealed[sizeof(published)];
	struct secbuf *key = key_from(0x80, SEAL_KEY_LEN);
	struct secbuf *other = key_from(0x81, SEAL_KEY_LEN);
	struct secbuf *cut = key_from(0x80, SEAL_KEY_LEN - 1);
	size_t n = sizeof(published_beside);

	(void)state;
	for (size_t i = 0; i < sizeof(published); i++) {
		memcpy(sealed, published, sizeof(sealed));
		sealed[i] ^= 1;
		refuse(key, published_beside, n, sealed, sizeof(sealed));
		refuse(key, published_beside, n, published, i);
	}
	refuse(key, published_beside, n - 1, published, sizeof(published));
	refuse(other, published_beside, n, published, sizeof(published));
	refuse(cut, published_beside, n, published, sizeof(published));
	refuse(NULL, published_beside, n, published, sizeof(published));
	secbuf_free(cut);
	secbuf_free(other);
	secbuf_free(key);
}

/* RFC 7693's function at 32 bytes, as Python's hashlib.blake2b computes it. */
static const uint8_t sum_of_abc[SEAL_SUM_LEN] = {
	0xbd, 0xdd, 0x81, 0x3c, 0x63, 0x42, 0x39, 0x72, 0x31, 0x71, 0xef,
	0x3f, 0xee, 0x98, 0x57, 0x9b, 0x94, 0x96, 0x4e, 0x3b, 0xb1, 0xcb,
	0x3e, 0x42, 0x72, 0x62, 0xc8, 0xc0, 0x68, 0xd5, 0x23, 0x19,
};
static const uint8_t mark_of_abc[SEAL_SUM_LEN] = {
	0xd6, 0x3a, 0x32, 0xd3, 0xe4, 0x47, 0x38, 0xd7, 0x90, 0x7f, 0x96,
	0x43, 0x16, 0xc2, 0x41, 0xad, 0xab, 0xa0, 0xab, 0xfe, 0xab, 0xc3,
	0x23, 0x49, 0x67, 0x75, 0x78, 0xa1, 0x5a, 0x20, 0x3f, 0x7f,
};

static void sums_and_marks_as_blake2b_does(void **state)
{
	struct secbuf *key = key_from(0, SEAL_KEY_LEN);
	struct secbuf *other = key_from(1, SEAL_KEY_LEN);
	struct secbuf *cut = key_from(0, SEAL_KEY_LEN - 1);
	uint8_t got[SEAL_SUM_LEN];

	(void)state;
	seal_sum("abc", 3, got);
	assert_memory_equal(got, sum_of_abc, sizeof(got));
	seal_mark(key, "abc", 3, got);
	assert_memory_equal(got, mark_of_abc, sizeof(got));
	assert_true(seal_mark_fits(key, "abc", 3, mark_of_abc));
	assert_false(seal_mark_fits(key, "abd", 3, mark_of_abc));
	assert_false(seal_mark_fits(other, "abc", 3, mark_of_abc));
	assert_false(seal_mark_fits(cut, "abc", 3, mark_of_abc));
	assert_false(seal_mark_fits(NULL, "abc", 3, mark_of_abc));
	secbuf_free(cut);
	secbuf_free(other);
	secbuf_free(key);
}

static void survives_any_allocation_failing(void **state)
{
	struct secbuf *key = key_from(0x80, SEAL_KEY_LEN);
	struct secbuf *plain = NULL;
	long n;

	(void)state;
	for (n = 0; !plain; n++) {
		struct error err = { 0 };

		mem_fail_after(n);
		plain = seal_open(key, published_beside,
				  sizeof(published_beside), published,
				  sizeof(published), &err);
		assert_true((plain != NULL) != mem_has_failed());
		if (!plain)
			assert_int_equal(err.code, ERROR_MEMORY);
		mem_fail_after(-1);
	}
	assert_int_equal(n, 2); /* secbuf.c has its pages already */
	secbuf_free(plain);
	secbuf_free(key);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(opens_the_published_vector),
		cmocka_unit_test(opens_what_it_closed_at_any_length),
		cmocka_unit_test(takes_a_new_nonce_each_time),
		cmocka_unit_test(refuses_any_change),
		cmocka_unit_test(sums_and_marks_as_blake2b_does),
		cmocka_unit_test(survives_any_allocation_failing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
