#include "api/rest_json.h"
#include "format/json.h"
#include "support/check.h"
#include "support/facts.h"
#include "support/mem_failing.h"
#include "unit/api/recorder.h"

#define TOKEN "aoaAAAAA-a-bearer-token"

static struct json *get_role(struct recorder *r, struct error *err)
{
	struct rest_json rest =
		rest_json_begin(&r->caller, "GetRoleCredentials", "GET",
				"/federation/credentials");
	struct json *json;

	rest.header = (struct http_header){ "x-amz-sso_bearer_token", TOKEN };
	rest_json_put(&rest, "role_name", "Read only/x");
	rest_json_put(&rest, "account_id", "111122223333");
	rest_json_put(&rest, "missing", NULL);
	json = rest_json_send(&rest, NULL, err);
	rest_json_clear(&rest);
	return json;
}

static struct json *create_token(struct recorder *r, bool *sent,
				 struct error *err)
{
	struct secbuf *code = secbuf_from("a-device-code");
	struct rest_json rest =
		rest_json_begin(&r->caller, "CreateToken", "POST", "/token");
	struct json *json;

	rest.secret = code;
	rest.spends_code = true;
	rest_json_put(&rest, "grantType",
		      "urn:ietf:params:oauth:grant-type:device_code");
	rest_json_put(&rest, "deviceCode", secbuf_text(code));
	json = secbuf_ok(code) ? rest_json_send(&rest, sent, err) : NULL;
	if (!secbuf_ok(code))
		error_memory(err);
	rest_json_clear(&rest);
	secbuf_free(code);
	return json;
}

static void gets_with_a_bearer_token_and_no_signature(void **state)
{
	static const struct recorded_answer answers[] = {
		{ .status = 200,
		  .body = "{\"roleCredentials\":{\"accessKeyId\":\"ASIAX\","
			  "\"secretAccessKey\":\"s\",\"expiration\":"
			  "1700000000000}}" },
	};
	struct error err = { 0 };
	struct secbuf *secret;
	struct recorder r;
	struct json *json;
	long long when = 0;

	(void)state;
	recorder_begin(&r, answers);
	r.caller.endpoint.url = "https://portal.sso.eu-west-1.amazonaws.com/x/";
	r.caller.creds = NULL; /* they are not needed */
	json = get_role(&r, &err);
	assert_non_null(json);
	assert_true(json_number(json_member(json, "roleCredentials"),
				"expiration", &when));
	assert_true(when == 1700000000000);
	secret = json_secret(json_member(json, "roleCredentials"),
			     "secretAccessKey", 1);
	assert_string_equal(secbuf_text(secret), "s");
	secbuf_free(secret);
	json_free(json);
	assert_string_equal(r.url,
			    "GET https://portal.sso.eu-west-1.amazonaws.com/x/"
			    "federation/credentials?role_name=Read%20only%2Fx&"
			    "account_id=111122223333");
	assert_string_equal(r.headers,
			    "Host: portal.sso.eu-west-1.amazonaws.com\n"
			    "User-Agent: rolekey\n"
			    "x-amz-sso_bearer_token: " TOKEN "\n");
	assert_string_equal(r.form, "");
	assert_string_equal(
		r.notice.about.detail,
		"http GET https://portal.sso.eu-west-1.amazonaws.com"
		"/x/ GetRoleCredentials unsigned eu-west-1: 200 in "
		"0.12 s");
	recorder_end(&r);
}

static void posts_json(void **state)
{
	static const struct recorded_answer answers[] = {
		{ .status = 200, .body = "" },
	};
	struct error err = { 0 };
	struct recorder r;
	struct json *json;
	bool sent = false;

	(void)state;
	recorder_begin(&r, answers);
	json = create_token(&r, &sent, &err);
	assert_non_null(json);
	json_free(json);
	assert_true(sent);
	assert_string_equal(r.url,
			    "POST https://sts.eu-west-1.amazonaws.com/token");
	assert_string_equal(r.form,
			    "{\"grantType\":\"urn:ietf:params:oauth:grant-type:"
			    "device_code\",\"deviceCode\":\"a-device-code\"}");
	assert_string_equal(r.headers, "Host: sts.eu-west-1.amazonaws.com\n"
				       "Content-Type: application/json\n"
				       "User-Agent: rolekey\n");
	recorder_end(&r);
}

