#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "message/message.h"
#include "message/message_aws.h"
#include "support/check.h"

/* --- templates -------------------------------------------------------------- */

static const struct error full = {
	.about = { .profile = "custodian",
		   .path = "/home/me/.aws/config",
		   .key = "mfa_serial",
		   .value = "x",
		   .line = 7,
		   .number = 5400,
		   .of = 3 },
};

static void renders(const struct error *err, const char *template,
		    const char *want)
{
	char out[MESSAGE_LEN];

	message_render(template, err, NULL, out, sizeof(out));
	assert_string_equal(out, want);
}

static void fills_the_facts_in(void **state)
{
	(void)state;
	renders(&full, "no facts", "no facts");
	renders(&full, "{profile}: {key}={value}", "custodian: mfa_serial=x");
	renders(&full, "{line} {number} {of} {span}", "7 5400 3 1h30m");
	renders(&full, "{place}", "/home/me/.aws/config:7");
	renders(&full, "key{s}", "keys");
	renders(&full, "[[profile {profile}]]", "[profile custodian]");
	renders(&full, "<{arn}>", "<>");
}

static void leaves_out_what_is_not_known(void **state)
{
	const struct error one = { .about = { .path = "p", .number = 1 } };

	(void)state;
	renders(&full, "a[ of {arn}] b", "a b");
	renders(&full, "a[ of {key}] b", "a of mfa_serial b");
	renders(&full, "a [{arn} and {key}|nothing] b", "a nothing b");
	renders(&full, "a [{key}|nothing] b", "a mfa_serial b");
	renders(&full, "[{arn}|{other}].", ".");
	renders(&one, "[{place}: ]key{s}[, line {line}]", "p: key");
}

static void cuts_a_long_message_at_a_character(void **state)
{
	struct error err = { .about = { .value = "\xc3\xa9\xc3\xa9" } };
	char out[5];

	(void)state;
	message_render("a{value}", &err, NULL, out, sizeof(out));
	assert_string_equal(out, "a\xc3\xa9?");
}

static void puts_contexts_before_it(void **state)
{
	struct error err = { 0 };
	char out[MESSAGE_LEN];

	(void)state;
	(void)error_fail(&err, REASON_SYSTEM_CALL, .detail = "why");
	(void)error_context(&err, REASON_MISSING_KEY, .profile = "p",
			    .key = "k");
	(void)error_context(&err, REASON_OUT_OF_MEMORY);
	message_text(&err, out, sizeof(out));
	assert_string_equal(out, "out of memory: profile p has no k: why");
}

static void a_hint_names_the_profile_that_failed(void **state)
{
	struct error err = { .about = { .profile = "key" } };
	const struct error none = { 0 };
	char out[MESSAGE_LEN];

	(void)state;
	(void)error_fail(&err, REASON_NO_SUCH_PROFILE, .profile = "key");
	message_hint(&err, "typed", out, sizeof(out));
	assert_string_equal(out, message_row(REASON_NO_SUCH_PROFILE).hint);
	message_hint(&none, "typed", out, sizeof(out));
	assert_string_equal(out, "");
}

static void hints_of_refusals_go_by_code_and_message(void **state)
{
	static const struct {
		const char *code, *detail, *hint;
	} rows[] = {
		{ "AccessDenied", "... with invalid MFA one time pass code. ",
		  "the code was mistyped" },
		{ "AccessDenied",
		  "is not authorized to perform: sts:AssumeRole",
		  "the user lacks sts:AssumeRole" },
		{ "AccessDenied", "no", "" },
		{ "InvalidClientTokenId", "", "the access key was deleted" },
		{ "SignatureDoesNotMatch", "Signature expired: 2020",
		  "this machine's clock is behind" },
		{ "SignatureDoesNotMatch", "The request signature",
		  "the secret access key does not" },
		{ "ValidationError", "the MaxSessionDuration set", "lower " },
		{ "Unknown", "sts:AssumeRole", "" },
	};
	char out[MESSAGE_LEN];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *hint = rows[i].hint;
		struct error err = { 0 };

		(void)error_fail(&err, REASON_AWS_REFUSED,
				 .aws_code = rows[i].code,
				 .detail = rows[i].detail);
		(void)error_context(&err, REASON_ASSUMING_ROLE, .arn = "role");
		message_hint(&err, "p", out, sizeof(out));
		assert_int_equal(out[0] == '\0', hint[0] == '\0');
		assert_memory_equal(out, hint, strlen(hint));
		(void)error_context(&err, REASON_LONG_ROLE);
		message_hint(&err, "p", out, sizeof(out));
		assert_memory_equal(out, "for more than 1h", 16);
	}
}

