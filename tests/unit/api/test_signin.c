#include <string.h>

#include "api/signin.h"
#include "support/check.h"
#include "unit/api/recorder.h"

/* The text of a page is cut after 400 bytes: within the token. */
#define DOTS                                                               \
	"................................................................" \
	"................................................................"

/* Neither the key nor the token of the credentials is quoted in an error. */
static void quotes_no_part_of_the_credentials(void **state)
{
	static const char *const bodies[] = {
		"<h1>HTTP Status 400</h1><p>Bad: KEYKEYKEY</p>",
		"<h1>HTTP Status 400</h1><p>Bad: TOKENTOKEN/+=abcdefghijkl</p>",
		"<h1>HTTP Status 400</h1><p>Bad: %22TOKENTOKEN%2F%2B%3Dabcdef"
		"ghijkl%22</p>",
		"<p>" DOTS DOTS DOTS "TOKENTOKEN/+=abcdefghijkl</p>",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		const struct recorded_answer answer = { .status = 400,
							.body = bodies[i] };
		struct credentials creds = {
			.access_key_id = mem_strdup("ASIAIOSFODNN7EXAMPLE"),
			.secret_key = secbuf_from("KEYKEYKEY"),
			.session_token =
				secbuf_from("TOKENTOKEN/+=abcdefghijkl")
		};
		const struct signin_request request = { .creds = &creds };
		struct secbuf *token = NULL;
		struct error err = { 0 };
		struct recorder r;

		recorder_begin(&r, &answer);
		assert_false(
			signin_get_token(&r.caller, &request, &token, &err));
		assert_int_equal(err.code, ERROR_DENIED);
		assert_null(strstr(err.about.detail, "KEYKEY"));
		assert_null(strstr(err.about.detail, "TOKENTOKEN"));
		assert_null(strstr(r.headers, "Authorization"));
		assert_non_null(strstr(r.form, "TOKENTOKEN"));
		recorder_end(&r);
		credentials_clear(&creds);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(quotes_no_part_of_the_credentials),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
