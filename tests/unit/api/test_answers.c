#include <stdlib.h>

#include "api/iam/devices.h"
#include "api/sts.h"
#include "base/arena.h"
#include "base/timefmt.h"
#include "support/check.h"
#include "support/conformance.h"
#include "support/facts.h"
#include "unit/api/recorder.h"

/*
 * Answers as AWS documents and as others recorded them, in the conformance
 * folder: each is given to the call that it answers.
 */

#define SAMPLES  "xml/docs-samples"
#define RECORDED "xml/botocore-response-parsing"

/* Returns a text of the JSON that belongs to a file. */
static const char *expected(const json_t *expect, const char *name)
{
	return json_string_value(json_object_get(expect, name));
}

/*
 * The samples have a key id and a serial that are shorter than AWS's own model
 * allows: each is read with more of it.
 */
static const struct {
	const char *is;
	const char *read_as;
} shorts[] = {
	{ "ASIAX", "ASIAXXXXXXXXXXXXXXXX" },
	{ "R1234", "R12341234" },
};

/* The body with them, in place of the first, which is freed. */
static char *lengthened(char *body)
{
	for (size_t i = 0; i < sizeof(shorts) / sizeof(shorts[0]); i++) {
		const char *at = strstr(body, shorts[i].is);
		size_t room = strlen(body) + strlen(shorts[i].read_as) + 1;
		char *longer;

		if (!at)
			continue;
		longer = malloc(room);
		assert_non_null(longer);
		(void)snprintf(longer, room, "%.*s%s%s", (int)(at - body), body,
			       shorts[i].read_as, at + strlen(shorts[i].is));
		free(body);
		body = longer;
	}
	return body;
}

static const char *lengthened_name(const char *name)
{
	for (size_t i = 0; i < sizeof(shorts) / sizeof(shorts[0]); i++)
		if (strcmp(name, shorts[i].is) == 0)
			return shorts[i].read_as;
	return name;
}

static void recorder_with(struct recorder *r, struct recorded_answer *answer,
			  int status, const char *body)
{
	*answer = (struct recorded_answer){ .status = status, .body = body };
	recorder_begin(r, answer);
	r->now = INT64_C(4102444800); /* 2100: the samples have expired */
}

/* Without white space: the samples' tokens are broken into lines. */
static void assert_same_token(const char *got, const char *want)
{
	for (; *want != '\0'; want++)
		if (!strchr(" \n", *want))
			assert_int_equal(*got++, *want);
	assert_int_equal(*got, '\0');
}

static void check_credentials(const struct credentials *creds,
			      const json_t *expect)
{
	const char *expires = expected(expect, "Expiration");
	int64_t t = 0;

	if (expected(expect, "AccessKeyId"))
		assert_string_equal(
			creds->access_key_id,
			lengthened_name(expected(expect, "AccessKeyId")));
	if (expected(expect, "SecretAccessKey"))
		assert_same_token(secbuf_text(creds->secret_key),
				  expected(expect, "SecretAccessKey"));
	if (expected(expect, "SessionToken"))
		assert_same_token(secbuf_text(creds->session_token),
				  expected(expect, "SessionToken"));
	if (expires) {
		assert_true(timefmt_parse_iso(expires, &t));
		assert_int_equal(creds->expires, t);
	}
}

static bool ask_role(struct recorder *r, const json_t *expect,
		     struct error *err)
{
	const struct sts_assume_role in = { .role_arn = "r",
					    .session_name = "me" };
	struct credentials creds = { 0 };
	char arn[2049];
	bool ok = sts_assume_role(&r->caller, &in, &creds, arn, NULL, err);

	if (ok)
		check_credentials(&creds, expect);
	if (ok && expected(expect, "Arn"))
		assert_string_equal(arn, expected(expect, "Arn"));
	credentials_clear(&creds);
	return ok;
}

static bool ask_token(struct recorder *r, const json_t *expect,
		      struct error *err)
{
	const struct sts_session_token in = { 0 };
	struct credentials creds = { 0 };
	bool ok = sts_get_session_token(&r->caller, &in, &creds, NULL, err);

	if (ok)
		check_credentials(&creds, expect);
	credentials_clear(&creds);
	return ok;
}

static bool ask_identity(struct recorder *r, const json_t *expect,
			 struct error *err)
{
	struct sts_identity identity;

	if (!sts_get_caller_identity(&r->caller, &identity, err))
		return false;
	assert_string_equal(identity.arn, expected(expect, "Arn"));
	assert_string_equal(identity.account, expected(expect, "Account"));
	assert_string_equal(identity.user_id, expected(expect, "UserId"));
	return true;
}

static bool ask_devices(struct recorder *r, const json_t *expect,
			struct error *err)
{
	const json_t *devices = json_object_get(expect, "MFADevices");
	struct arena *arena = arena_new();
	const char *const *serials;
	size_t n = 0;
	bool ok;

	assert_non_null(arena);
	ok = iam_devices_list(&r->caller, arena, &serials, &n, err);
	assert_int_equal(n, json_array_size(devices));
	for (size_t i = 0; i < n; i++)
		assert_string_equal(
			serials[i],
			lengthened_name(expected(json_array_get(devices, i),
						 "SerialNumber")));
	arena_free(arena);
	return ok;
}

