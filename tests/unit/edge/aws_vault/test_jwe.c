#include <string.h>

#include "base/error.h"
#include "base/secbuf.h"
#include "edge/aws_vault/aws_vault_internal.h"
#include "support/check.h"
#include "support/facts.h"
#include "support/mem_failing.h"

/* {"Key":"a"}, sealed by python3-jwcrypto with "correct horse". */
#define HEADER                                                           \
	"eyJhbGciOiJQQkVTMi1IUzI1NitBMTI4S1ciLCJjcmVhdGVkIjoiMjAyNC0wNS" \
	"0wMSAxMDoxMToxMi4xMzE0MTUgKzAyMDAgQ0VTVCBtPSszLjE0MTU5MjY1MyIs" \
	"ImVuYyI6IkEyNTZHQ00iLCJwMmMiOjgxOTIsInAycyI6IjhTd1g3XzhQQkdDVj" \
	"RsSzI4YVc4TUEifQ"
#define WRAPPED    "G4HUsQe_OecPJJXHZ9-4V69ROWzvQ2Q4aen5OR0UcIQkTBu8Tku_Vg"
#define IV         "v111iAFv6M_ON6fU"
#define SEALED     "3-2DNT8APDMutXI"
#define TAG        "ohRqTrfz_taZBQDvXuhGgQ"
#define FILE_TEXT  HEADER "." WRAPPED "." IV "." SEALED "." TAG
#define PASSPHRASE "correct horse"
#define PLAIN      "{\"Key\":\"a\"}"

/* Header, wrapped key, iv, text, tag and passphrase; what comes out of it. */
static bool open_text(const char *text, const char *passphrase,
		      struct secbuf **plain, struct error *err)
{
	struct secbuf *file = secbuf_from(text);
	struct secbuf *given = secbuf_from(passphrase);
	struct vault_jwe jwe = { 0 };
	bool ok = (file && given) || error_memory(err);

	*plain = NULL;
	ok = ok && aws_vault_jwe_parse(file, &jwe, err) &&
	     aws_vault_jwe_open(&jwe, given, plain, err);
	aws_vault_jwe_clear(&jwe);
	secbuf_free(given);
	secbuf_free(file);
	return ok;
}

static void opens_what_another_implementation_sealed(void **state)
{
	struct secbuf *plain = NULL;
	struct error err = { 0 };

	(void)state;
	assert_true(open_text(FILE_TEXT, PASSPHRASE, &plain, &err));
	assert_string_equal(secbuf_text(plain), PLAIN);
	assert_int_equal(secbuf_len(plain), strlen(PLAIN));
	secbuf_free(plain);
	assert_int_equal(secbuf_alive(), 0);
}

static void tells_a_wrong_passphrase(void **state)
{
	static const char *const others[] = { "", "correct hors",
					      "correct horse ",
					      "Correct horse" };

	(void)state;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		struct secbuf *plain = NULL;
		struct error err = { 0 };

		assert_false(open_text(FILE_TEXT, others[i], &plain, &err));
		assert_null(plain);
		assert_error(&err, REASON_WRONG_PASSPHRASE);
	}
}

static void refuse(const char *text, const char *part)
{
	struct secbuf *plain = NULL;
	struct error err = { 0 };

	print_message("%s\n", part);
	assert_false(open_text(text, PASSPHRASE, &plain, &err));
	assert_null(plain);
	assert_int_equal(err.code, ERROR_CONFIG);
	assert_error(&err, REASON_NOT_A_VAULT_FILE, .other = part);
	assert_int_equal(secbuf_alive(), 0);
}

#define REST "." WRAPPED "." IV "." SEALED "." TAG

