#include "api/json_rpc.h"
#include "format/json.h"
#include "support/check.h"
#include "support/facts.h"
#include "support/mem_failing.h"
#include "unit/api/recorder.h"

static struct json *ask(struct recorder *r, struct error *err)
{
	struct json_rpc rpc =
		json_rpc_begin(&r->caller, AWS_ORGANIZATIONS,
			       "AWSOrganizationsV20161128", "ListAccounts");
	struct json *json;

	json_rpc_put(&rpc, "NextToken", "a\"b");
	json_rpc_put(&rpc, "Missing", NULL);
	json_rpc_put_number(&rpc, "MaxResults", 20);
	json_rpc_put_number(&rpc, "Zero", 0);
	json = json_rpc_send(&rpc, err);
	json_rpc_clear(&rpc);
	return json;
}

static void posts_json_with_its_target_signed(void **state)
{
	static const struct recorded_answer answers[] = {
		{ .status = 200, .body = "{\"Accounts\":[]}" },
	};
	struct error err = { 0 };
	struct recorder r;
	struct json *json;

	(void)state;
	recorder_begin(&r, answers);
	json = ask(&r, &err);
	assert_non_null(json);
	assert_int_equal(json_count(json_member(json, "Accounts")), 0);
	json_free(json);
	assert_string_equal(r.url, "POST https://sts.eu-west-1.amazonaws.com/");
	assert_string_equal(r.form,
			    "{\"NextToken\":\"a\\\"b\",\"MaxResults\":20}");
	assert_non_null(strstr(r.headers,
			       "Content-Type: application/x-amz-json-1.1\n"));
	assert_non_null(strstr(
		r.headers,
		"X-Amz-Target: AWSOrganizationsV20161128.ListAccounts\n"));
	assert_non_null(strstr(r.headers,
			       "SignedHeaders=content-type;host;x-amz-date;"
			       "x-amz-target,"));
	assert_non_null(strstr(r.headers, "/organizations/aws4_request"));
	recorder_end(&r);
}

static void a_request_without_members_is_an_empty_object(void **state)
{
	static const struct recorded_answer answers[] = {
		{ .status = 200, .body = "" },
	};
	struct error err = { 0 };
	struct recorder r;
	struct json_rpc rpc;
	struct json *json;

	(void)state;
	recorder_begin(&r, answers);
	rpc = json_rpc_begin(&r.caller, AWS_ORGANIZATIONS, "P", "A");
	json = json_rpc_send(&rpc, &err);
	assert_non_null(json);
	json_free(json);
	json_rpc_clear(&rpc);
	assert_string_equal(r.form, "{}");
	recorder_end(&r);
}

