#include "api/sts.h"
#include "support/check.h"
#include "support/facts.h"
#include "unit/api/recorder.h"

/* When a request is sent again, and when it must not be. */

#define NOW INT64_C(1440938160)

#define WHO                                                              \
	"<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:a" \
	"</Arn><UserId>u</UserId><Account>111122223333</Account>"        \
	"</GetCallerIdentityResult></GetCallerIdentityResponse>"
#define TOKEN                                                               \
	"<GetSessionTokenResponse><GetSessionTokenResult><Credentials>"     \
	"<AccessKeyId>ASIAIOSFODNN7EXAMPLE</AccessKeyId><SecretAccessKey>s" \
	"</SecretAccessKey><SessionToken>t</SessionToken><Expiration>"      \
	"2015-08-30T20:00:00Z</Expiration></Credentials>"                   \
	"</GetSessionTokenResult></GetSessionTokenResponse>"
#define ERROR(code, message)                                           \
	"<ErrorResponse><Error><Code>" code "</Code><Message>" message \
	"</Message></Error></ErrorResponse>"
#define EXPIRED                                                          \
	ERROR("SignatureDoesNotMatch",                                   \
	      "Signature expired: 20150830T123600Z is now earlier than " \
	      "20150830T133600Z (20150830T135100Z - 15 min.)")

static bool ask(struct recorder *r, struct error *err)
{
	struct sts_identity identity;

	return sts_get_caller_identity(&r->caller, &identity, err);
}

static bool ask_with_code(struct recorder *r, struct error *err)
{
	struct secbuf *code = secbuf_from("123456");
	const struct sts_session_token in = { .mfa_serial = "serial",
					      .mfa_code = code };
	struct credentials creds = { 0 };
	bool sent;
	bool ok = sts_get_session_token(&r->caller, &in, &creds, &sent, err);

	credentials_clear(&creds);
	secbuf_free(code);
	return ok;
}

/* Answers in turn, how often it is sent, and what comes of it. */
static const struct row {
	const char *what;
	bool code;
	int max;
	struct recorded_answer answers[5];
	size_t sent;
	enum error_code code_of; /* ERROR_NONE: it succeeds */
} rows[] = {
	{ "no answer, and then one",
	  false,
	  0,
	  { { 0, NULL, 0, false, NULL }, { 200, WHO, 0, false, NULL } },
	  2,
	  ERROR_NONE },
	{ "three attempts are the most",
	  false,
	  0,
	  { { 0, NULL, 0, false, NULL },
	    { 503, "", 0, false, NULL },
	    { 500, ERROR("InternalFailure", ""), 0, false, NULL } },
	  3,
	  ERROR_NETWORK },
	{ "throttled",
	  false,
	  0,
	  { { 400, ERROR("Throttling", "Rate exceeded"), 0, false, NULL },
	    { 200, WHO, 0, false, NULL } },
	  2,
	  ERROR_NONE },
	{ "one attempt, as was expected",
	  false,
	  1,
	  { { 503, "", 0, false, NULL } },
	  1,
	  ERROR_NETWORK },
	{ "five attempts, as was expected",
	  false,
	  5,
	  { { 503, "", 0, false, NULL },
	    { 503, "", 0, false, NULL },
	    { 503, "", 0, false, NULL },
	    { 503, "", 0, false, NULL },
	    { 200, WHO, 0, false, NULL } },
	  5,
	  ERROR_NONE },
	{ "a refusal is none the less so later",
	  false,
	  0,
	  { { 403, ERROR("AccessDenied", "no"), 0, false, NULL } },
	  1,
	  ERROR_DENIED },
	{ "nonsense is not asked for twice",
	  false,
	  0,
	  { { 200, "<html/>", 0, false, NULL } },
	  1,
	  ERROR_PROTOCOL },
	{ "a code that went out does not go out again",
	  true,
	  0,
	  { { 0, NULL, 0, false, NULL } },
	  1,
	  ERROR_NETWORK },
	{ "nor after a 503",
	  true,
	  0,
	  { { 503, "", 0, false, NULL } },
	  1,
	  ERROR_NETWORK },
	{ "nor when throttled",
	  true,
	  0,
	  { { 400, ERROR("Throttling", "Rate exceeded"), 0, false, NULL } },
	  1,
	  ERROR_NETWORK },
	{ "a code that never left is still good",
	  true,
	  0,
	  { { 0, NULL, 0, true, NULL },
	    { 0, NULL, 0, true, NULL },
	    { 200, TOKEN, 0, false, NULL } },
	  3,
	  ERROR_NONE },
	{ "an hour behind: signed anew",
	  false,
	  0,
	  { { 403, EXPIRED, NOW + 3600, false, NULL },
	    { 200, WHO, 0, false, NULL } },
	  2,
	  ERROR_NONE },
	{ "an hour behind, with a code",
	  true,
	  0,
	  { { 403, EXPIRED, NOW + 3600, false, NULL },
	    { 200, TOKEN, 0, false, NULL } },
	  2,
	  ERROR_NONE },
	{ "corrected once, and no more",
	  false,
	  0,
	  { { 403, EXPIRED, NOW + 3600, false, NULL },
	    { 403, EXPIRED, NOW + 3600, false, NULL } },
	  2,
	  ERROR_DENIED },
	{ "a correction is no attempt",
	  false,
	  2,
	  { { 403, EXPIRED, NOW + 3600, false, NULL },
	    { 503, "", 0, false, NULL },
	    { 200, WHO, 0, false, NULL } },
	  3,
	  ERROR_NONE },
	{ "the clocks agree: the key is wrong",
	  false,
	  0,
	  { { 403, ERROR("SignatureDoesNotMatch", "Check your key"), NOW + 3,
	      false, NULL } },
	  1,
	  ERROR_DENIED },
	{ "the clocks disagree, whatever is said",
	  false,
	  0,
	  { { 403, ERROR("SignatureDoesNotMatch", "?"), NOW - 240, false,
	      NULL },
	    { 200, WHO, 0, false, NULL } },
	  2,
	  ERROR_NONE },
	{ "refused for its time, and AWS does not tell its own",
	  false,
	  0,
	  { { 403, EXPIRED, 0, false, NULL } },
	  1,
	  ERROR_DENIED },
};