static const struct sample {
	const char *file; /* how its name begins; the first row counts */
	bool (*ask)(struct recorder *, const json_t *, struct error *);
	bool succeeds;
} samples[] = {
	{ "sts-assume-role.xml", ask_role, true },
	{ "sts-get-session-token", ask_token, true },
	{ "sts-get-caller-identity", ask_identity, true },
	{ "iam-list-mfa-devices", ask_devices, true },
	{ "odd-prefixed-ns", ask_role, true },
	{ "odd-no-ns", ask_role, true },
	{ "odd-", ask_role, false },
	{ "error-", ask_token, false },
};

static const struct sample *sample_of(const char *file)
{
	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++)
		if (strncmp(file, samples[i].file, strlen(samples[i].file)) ==
		    0)
			return &samples[i];
	return NULL;
}

/* AWS's code and its message, without blanks at its end. */
static void check_error(const struct error *err, const char *code,
			const char *message)
{
	char text[1024];
	size_t len;

	assert_string_equal(err->about.aws_code, code);
	(void)snprintf(text, sizeof(text), "%s", message ? message : "");
	for (len = strlen(text); len > 0 && text[len - 1] == ' '; len--)
		text[len - 1] = '\0';
	assert_string_equal(err->about.detail, text);
}

static bool check_sample(const char *file, const json_t *expect)
{
	const struct sample *sample = sample_of(file);
	struct recorded_answer answer;
	struct error err = { 0 };
	struct recorder r;
	char path[256];
	char *body;
	size_t len;

	if (!sample)
		return false; /* the answer to a call that is not ours */
	print_message("%s\n", file);
	(void)snprintf(path, sizeof(path), SAMPLES "/%s", file);
	body = conformance_read(path, &len);
	assert_non_null(body);
	body = lengthened(body);
	recorder_with(
		&r, &answer,
		(int)json_integer_value(json_object_get(expect, "status")),
		body);
	assert_int_equal(sample->ask(&r, expect, &err), sample->succeeds);
	if (expected(expect, "Error.Code"))
		check_error(&err, expected(expect, "Error.Code"),
			    expected(expect, "Error.Message"));
	assert_null(strstr(facts_show(&err), "root:"));
	recorder_end(&r);
	free(body);
	return true;
}

static void reads_the_documented_answers(void **state)
{
	json_t *index;
	json_t *one;
	const char *file;
	size_t n = 0;

	(void)state;
	if (!conformance_is_here())
		skip();
	index = conformance_json(SAMPLES "/index.json");
	assert_non_null(index);
	json_object_foreach(json_object_get(index, "cases"), file, one) n +=
		check_sample(file, json_object_get(one, "expect")) ||
		check_sample(file, one);
	print_message("%zu samples\n", n);
	assert_true(n > 30);
	json_decref(index);
}

static void check_recorded_error(const char *path)
{
	size_t len = strlen(path);
	struct recorded_answer answer;
	struct error err = { 0 };
	struct recorder r;
	char beside[1024];
	char *body;
	json_t *expect;

	if (strcmp(path + len - 4, ".xml") != 0)
		return;
	print_message("%s\n", path);
	(void)snprintf(beside, sizeof(beside), "%.*s.json", (int)len - 4, path);
	expect = conformance_json(beside);
	body = conformance_read(path, &len);
	assert_non_null(expect);
	assert_non_null(body);
	recorder_with(&r, &answer, 400, body);
	assert_false(ask_token(&r, NULL, &err));
	assert_int_equal(err.code, ERROR_DENIED);
	check_error(&err, expected(json_object_get(expect, "Error"), "Code"),
		    expected(json_object_get(expect, "Error"), "Message"));
	recorder_end(&r);
	free(body);
	json_decref(expect);
}

static void reads_the_recorded_errors(void **state)
{
	(void)state;
	if (!conformance_is_here())
		skip();
	assert_true(conformance_each(RECORDED "/errors", check_recorded_error) >
		    20);
}

static void check_recorded(const char *name,
			   bool (*ask)(struct recorder *, const json_t *,
				       struct error *),
			   const char *inner)
{
	struct recorded_answer answer;
	struct error err = { 0 };
	struct recorder r;
	char path[256];
	char *body;
	json_t *expect;
	size_t len;

	(void)snprintf(path, sizeof(path), RECORDED "/responses/%s.json", name);
	expect = conformance_json(path);
	(void)snprintf(path, sizeof(path), RECORDED "/responses/%s.xml", name);
	body = conformance_read(path, &len);
	assert_non_null(expect);
	assert_non_null(body);
	body = lengthened(body);
	recorder_with(&r, &answer, 200, body);
	assert_true(
		ask(&r, inner ? json_object_get(expect, inner) : expect, &err));
	recorder_end(&r);
	free(body);
	json_decref(expect);
}

static void reads_the_recorded_answers(void **state)
{
	(void)state;
	if (!conformance_is_here())
		skip();
	check_recorded("sts-get-session-token", ask_token, "Credentials");
	check_recorded("iam-list-mfa-devices", ask_devices, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_the_documented_answers),
		cmocka_unit_test(reads_the_recorded_errors),
		cmocka_unit_test(reads_the_recorded_answers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
