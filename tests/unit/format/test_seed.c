#include <string.h>

#include "base/error.h"
#include "base/secbuf.h"
#include "format/seed.h"
#include "support/check.h"
#include "support/facts.h"
#include "support/mem_failing.h"

static void reads(const char *text, const char *want)
{
	struct secbuf *in = secbuf_from(text);
	struct secbuf *seed = NULL;
	struct error err = { 0 };

	if (!seed_parse(in, &seed, &err))
		fail_msg("%s: %s", text, facts_show(&err));
	assert_int_equal(secbuf_len(seed), strlen(want));
	assert_memory_equal(secbuf_text(seed), want, strlen(want));
	secbuf_free(seed);
	secbuf_free(in);
}

/* "12345678901234567890" */
#define BASE32 "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
#define RAW    "12345678901234567890"

static void reads_what_people_paste(void **state)
{
	(void)state;
	reads(BASE32, RAW);
	reads("  gezd-gnbv gy3t-qojq\tgezd gnbv gy3t qojq \n", RAW);
	reads(BASE32 "======", RAW);
	reads("otpauth://totp/x?secret=" BASE32, RAW);
	reads("OTPAUTH://TOTP/A:b@c?issuer=A&SECRET=" BASE32
	      "&digits=6&period=30&algorithm=sha1",
	      RAW);
	reads("otpauth://totp/x?secret=GEZD%20GNBV%2dGY3T"
	      "QOJQGEZDGNBVGY3TQOJQ%3D",
	      RAW);
}

static void refuses(const char *text, const char *why)
{
	struct secbuf *in = secbuf_from(text);
	struct secbuf *seed = NULL;
	struct error err = { 0 };
	char facts[FACTS_LEN];

	assert_false(seed_parse(in, &seed, &err));
	assert_null(seed);
	assert_int_equal(err.code, ERROR_USAGE);
	assert_string_equal(facts_of(&err, facts), why);
	secbuf_free(in);
}

static void refuses_the_rest(void **state)
{
	(void)state;
	refuses("", "seed-too-short");
	refuses("JBSWY3DP", "seed-too-short");
	refuses(BASE32 "0", "seed-not-base32");
	refuses(BASE32 "=A", "seed-not-base32");
	refuses(BASE32 "A", "seed-cut");
	refuses(BASE32 "AAA", "seed-cut");
	refuses(BASE32 "AAAAAA", "seed-cut");
	refuses("otpauth://totp/x?secret=" BASE32 "%3", "seed-not-base32");
	refuses("https://x/?secret=" BASE32, "seed-not-totp");
	refuses("otpauth://totp/x", "seed-without-secret");
	refuses("otpauth://totp/x?secret=" BASE32 "&digits=8",
		"seed-unsupported expected=6 digits");
}

static void writes_base32(void **state)
{
	struct secbuf *seed = secbuf_from(RAW);
	struct secbuf *text = seed_base32(seed);

	(void)state;
	assert_string_equal(secbuf_text(text), BASE32);
	secbuf_free(text);
	secbuf_free(seed);
}

static void survives_any_allocation_failing(void **state)
{
	struct secbuf *text = secbuf_from("otpauth://totp/x?secret=" BASE32);
	bool failed;
	long n = 0;

	(void)state;
	do {
		struct secbuf *seed = NULL, *back = NULL;
		struct error err = { 0 };
		bool ok;

		mem_fail_after(n++);
		ok = seed_parse(text, &seed, &err) &&
		     (back = seed_base32(seed)) != NULL;
		failed = mem_has_failed();
		mem_fail_after(-1);
		assert_int_equal(ok, !failed);
		secbuf_free(seed);
		secbuf_free(back);
	} while (failed);
	secbuf_free(text);
	assert_int_equal(secbuf_alive(), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_what_people_paste),
		cmocka_unit_test(refuses_the_rest),
		cmocka_unit_test(writes_base32),
		cmocka_unit_test(survives_any_allocation_failing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