/* base64 of a header; by python3's base64.urlsafe_b64encode. */
static void refuses_what_is_none(void **state)
{
	(void)state;
	refuse("", "number of parts");
	refuse(HEADER "." WRAPPED "." IV "." SEALED, "number of parts");
	refuse(FILE_TEXT ".", "number of parts");
	refuse(FILE_TEXT "\n", "base64");
	refuse("=" REST, "base64");
	refuse("AAAA" REST, "header");
	/* {} */
	refuse("e30" REST, "algorithm");
	/* {"alg":"dir","enc":"A256GCM"} */
	refuse("eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0" REST, "algorithm");
	/* A128KW","enc":"A128GCM"} */
	refuse("eyJhbGciOiJQQkVTMi1IUzI1NitBMTI4S1ciLCJlbmMiOiJBMTI4R0NN"
	       "In0" REST,
	       "algorithm");
	/* A128KW","enc":"A256GCM","zip":"DEF"} */
	refuse("eyJhbGciOiJQQkVTMi1IUzI1NitBMTI4S1ciLCJlbmMiOiJBMjU2R0NN"
	       "IiwiemlwIjoiREVGIn0" REST,
	       "algorithm");
	/* A128KW","enc":"A256GCM","p2c":0} */
	refuse("eyJhbGciOiJQQkVTMi1IUzI1NitBMTI4S1ciLCJlbmMiOiJBMjU2R0NN"
	       "IiwicDJjIjowfQ" REST,
	       "number of rounds");
	/* A128KW","enc":"A256GCM","p2c":1000001} */
	refuse("eyJhbGciOiJQQkVTMi1IUzI1NitBMTI4S1ciLCJlbmMiOiJBMjU2R0NN"
	       "IiwicDJjIjoxMDAwMDAxfQ" REST,
	       "number of rounds");
	/* A128KW","enc":"A256GCM","p2c":"9"} */
	refuse("eyJhbGciOiJQQkVTMi1IUzI1NitBMTI4S1ciLCJlbmMiOiJBMjU2R0NN"
	       "IiwicDJjIjoiOSJ9" REST,
	       "number of rounds");
	/* A128KW","enc":"A256GCM","p2c":1} */
	refuse("eyJhbGciOiJQQkVTMi1IUzI1NitBMTI4S1ciLCJlbmMiOiJBMjU2R0NN"
	       "IiwicDJjIjoxfQ" REST,
	       "salt");
	/*  ... "p2c":1,"p2s":"="} */
	refuse("eyJhbGciOiJQQkVTMi1IUzI1NitBMTI4S1ciLCJlbmMiOiJBMjU2R0NN"
	       "IiwicDJjIjoxLCJwMnMiOiI9In0" REST,
	       "base64");
	/*  ... "p2c":1,"p2s":"AAAAA */
	refuse("eyJhbGciOiJQQkVTMi1IUzI1NitBMTI4S1ciLCJlbmMiOiJBMjU2R0NN"
	       "IiwicDJjIjoxLCJwMnMiOiJBQUFBQUFBQUFBIn0" REST,
	       "length of the salt");
	/*  ... "p2c":1,"p2s":"AAAAA */
	refuse("eyJhbGciOiJQQkVTMi1IUzI1NitBMTI4S1ciLCJlbmMiOiJBMjU2R0NN"
	       "IiwicDJjIjoxLCJwMnMiOiJBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB"
	       "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB"
	       "QUFBQUFBQUFBQUFBQUFBQUFBQUEifQ" REST,
	       "length of the salt");
	refuse(HEADER ".AAAA." IV "." SEALED "." TAG, "length of a part");
	refuse(HEADER "." WRAPPED ".AAAA." SEALED "." TAG, "length of a part");
	refuse(HEADER "." WRAPPED "." IV "." SEALED ".AAAA",
	       "length of a part");
	refuse(HEADER "." WRAPPED "." IV ".." TAG, "content");
}

/* Whatever is changed in it: another passphrase, or none of aws-vault's. */
static void takes_nothing_that_was_changed(void **state)
{
	char text[] = FILE_TEXT;

	(void)state;
	for (size_t i = 0; i < strlen(text); i += 7) {
		struct secbuf *plain = NULL;
		struct error err = { 0 };
		char was = text[i];

		text[i] = was == 'A' ? 'B' : 'A';
		assert_false(open_text(text, PASSPHRASE, &plain, &err));
		assert_null(plain);
		assert_int_not_equal(err.code, ERROR_MEMORY);
		text[i] = was;
	}
}

static void survives_any_allocation_failing(void **state)
{
	struct secbuf *plain = NULL;

	(void)state;
	for (long n = 0; !plain; n++) {
		struct error err = { 0 };
		bool ok;

		mem_fail_after(n);
		ok = open_text(FILE_TEXT, PASSPHRASE, &plain, &err);
		assert_true(ok != mem_has_failed());
		if (!ok)
			assert_int_equal(err.code, ERROR_MEMORY);
		mem_fail_after(-1);
	}
	secbuf_free(plain);
	assert_int_equal(secbuf_alive(), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(opens_what_another_implementation_sealed),
		cmocka_unit_test(tells_a_wrong_passphrase),
		cmocka_unit_test(refuses_what_is_none),
		cmocka_unit_test(takes_nothing_that_was_changed),
		cmocka_unit_test(survives_any_allocation_failing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