static void is_sent_as_often_as_it_should(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *row = &rows[i];
		struct error err = { 0 };
		struct recorder r;
		bool ok;

		recorder_begin(&r, row->answers);
		r.caller.max_attempts = row->max;
		ok = row->code ? ask_with_code(&r, &err) : ask(&r, &err);
		if (r.n_sent != row->sent ||
		    (ok ? ERROR_NONE : err.code) != row->code_of)
			fail_msg("%s: sent %zu times, then \"%s\"", row->what,
				 r.n_sent, ok ? "good" : facts_show(&err));
		recorder_end(&r);
	}
}

static void signs_by_the_time_of_aws_and_says_so_once(void **state)
{
	static const struct recorded_answer answers[] = {
		{ 403, EXPIRED, NOW + 3720, false, NULL },
		{ 200, WHO, NOW + 3720, false, NULL },
		{ 200, WHO, NOW + 3720, false, NULL },
	};
	struct error err = { 0 };
	struct recorder r;

	(void)state;
	recorder_begin(&r, answers);
	assert_true(ask(&r, &err));
	assert_non_null(strstr(r.headers, "X-Amz-Date: 20150830T133800Z"));
	assert_error(&r.warning, REASON_CLOCK_SKEW, .number = 3720,
		     .other = "behind");
	r.warning = (struct error){ 0 };
	assert_true(ask(&r, &err)); /* by the same time, at once */
	assert_non_null(strstr(r.headers, "X-Amz-Date: 20150830T133800Z"));
	assert_int_equal(r.warning.reason, REASON_NONE);
	assert_int_equal(r.n_sent, 3);
	recorder_end(&r);
}

static void a_clock_that_is_not_refused_is_not_corrected(void **state)
{
	static const struct recorded_answer answers[] = {
		{ 200, WHO, NOW + 3600, false, NULL },
		{ 200, WHO, NOW + 3600, false, NULL },
	};
	struct error err = { 0 };
	struct recorder r;

	(void)state;
	recorder_begin(&r, answers);
	assert_true(ask(&r, &err));
	assert_true(ask(&r, &err));
	assert_non_null(strstr(r.headers, "X-Amz-Date: 20150830T123600Z"));
	assert_true(r.skew.known);
	assert_int_equal(r.skew.ahead, 3600);
	recorder_end(&r);
}

static void waits_longer_each_time_but_never_long(void **state)
{
	static const struct recorded_answer answer = { 503, "", 0, false,
						       NULL };
	struct recorded_answer answers[40];
	struct error err = { 0 };
	struct recorder r;

	(void)state;
	for (size_t i = 0; i < 40; i++)
		answers[i] = answer;
	recorder_begin(&r, answers);
	r.caller.max_attempts = 3;
	assert_false(ask(&r, &err));
	assert_int_equal(r.n_pauses, 2);
	assert_in_range(r.paused, 0, 3000);
	r.caller.max_attempts = 30;
	assert_false(ask(&r, &err));
	assert_int_equal(r.n_pauses, 31);
	assert_in_range(r.paused, 0, 3000 + 31000 + 24 * 20000);
	recorder_end(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_sent_as_often_as_it_should),
		cmocka_unit_test(signs_by_the_time_of_aws_and_says_so_once),
		cmocka_unit_test(a_clock_that_is_not_refused_is_not_corrected),
		cmocka_unit_test(waits_longer_each_time_but_never_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