/* --- the table ---------------------------------------------------------------- */

/* Every placeholder of t is one that there is, and its brackets fit. */
static void is_well_formed(const char *t)
{
	static const struct error some = { .about = { "f", "f", "f", "f", "f",
						      "f", "f", "f", "f", "f",
						      1, 1, 1 } };
	char out[MESSAGE_LEN];

	message_render(t, &some, "f", out, sizeof(out));
	if (strpbrk(out, "{}|"))
		fail_msg("not a template: %s", t);
	for (t = strchr(t, '{'); t; t = strchr(t + 1, '{')) {
		char one[64];
		size_t len = strcspn(t, "}") + 1;

		assert_true(len < sizeof(one));
		memcpy(one, t, len);
		one[len] = '\0';
		message_render(one, &some, "f", out, sizeof(out));
		if (out[0] == '\0' && strcmp(one, "{s}") != 0 &&
		    strcmp(one, "{ofs}") != 0)
			fail_msg("no such placeholder: %s", one);
	}
}

static void every_reason_has_a_message(void **state)
{
	struct message_context_hint within;
	struct message_aws_row refusal;

	(void)state;
	for (unsigned i = 1; i < REASON_COUNT; i++) {
		struct message_row row = message_row((enum error_reason)i);
		char word[REASON_WORD_LEN];

		reason_word((enum error_reason)i, word);
		if (row.message[0] == '\0')
			fail_msg("%s has no row in table.def", word);
		is_well_formed(row.message);
		is_well_formed(row.hint);
	}
	for (size_t i = 0; message_context_hint(i, &within); i++)
		is_well_formed(within.hint);
	for (size_t i = 0; message_aws_row(i, &refusal); i++)
		is_well_formed(refusal.hint);
}

/* --- the wording, in one place -------------------------------------------------- */

static struct error sample(enum error_reason reason)
{
	struct error err;

	(void)error_fail(&err, reason, .profile = "PROFILE", .path = "/PATH",
			 .key = "KEY", .value = "VALUE", .expected = "EXPECTED",
			 .other = "OTHER", .arn = "ARN", .action = "ACTION",
			 .aws_code = "CODE", .detail = "DETAIL", .line = 7,
			 .number = 42, .of = 43);
	return err;
}

/* With all of its facts, then with none, then what to do. */
static void put_wording(FILE *out, enum error_reason reason)
{
	const struct error err = sample(reason);
	const struct error bare = { .reason = reason };
	char text[MESSAGE_LEN];
	char word[REASON_WORD_LEN];

	reason_word(reason, word);
	(void)fprintf(out, "%s (%d)\n", word, (int)err.code);
	message_text(&err, text, sizeof(text));
	(void)fprintf(out, "  %s\n", text);
	message_text(&bare, text, sizeof(text));
	(void)fprintf(out, "  %s\n", text);
	message_hint(&err, "ASKED", text, sizeof(text));
	if (text[0] != '\0')
		(void)fprintf(out, "  hint: %s\n", text);
}

/*
 * messages.txt has every sentence once, so that a change of wording is seen
 * there and nowhere else.  After one: ROLEKEY_GOLDEN=1 ctest -R unit/message
 */
static void the_wording_is_that_of_messages_txt(void **state)
{
	char path[4096];
	char *got = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&got, &len);
	FILE *file;
	char *want;

	(void)state;
	assert_non_null(out);
	for (unsigned i = 1; i < REASON_COUNT; i++)
		put_wording(out, (enum error_reason)i);
	(void)fclose(out);
	(void)snprintf(path, sizeof(path), "%s/tests/unit/message/messages.txt",
		       getenv("ROLEKEY_SOURCE"));
	if (getenv("ROLEKEY_GOLDEN")) {
		file = fopen(path, "w");
		assert_non_null(file);
		assert_int_equal(fwrite(got, 1, len, file), len);
		assert_int_equal(fclose(file), 0);
	}
	file = fopen(path, "r");
	assert_non_null(file);
	want = calloc(1, len + 2);
	assert_non_null(want);
	assert_in_range(fread(want, 1, len + 1, file), 1, len + 1);
	(void)fclose(file);
	assert_string_equal(got, want);
	free(want);
	free(got);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fills_the_facts_in),
		cmocka_unit_test(leaves_out_what_is_not_known),
		cmocka_unit_test(cuts_a_long_message_at_a_character),
		cmocka_unit_test(puts_contexts_before_it),
		cmocka_unit_test(a_hint_names_the_profile_that_failed),
		cmocka_unit_test(hints_of_refusals_go_by_code_and_message),
		cmocka_unit_test(every_reason_has_a_message),
		cmocka_unit_test(the_wording_is_that_of_messages_txt),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
