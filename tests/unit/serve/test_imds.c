#include <stdio.h>
#include <string.h>

#include "serve/imds.h"
#include "unit/serve/requests.h"

#define CREDENTIALS "/latest/meta-data/iam/security-credentials/"
#define TTL         "X-aws-ec2-metadata-token-ttl-seconds"
#define TOKEN       "X-aws-ec2-metadata-token"

static struct supply supply;

static struct imds make(void)
{
	struct credentials creds = make_creds("ASIAEXAMPLE", 3600);

	supply = (struct supply){ .profile = "p", .account = "222233334444" };
	supply_renewed(&supply, &creds, at(0));
	return (struct imds){ .supply = &supply,
			      .role = "Role",
			      .region = "eu-west-1",
			      .port = 80,
			      .key = { 1, 2, 3 } };
}

static struct listener_answer ask(struct imds *imds, const char *method,
				  const char *path, const char *name,
				  const char *value, int64_t when)
{
	const struct listener_pair headers[] = { { "Host", "127.0.0.1" },
						 { name, value } };
	const struct listener_request request = { .method = method,
						  .path = path,
						  .headers = headers,
						  .n_headers = name ? 2 : 1,
						  .waited = true };
	struct listener_answer answer = { 0 };

	imds_answer(imds, &request, at(when), &answer);
	return answer;
}

static void take_token(struct imds *imds, const char *ttl,
		       char token[static IMDS_TOKEN_LEN + 1])
{
	struct listener_answer answer =
		ask(imds, "PUT", "//latest/api/token", TTL, ttl, 0);

	assert_int_equal(answer.status, 200);
	assert_int_equal(answer.len, IMDS_TOKEN_LEN);
	assert_string_equal(answer.headers[1].name, TTL);
	assert_string_equal(answer.headers[1].value, ttl);
	(void)snprintf(token, IMDS_TOKEN_LEN + 1, "%s", answer.heap);
	mem_free(answer.heap);
}

static void documents_need_a_token(void **state)
{
	static const struct {
		const char *path;
		unsigned status;
		const char *body;
	} cases[] = {
		{ CREDENTIALS, 200, "Role" },
		{ "/latest/meta-data/iam/security-credentials", 200, "Role" },
		{ CREDENTIALS "Role", 200,
		  "{\"Code\":\"Success\",\"LastUpdated\":"
		  "\"1970-01-12T13:46:40Z\",\"Type\":\"AWS-HMAC\","
		  "\"AccessKeyId\":\"ASIAEXAMPLE\",\"SecretAccessKey\":"
		  "\"secret\",\"Token\":\"token\",\"Expiration\":"
		  "\"1970-01-12T14:46:40Z\"}" },
		{ "/latest/meta-data/placement/region", 200, "eu-west-1" },
		{ "/latest/meta-data/placement/availability-zone", 200,
		  "eu-west-1a" },
		{ "/latest/dynamic/instance-identity/document", 200,
		  "{\"accountId\":\"222233334444\",\"availabilityZone\":"
		  "\"eu-west-1a\",\"instanceId\":\"i-0\",\"region\":"
		  "\"eu-west-1\"}" },
		{ "/" CREDENTIALS "/", 404, "404 - Not Found\n" },
		{ "/" CREDENTIALS, 200, "Role" }, /* the SDK for Java */
		{ "/"
		  "/" CREDENTIALS,
		  404, "404 - Not Found\n" },
		{ CREDENTIALS "Other", 404, "404 - Not Found\n" },
		{ "/latest/meta-data/", 404, "404 - Not Found\n" },
	};
	struct imds imds = make();
	char token[IMDS_TOKEN_LEN + 1];

	(void)state;
	take_token(&imds, "60", token);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct listener_answer answer =
			ask(&imds, "GET", cases[i].path, TOKEN, token, 59);

		assert_body(&answer, cases[i].status, cases[i].body);
		answer = ask(&imds, "GET", cases[i].path, NULL, NULL, 0);
		assert_body(&answer, 401, "401 - Unauthorized\n");
		answer = ask(&imds, "GET", cases[i].path, TOKEN, token, 60);
		assert_body(&answer, 401, "401 - Unauthorized\n");
	}
	supply_clear(&supply);
}

static void every_byte_of_a_token_counts(void **state)
{
	struct imds imds = make();
	char token[IMDS_TOKEN_LEN + 1];
	struct listener_answer answer;

	(void)state;
	take_token(&imds, "21600", token);
	for (size_t i = 0; i < IMDS_TOKEN_LEN; i++) {
		char before = token[i];

		token[i] = before == '0' ? '1' : '0';
		answer = ask(&imds, "GET", CREDENTIALS, TOKEN, token, 0);
		assert_body(&answer, 401, "401 - Unauthorized\n");
		token[i] = before;
	}
	answer = ask(&imds, "GET", CREDENTIALS, TOKEN, token, 0);
	assert_body(&answer, 200, "Role");
	imds.key[0]++;
	answer = ask(&imds, "GET", CREDENTIALS, TOKEN, token, 0);
	assert_body(&answer, 401, "401 - Unauthorized\n");
	supply_clear(&supply);
}

static void a_token_needs_a_valid_duration(void **state)
{
	static const char *const bad[] = { "0", "21601", "", "x", "-1", "60s" };
	struct imds imds = make();
	struct listener_answer answer;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		answer = ask(&imds, "PUT", "/latest/api/token", TTL, bad[i], 0);
		assert_body(&answer, 400, "400 - Bad Request\n");
	}
	answer = ask(&imds, "PUT", "/latest/api/token", NULL, NULL, 0);
	assert_body(&answer, 400, "400 - Bad Request\n");
	answer = ask(&imds, "PUT", "/latest/api/token", "X-Forwarded-For", "x",
		     0);
	assert_body(&answer, 403, "403 - Forbidden\n");
	answer = ask(&imds, "POST", CREDENTIALS, NULL, NULL, 0);
	assert_body(&answer, 405, "405 - Method Not Allowed\n");
	supply_clear(&supply);
}

static void version_1_and_no_region(void **state)
{
	struct imds imds = make();
	struct listener_answer answer;

	(void)state;
	imds.v1 = true;
	imds.region = NULL;
	answer = ask(&imds, "GET", CREDENTIALS, NULL, NULL, 0);
	assert_body(&answer, 200, "Role");
	answer = ask(&imds, "GET", CREDENTIALS, TOKEN, "x", 0);
	assert_body(&answer, 401, "401 - Unauthorized\n");
	answer = ask(&imds, "GET", "/latest/meta-data/placement/region", NULL,
		     NULL, 0);
	assert_body(&answer, 404, "404 - Not Found\n");
	supply_clear(&supply);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(documents_need_a_token),
		cmocka_unit_test(every_byte_of_a_token_counts),
		cmocka_unit_test(a_token_needs_a_valid_duration),
		cmocka_unit_test(version_1_and_no_region),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