/* Refusals of the portal, of OIDC and of sign-in, as they were recorded. */
static const struct row {
	struct recorded_answer answer;
	const char *facts;
} rows[] = {
	{ { .status = 401,
	    .body = "{\"message\":\"Session token not found or invalid\","
		    "\"__type\":\"com.amazonaws.switchboard.portal#"
		    "UnauthorizedException\"}" },
	  "aws-refused aws_code=UnauthorizedException detail=Session token not "
	  "found or invalid number=401" },
	{ { .status = 403,
	    .body = "{\"message\":\"No access\",\"__type\":\"com.amazonaws."
		    "switchboard.portal#ForbiddenException\"}" },
	  "aws-refused aws_code=ForbiddenException detail=No access "
	  "number=403" },
	{ { .status = 400,
	    .body = "{\"error\":\"authorization_pending\","
		    "\"error_description\":\"Authorization is still "
		    "pending\"}",
	    .error_type = "AuthorizationPendingException:http://internal/" },
	  "aws-refused aws_code=authorization_pending detail=Authorization is "
	  "still pending number=400" },
	{ { .status = 400,
	    .body = "{\"error\":\"TOKEN_EXPIRED\",\"message\":\"m\"}" },
	  "aws-refused aws_code=TOKEN_EXPIRED detail=m number=400" },
	{ { .status = 400, .body = "{\"code\":\"Some\",\"message\":\"m\"}" },
	  "aws-refused aws_code=Some detail=m number=400" },
	/* what repeats a secret of the request is not quoted */
	{ { .status = 401,
	    .body = "{\"__type\":\"X\",\"message\":\"bad " TOKEN "\"}" },
	  "aws-refused aws_code=X number=401" },
};

static void reads_the_refusals(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct error err = { 0 };
		char facts[FACTS_LEN];
		struct recorder r;

		recorder_begin(&r, &rows[i].answer);
		assert_null(get_role(&r, &err));
		assert_int_equal(err.code, ERROR_DENIED);
		assert_string_equal(facts_of(&err, facts), rows[i].facts);
		recorder_end(&r);
	}
}

static void a_code_is_neither_quoted_nor_sent_twice(void **state)
{
	static const struct recorded_answer answers[][2] = {
		{ { .status = 503,
		    .body = "{\"error\":\"server_error\",\"message\":\"about "
			    "a-device-code\"}" } },
		{ { .status = 0, .body = NULL } },
	};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct error err = { 0 };
		struct recorder r;
		bool sent = false;

		recorder_begin(&r, answers[i]);
		r.caller.max_attempts = 3;
		assert_null(create_token(&r, &sent, &err));
		assert_int_equal(err.code, ERROR_NETWORK);
		assert_null(strstr(facts_show(&err), "a-device-code"));
		assert_int_equal(r.n_sent, 1);
		assert_true(sent);
		recorder_end(&r);
	}
}

static void a_get_is_tried_again(void **state)
{
	static const struct recorded_answer answers[] = {
		{ .status = 0, .body = NULL },
		{ .status = 200, .body = "{}" },
	};
	struct error err = { 0 };
	struct recorder r;
	struct json *json;

	(void)state;
	recorder_begin(&r, answers);
	r.caller.max_attempts = 3;
	json = get_role(&r, &err);
	assert_non_null(json);
	json_free(json);
	assert_int_equal(r.n_sent, 2);
	recorder_end(&r);
}

static void survives_any_allocation_failing(void **state)
{
	static const struct recorded_answer answers[] = {
		{ .status = 200, .body = "{\"a\":[1]}" },
	};
	long before = secbuf_alive();

	(void)state;
	for (int post = 0; post < 2; post++) {
		struct json *json = NULL;
		bool sent;
		long n;

		for (n = 0; !json; n++) {
			struct error err = { 0 };
			struct recorder r;

			recorder_begin(&r, answers);
			mem_fail_after(n);
			json = post ? create_token(&r, &sent, &err)
				    : get_role(&r, &err);
			if (!json)
				assert_int_equal(err.code, ERROR_MEMORY);
			mem_fail_after(-1);
			recorder_end(&r);
		}
		json_free(json);
		print_message("%ld allocations failed one by one\n", n - 1);
		assert_true(n > 5);
	}
	assert_int_equal(secbuf_alive(), before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gets_with_a_bearer_token_and_no_signature),
		cmocka_unit_test(posts_json),
		cmocka_unit_test(reads_the_refusals),
		cmocka_unit_test(a_code_is_neither_quoted_nor_sent_twice),
		cmocka_unit_test(a_get_is_tried_again),
		cmocka_unit_test(survives_any_allocation_failing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
