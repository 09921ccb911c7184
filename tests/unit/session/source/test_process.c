#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aws/credentials.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "session/source/source_internal.h"
#include "support/check.h"
#include "support/conformance.h"

#define NOW INT64_C(1700000000)
#define PART                                        \
	"\"AccessKeyId\":\"ASIAIOSFODNN7EXAMPLE\"," \
	"\"SecretAccessKey\":\"wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY\""

static bool take(const char *text, struct credentials *creds, struct error *err)
{
	struct secbuf *printed = secbuf_from(text);
	bool ok;

	*err = (struct error){ 0 };
	assert_non_null(printed);
	ok = process_read(printed, NOW, creds, err);
	secbuf_free(printed);
	return ok;
}

static void takes_what_aws_documents(void **state)
{
	struct credentials creds;
	struct error err;

	(void)state;
	assert_true(take("{\"Version\":1," PART "}", &creds, &err));
	assert_string_equal(creds.access_key_id, "ASIAIOSFODNN7EXAMPLE");
	assert_null(creds.session_token);
	assert_int_equal(creds.expires, 0);
	credentials_clear(&creds);
	assert_true(take("{\"Version\":1," PART ",\"SessionToken\":\"t\","
			 "\"Expiration\":\"2023-11-14T23:13:20+00:00\","
			 "\"AccountId\":\"1\",\"x\":[{}]}",
			 &creds, &err));
	assert_string_equal(secbuf_text(creds.session_token), "t");
	assert_int_equal(creds.expires, NOW + 3600);
	credentials_clear(&creds);
}

static void refuses_everything_else(void **state)
{
	static const struct {
		const char *text;
		enum error_reason reason;
		const char *key;
	} examples[] = {
		{ "", REASON_BAD_JSON, "" },
		{ "{", REASON_BAD_JSON, "" },
		{ "[]", REASON_PROCESS_VERSION, "" },
		{ "{" PART "}", REASON_PROCESS_VERSION, "" },
		{ "{\"Version\":\"1\"," PART "}", REASON_PROCESS_VERSION, "" },
		{ "{\"Version\":2," PART "}", REASON_PROCESS_VERSION, "" },
		{ "{\"Version\":1}", REASON_NO_MEMBER, "AccessKeyId" },
		{ "{\"Version\":1,\"AccessKeyId\":\"x\"}", REASON_NO_MEMBER,
		  "SecretAccessKey" },
		{ "{\"Version\":1," PART ",\"Expiration\":\"soon\"}",
		  REASON_NO_MEMBER, "Expiration" },
		{ "{\"Version\":1,\"AccessKeyId\":\"a b\","
		  "\"SecretAccessKey\":\"x\"}",
		  REASON_BAD_CREDENTIALS, "" },
		{ "{\"Version\":1,\"AccessKeyId\":\"a\","
		  "\"SecretAccessKey\":\"x\\ny\"}",
		  REASON_BAD_CREDENTIALS, "" },
		{ "{\"Version\":1," PART
		  ",\"Expiration\":\"2023-11-14T22:13:20Z\"}",
		  REASON_SOURCE_EXPIRED, "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		struct credentials creds;
		struct error err;

		assert_false(take(examples[i].text, &creds, &err));
		assert_null(creds.access_key_id);
		if (!error_is(&err, examples[i].reason))
			fail_msg("%s", examples[i].text);
		assert_int_equal(err.code, ERROR_SYSTEM);
		assert_string_equal(err.about.key, examples[i].key);
	}
}

/* An expired answer is valid JSON of a process, but of no use. */
static bool matches(const json_t *expect, bool ok, const struct error *err)
{
	bool valid = ok || error_is(err, REASON_SOURCE_EXPIRED);
	bool expired = json_is_true(json_object_get(expect, "expired"));

	return valid == json_is_true(json_object_get(expect, "ok")) &&
	       (!expired || !ok);
}

static void compare(const json_t *expect, const char *name, const char *text,
		    const char *member, const char *got)
{
	const char *value = json_string_value(json_object_get(expect, member));

	if (value && strcmp(value, got ? got : "") != 0)
		fail_msg("%s: %s of %s", name, member, text);
}

static void check_case(const json_t *expect, const char *name, const char *text)
{
	struct credentials creds;
	struct error err;
	bool ok = take(text, &creds, &err);

	if (json_object_get(expect, "exit"))
		ok = false; /* what it printed does not count */
	if (!matches(expect, ok, &err) &&
	    !error_is(&err, REASON_SOURCE_EXPIRED))
		fail_msg("%s: %s", name, text);
	if (ok) {
		compare(expect, name, text, "AccessKeyId", creds.access_key_id);
		compare(expect, name, text, "SecretAccessKey",
			secbuf_text(creds.secret_key));
	}
	credentials_clear(&creds);
}

static void agrees_with_other_implementations(void **state)
{
	json_t *all;
	const json_t *expect;
	const char *name;
	size_t i;

	(void)state;
	if (!conformance_is_here())
		skip();
	all = conformance_json("credential-process/expect.json");
	assert_non_null(all);
	json_object_foreach(json_object_get(all, "cases"), name, expect)
	{
		char path[256];
		size_t len;
		char *text;

		(void)snprintf(path, sizeof(path), "credential-process/json/%s",
			       name);
		text = conformance_read(path, &len);
		assert_non_null(text);
		check_case(expect, name, text);
		free(text);
	}
	json_array_foreach(json_object_get(all, "made_here"), i, expect)
		check_case(
			expect,
			json_string_value(json_object_get(expect, "name")),
			json_string_value(json_object_get(expect, "stdout")));
	json_decref(all);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_what_aws_documents),
		cmocka_unit_test(refuses_everything_else),
		cmocka_unit_test(agrees_with_other_implementations),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
