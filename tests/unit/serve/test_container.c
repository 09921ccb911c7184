#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "message/message.h"
#include "serve/container.h"
#include "unit/serve/requests.h"

static struct supply supply;

static struct supply *find(void *self, const char *path, struct error *err)
{
	(void)self;
	if (strcmp(path, "/p") == 0)
		return &supply;
	(void)error_fail(err, REASON_NOT_SERVED, .path = path);
	return NULL;
}

static struct listener_answer ask(const struct container *container,
				  const char *method, const char *path,
				  const struct listener_pair *headers, size_t n)
{
	const struct listener_request request = { .method = method,
						  .path = path,
						  .headers = headers,
						  .n_headers = n,
						  .waited = true };
	struct listener_answer answer = { 0 };

	container_answer(container, &request, at(0), &answer);
	return answer;
}

static struct container make(void)
{
	static struct secbuf *token;
	struct credentials creds = make_creds("ASIAEXAMPLE", 3600);

	if (!token)
		token = secbuf_from("0123abcd");
	supply =
		(struct supply){ .profile = "p",
				 .account = "222233334444",
				 .role_arn = "arn:aws:iam::222233334444:role/R",
				 .lazy = true };
	supply_renewed(&supply, &creds, at(0));
	return (struct container){ .token = token, .port = 80, .find = find };
}

#define GOOD_HOST                      \
	{                              \
		"Host", "127.0.0.1:80" \
	}
#define GOOD_TOKEN                          \
	{                                   \
		"authorization", "0123abcd" \
	}

static void credentials_are_given(void **state)
{
	const struct listener_pair headers[] = { GOOD_HOST, GOOD_TOKEN };
	struct container container = make();
	struct listener_answer answer =
		ask(&container, "GET", "/p", headers, 2);

	(void)state;
	assert_string_equal(answer.type, "application/json");
	assert_body(&answer, 200,
		    "{\"AccessKeyId\":\"ASIAEXAMPLE\","
		    "\"SecretAccessKey\":\"secret\",\"Token\":\"token\","
		    "\"Expiration\":\"1970-01-12T14:46:40Z\","
		    "\"AccountId\":\"222233334444\","
		    "\"RoleArn\":\"arn:aws:iam::222233334444:role/R\"}");
	supply_clear(&supply);
}

static void others_are_refused(void **state)
{
	static const struct {
		const char *method, *path;
		struct listener_pair headers[3];
		unsigned status;
	} cases[] = {
		{ "GET", "/p", { GOOD_HOST }, 403 },
		{ "GET", "/p", { GOOD_HOST, { "Authorization", "" } }, 403 },
		{ "GET",
		  "/p",
		  { GOOD_HOST, { "Authorization", "0123abc" } },
		  403 },
		{ "GET",
		  "/p",
		  { GOOD_HOST, { "Authorization", "0123abce" } },
		  403 },
		{ "GET",
		  "/p",
		  { GOOD_HOST, { "Authorization", "0123abcd0123abcd" } },
		  403 },
		{ "GET", "/p", { GOOD_HOST, GOOD_TOKEN, GOOD_TOKEN }, 403 },
		{ "GET", "/p", { GOOD_TOKEN }, 421 },
		{ "GET", "/p", { { "Host", "example.com" }, GOOD_TOKEN }, 421 },
		{ "GET",
		  "/p",
		  { { "Host", "127.0.0.1:81" }, GOOD_TOKEN },
		  421 },
		{ "GET", "/p", { { "Host", "127.0.0.11" }, GOOD_TOKEN }, 421 },
		{ "GET", "/p", { GOOD_HOST, GOOD_HOST, GOOD_TOKEN }, 421 },
		{ "POST", "/p", { GOOD_HOST, GOOD_TOKEN }, 405 },
		{ "HEAD", "/p", { GOOD_HOST, GOOD_TOKEN }, 405 },
		{ "GET", "/q", { GOOD_HOST, GOOD_TOKEN }, 404 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct container container = make();
		size_t n = 0;
		struct listener_answer answer;

		while (n < 3 && cases[i].headers[n].name)
			n++;
		answer = ask(&container, cases[i].method, cases[i].path,
			     cases[i].headers, n);
		assert_int_equal(answer.status, cases[i].status);
		assert_null(answer.secret);
		mem_free(answer.heap);
		supply_clear(&supply);
	}
}

static void clients_may_leave_the_port_out(void **state)
{
	static const char *const hosts[] = { "127.0.0.1", "localhost",
					     "localhost:80", "[::1]",
					     "[::1]:80" };

	(void)state;
	for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++) {
		const struct listener_pair headers[] = { { "Host", hosts[i] },
							 GOOD_TOKEN };
		struct container container = make();
		struct listener_answer answer =
			ask(&container, "GET", "/p", headers, 2);

		assert_int_equal(answer.status, 200);
		secbuf_free(answer.secret);
		supply_clear(&supply);
	}
}

