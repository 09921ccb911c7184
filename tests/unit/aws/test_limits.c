#include <stdio.h>
#include <string.h>

#include "aws/credentials.h"
#include "aws/limits.h"
#include "base/mem.h"
#include "base/secbuf.h"
#include "support/check.h"
#include "support/facts.h"

static void patterns_have_lengths_and_sets(void **state)
{
	static const struct {
		const struct limits_pattern *pattern;
		const char *text;
		bool fits;
	} rows[] = {
		{ &limits_serial, "arn:aws:iam::111122223333:mfa/a_+=,.@-z",
		  true },
		{ &limits_serial, "GAHT12345678", true },
		{ &limits_serial, "12345678", false },
		{ &limits_serial, "", false },
		{ &limits_serial, "arn:aws:iam::1:mfa/x\ny = z", false },
		{ &limits_serial, "arn:aws:iam::1:mfa/x y", false },
		{ &limits_serial, "arn:aws:iam::1:mfa/\xc3\xa9", false },
		{ &limits_serial, "arn:aws:iam::1:mfa/x;y", false },
		{ &limits_session_name, "a@b", true },
		{ &limits_session_name, "a", false },
		{ &limits_session_name, "a/b", false },
		{ &limits_federation_name, "a@", true },
		{ &limits_federation_name, "a", false },
		{ &limits_federation_name, "abcdefghijklmnopqrstuvwxyz_+=,.@",
		  true },
		{ &limits_federation_name, "abcdefghijklmnopqrstuvwxyz_+=,.@-",
		  false },
		{ &limits_external_id, "a/b", true },
		{ &limits_key_id, "AKIAIOSFODNN7EXAMPLE", true },
		{ &limits_key_id, "AKIAIOSFODNN7EXA", true },
		{ &limits_key_id, "AKIAIOSFODNN7EX", false },
		{ &limits_key_id, "akiaiosfodnn7example", false },
		{ &limits_key_id, "AKIAIOSFODNN7EXAMPLE\n", false },
		{ &limits_key_id, "AKIAIOSFODNN7 EXAMPLE", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (limits_fit(rows[i].pattern, rows[i].text) != rows[i].fits)
			fail_msg("\"%s\"", rows[i].text);
	assert_true(limits_fit_n(&limits_serial, "123456789\n", 9));
	assert_false(limits_fit_n(&limits_serial, "12345678\0009", 10));
}

static void the_longest_fit_and_one_more_does_not(void **state)
{
	char text[LIMITS_SERIAL_MAX + 2] = "";

	(void)state;
	memset(text, 'A', LIMITS_SERIAL_MAX);
	assert_true(limits_fit(&limits_serial, text));
	text[LIMITS_SERIAL_MAX] = 'A';
	assert_false(limits_fit(&limits_serial, text));
	text[LIMITS_KEY_ID_MAX] = '\0';
	assert_true(limits_fit(&limits_key_id, text));
}

static void secrets_are_visible_ascii(void **state)
{
	(void)state;
	assert_true(limits_is_secret("k"));
	assert_true(limits_is_secret("!\"'~"));
	assert_false(limits_is_secret(""));
	assert_false(limits_is_secret("a b"));
	assert_false(limits_is_secret("a\n"));
	assert_false(limits_is_secret("a\x7f"));
	assert_false(limits_is_secret("x\xe2\x80\x99"));
}

static void tags_have_no_line_breaks(void **state)
{
	(void)state;
	assert_true(limits_is_tag_text(view_of("Cost Center_.:/=+-@9")));
	assert_true(limits_is_tag_text(view_of("\xc3\xa9")));
	assert_true(limits_is_tag_text(view_of("")));
	assert_false(limits_is_tag_text(view_of("\nCost")));
	assert_false(limits_is_tag_text(view_of("a\tb")));
	assert_false(limits_is_tag_text(view_of("a#b")));
	assert_false(limits_is_tag_text((struct view){ "a\0b", 3 }));
}

static void credentials_are_checked_part_by_part(void **state)
{
	static const struct {
		const char *id, *secret, *token, *wrong;
	} rows[] = {
		{ "AKIAIOSFODNN7EXAMPLE", "k", NULL, NULL },
		{ "ASIAIOSFODNN7EXAMPLE", "k", "t", NULL },
		{ NULL, "k", NULL, "access key ID" },
		{ "ASIAIOSFODNN7EXAMPLE\nX=y", "k", "t", "access key ID" },
		{ "ASIAIOSFODNN7EXAMPLE", NULL, "t", "secret access key" },
		{ "ASIAIOSFODNN7EXAMPLE", "a b", "t", "secret access key" },
		{ "ASIAIOSFODNN7EXAMPLE", "k", "t\xe2\x80\x99",
		  "session token" },
		{ "ASIAIOSFODNN7EXAMPLE", "k", "", "session token" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct credentials creds = { 0 };
		struct error err = { 0 };
		bool ok;

		if (rows[i].id) {
			creds.access_key_id = mem_alloc(strlen(rows[i].id) + 1);
			memcpy(creds.access_key_id, rows[i].id,
			       strlen(rows[i].id) + 1);
		}
		if (rows[i].secret)
			creds.secret_key = secbuf_from(rows[i].secret);
		if (rows[i].token)
			creds.session_token = secbuf_from(rows[i].token);
		ok = credentials_check(&creds, &err);
		assert_int_equal(ok, rows[i].wrong == NULL);
		if (!ok)
			assert_error(&err, REASON_BAD_CREDENTIALS,
				     .other = rows[i].wrong);
		if (!ok)
			assert_null(strstr(facts_show(&err), "a b"));
		credentials_clear(&creds);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(patterns_have_lengths_and_sets),
		cmocka_unit_test(the_longest_fit_and_one_more_does_not),
		cmocka_unit_test(secrets_are_visible_ascii),
		cmocka_unit_test(tags_have_no_line_breaks),
		cmocka_unit_test(credentials_are_checked_part_by_part),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
