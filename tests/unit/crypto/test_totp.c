#include "base/error.h"
#include "base/secbuf.h"
#include "crypto/base64.h"
#include "crypto/totp.h"
#include "support/check.h"
#include "support/mem_failing.h"

#define RFC_SEED "12345678901234567890"

static void is(int64_t step, const char *want)
{
	struct secbuf *seed = secbuf_from(RFC_SEED);
	struct secbuf *code = NULL;
	struct error err = { 0 };

	assert_true(totp_code(seed, step, &code, &err));
	assert_string_equal(secbuf_text(code), want);
	secbuf_free(code);
	secbuf_free(seed);
}

/* RFC 6238, appendix B: the last six of its eight digits. */
static void has_the_codes_of_rfc_6238(void **state)
{
	(void)state;
	is(59 / TOTP_STEP, "287082");
	is(1111111109 / TOTP_STEP, "081804");
	is(1111111111 / TOTP_STEP, "050471");
	is(1234567890 / TOTP_STEP, "005924");
	is(2000000000 / TOTP_STEP, "279037");
	is(20000000000 / TOTP_STEP, "353130");
}

/* RFC 4226, appendix D. */
static void has_the_codes_of_rfc_4226(void **state)
{
	static const char *const codes[] = { "755224", "287082", "359152",
					     "969429", "338314", "254676",
					     "287922", "162583", "399871",
					     "520489" };

	(void)state;
	for (int64_t i = 0; i < 10; i++)
		is(i, codes[i]);
}

/* Seeds of one SHA-1 block, of a byte more, and the longest; computed by Python. */
static void takes_a_seed_of_any_length(void **state)
{
	static const struct {
		size_t len;
		const char *code;
	} cases[] = { { 64, "779409" }, { 65, "403651" }, { 128, "459718" } };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct secbuf *seed = secbuf_new(cases[i].len);
		struct secbuf *code = NULL;
		struct error err = { 0 };

		for (size_t n = 0; n < cases[i].len; n++)
			secbuf_add(seed, &"1234567890"[n % 10], 1);
		assert_true(totp_code(seed, 1, &code, &err));
		assert_string_equal(secbuf_text(code), cases[i].code);
		secbuf_free(code);
		secbuf_free(seed);
	}
}

static void decode(const char *text, const char *want)
{
	struct secbuf *in = secbuf_from(text);
	struct secbuf *out = base64_decode(in);

	assert_int_equal(out != NULL, want != NULL);
	if (want)
		assert_string_equal(secbuf_text(out), want);
	secbuf_free(out);
	secbuf_free(in);
}

/* RFC 4648, section 10. */
static void reads_base64(void **state)
{
	(void)state;
	decode("", "");
	decode("Zg==", "f");
	decode("Zm8=", "fo");
	decode("Zm9vYmFy", "foobar");
	decode("Zm9v!", NULL);
	decode("Zg", NULL);
}

static void survives_any_allocation_failing(void **state)
{
	struct secbuf *seed = secbuf_from(RFC_SEED);
	long n = 0;
	bool failed;

	(void)state;
	do {
		struct secbuf *code = NULL;
		struct error err = { 0 };
		bool ok;

		mem_fail_after(n++);
		ok = totp_code(seed, 1, &code, &err);
		failed = mem_has_failed();
		mem_fail_after(-1);
		assert_int_equal(ok, code != NULL);
		assert_true(ok || err.code == ERROR_MEMORY);
		secbuf_free(code);
	} while (failed);
	secbuf_free(seed);
	assert_int_equal(secbuf_alive(), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(has_the_codes_of_rfc_6238),
		cmocka_unit_test(has_the_codes_of_rfc_4226),
		cmocka_unit_test(takes_a_seed_of_any_length),
		cmocka_unit_test(reads_base64),
		cmocka_unit_test(survives_any_allocation_failing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