static void the_reason_of_a_failure_is_shown(void **state)
{
	const struct listener_pair headers[] = { GOOD_HOST, GOOD_TOKEN };
	struct container container = make();
	struct error err = { 0 };
	struct error hinted = { 0 };
	struct listener_answer answer;
	char text[MESSAGE_LEN];
	char hint[MESSAGE_LEN];
	char expected[2 * MESSAGE_LEN + 80];

	(void)state;
	supply_clear(&supply);
	(void)error_fail(&err, REASON_NO_TERMINAL);
	(void)error_context(&err, REASON_CODE_NEEDED, .arn = "arn:x");
	supply_failed(&supply, &err, at(0));
	answer = ask(&container, "GET", "/p", headers, 2);
	message_text(&err, text, sizeof(text));
	(void)error_fail(&hinted, REASON_NOT_RENEWED, .profile = "p");
	message_hint(&hinted, "p", hint, sizeof(hint));
	(void)snprintf(expected, sizeof(expected),
		       "{\"code\":\"NoTerminal\",\"message\":\"rolekey: %s; "
		       "hint: %s\"}",
		       text, hint);
	assert_body(&answer, 403, expected);
	err = (struct error){ 0 };
	(void)error_fail(&err, REASON_AWS_REFUSED, .aws_code = "AccessDenied",
			 .detail = "no");
	supply_failed(&supply, &err, at(0));
	answer = ask(&container, "GET", "/p", headers, 2);
	assert_int_equal(answer.status, 403);
	assert_memory_equal(answer.heap, "{\"code\":\"AccessDenied\",", 23);
	mem_free(answer.heap);
}

/* Only as long as the listener can hold it. */
static void an_answer_waits_for_a_running_attempt(void **state)
{
	const struct listener_pair headers[] = { GOOD_HOST, GOOD_TOKEN };
	struct listener_request request = { .method = "GET",
					    .path = "/p",
					    .headers = headers,
					    .n_headers = 2 };
	struct container container = make();
	struct listener_answer answer = { 0 };

	(void)state;
	supply_clear(&supply);
	container_answer(&container, &request, at(5), &answer);
	assert_true(answer.later);
	(void)supply_begin(&supply);
	answer = (struct listener_answer){ 0 };
	container_answer(&container, &request, at(5), &answer);
	assert_true(answer.later);
	request.waited = true;
	answer = (struct listener_answer){ 0 };
	container_answer(&container, &request, at(5), &answer);
	assert_false(answer.later);
	assert_int_equal(answer.status, 503);
	mem_free(answer.heap);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(credentials_are_given),
		cmocka_unit_test(others_are_refused),
		cmocka_unit_test(clients_may_leave_the_port_out),
		cmocka_unit_test(the_reason_of_a_failure_is_shown),
		cmocka_unit_test(an_answer_waits_for_a_running_attempt),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