/* How AWS refuses, and what comes of it. */
static const struct row {
	struct recorded_answer answer;
	enum error_code code;
	const char *facts;
} rows[] = {
	{ { .status = 400,
	    .body = "{\"__type\":\"AccessDeniedException\",\"Message\":\"You "
		    "don't have permissions to access this resource.\"}" },
	  ERROR_DENIED,
	  "aws-refused aws_code=AccessDeniedException detail=You don't have "
	  "permissions to access this resource. number=400" },
	{ { .status = 400,
	    .body = "{\"__type\":\"com.amazonaws.organizations#"
		    "AWSOrganizationsNotInUseException\",\"message\":\"x\"}" },
	  ERROR_DENIED,
	  "aws-refused aws_code=AWSOrganizationsNotInUseException detail=x "
	  "number=400" },
	{ { .status = 400, .body = "{\"__type\":\"a.b#Name:http://x.y/z#w\"}" },
	  ERROR_DENIED,
	  "aws-refused aws_code=Name number=400" },
	{ { .status = 400,
	    .body = "{\"message\":\"m\"}",
	    .error_type = "InvalidRequestException:http://internal/" },
	  ERROR_DENIED,
	  "aws-refused aws_code=InvalidRequestException detail=m number=400" },
	{ { .status = 403, .body = "", .error_type = "Bare" },
	  ERROR_DENIED,
	  "aws-refused aws_code=Bare number=403" },
	{ { .status = 200,
	    .body = "{\"message\":\"Internal error\",\"__type\":"
		    "\"java.lang#NullPointerException\"}" },
	  ERROR_DENIED,
	  "aws-refused aws_code=NullPointerException detail=Internal error "
	  "number=200" },
	{ { .status = 400,
	    .body = "{\"__type\":\"TooManyRequestsException\"}" },
	  ERROR_NETWORK,
	  "aws-busy aws_code=TooManyRequestsException number=400" },
	{ { .status = 500, .body = "{\"__type\":\"Odd\"}" },
	  ERROR_NETWORK,
	  "aws-busy aws_code=Odd number=500" },
	{ { .status = 429, .body = "{\"__type\":\"Odd\"}" },
	  ERROR_NETWORK,
	  "aws-busy aws_code=Odd number=429" },
	{ { .status = 403, .body = "{\"message\":\"Forbidden\"}" },
	  ERROR_PROTOCOL,
	  "error-without-code path=https://sts.eu-west-1.amazonaws.com "
	  "number=403" },
	{ { .status = 400, .body = "{\"__type\":\"a b\",\"message\":\"x\"}" },
	  ERROR_PROTOCOL,
	  "error-without-code path=https://sts.eu-west-1.amazonaws.com "
	  "number=400" },
	{ { .status = 200, .body = "<html></html>" },
	  ERROR_PROTOCOL,
	  "not-aws path=https://sts.eu-west-1.amazonaws.com number=200" },
	{ { .status = 503, .body = "<html></html>" },
	  ERROR_NETWORK,
	  "not-aws path=https://sts.eu-west-1.amazonaws.com number=503" },
	{ { .status = 404, .body = "{}" },
	  ERROR_PROTOCOL,
	  "not-aws path=https://sts.eu-west-1.amazonaws.com number=404" },
	/* a message that repeats the key is dropped, and so are more lines */
	{ { .status = 400,
	    .body = "{\"__type\":\"X\",\"message\":\"key "
		    "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\"}" },
	  ERROR_DENIED,
	  "aws-refused aws_code=X number=400" },
	{ { .status = 400,
	    .body = "{\"__type\":\"X\",\"message\":\"one\\ntwo\"}" },
	  ERROR_DENIED,
	  "aws-refused aws_code=X detail=one number=400" },
};

static void reads_the_errors_of_json_services(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct error err = { 0 };
		char facts[FACTS_LEN];
		struct recorder r;

		print_message("%s\n", rows[i].answer.body);
		recorder_begin(&r, &rows[i].answer);
		assert_null(ask(&r, &err));
		assert_int_equal(err.code, rows[i].code);
		assert_string_equal(facts_of(&err, facts), rows[i].facts);
		recorder_end(&r);
	}
}

static void throttling_is_tried_again(void **state)
{
	static const struct recorded_answer answers[] = {
		{ .status = 400,
		  .body = "{\"__type\":\"TooManyRequestsException\"}" },
		{ .status = 200, .body = "{}" },
	};
	struct error err = { 0 };
	struct recorder r;
	struct json *json;

	(void)state;
	recorder_begin(&r, answers);
	r.caller.max_attempts = 3;
	json = ask(&r, &err);
	assert_non_null(json);
	json_free(json);
	assert_int_equal(r.n_sent, 2);
	recorder_end(&r);
}

static void survives_any_allocation_failing(void **state)
{
	static const struct recorded_answer answer = { .status = 200,
						       .body = "{\"a\":[1]}" };
	struct recorded_answer answers[1] = { answer };
	struct json *json = NULL;
	long before = secbuf_alive();
	long n;

	(void)state;
	for (n = 0; !json; n++) {
		struct error err = { 0 };
		struct recorder r;

		recorder_begin(&r, answers);
		mem_fail_after(n);
		json = ask(&r, &err);
		if (!json)
			assert_int_equal(err.code, ERROR_MEMORY);
		mem_fail_after(-1);
		recorder_end(&r);
	}
	json_free(json);
	assert_int_equal(secbuf_alive(), before);
	print_message("%ld allocations failed one by one\n", n - 1);
	assert_true(n > 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(posts_json_with_its_target_signed),
		cmocka_unit_test(a_request_without_members_is_an_empty_object),
		cmocka_unit_test(reads_the_errors_of_json_services),
		cmocka_unit_test(throttling_is_tried_again),
		cmocka_unit_test(survives_any_allocation_failing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
