#include <string.h>

#include "access/log_use.h"
#include "access/request.h"
#include "aws/credentials.h"
#include "base/arena.h"
#include "base/error.h"
#include "fakes/fake_world.h"
#include "plan/plan.h"
#include "support/check.h"
#include "support/mem_failing.h"

#define TIME "\"2023-11-14T22:13:20Z\"" /* 1700000000 */
#define HEAD "{\"time\":" TIME ",\"profile\":\"testing\",\"account\":"

static const struct plan plan = { .profile = "testing",
				  .account = "222233334444" };

static struct request with_log(void)
{
	return (struct request){ .settings = { .log = true } };
}

static void init(struct fake_world *fake)
{
	fake_world_init(fake);
	fake->now = 1700000000;
}

static void all_that_is_known_is_in_the_line(void **state)
{
	struct fake_world fake;
	struct request request = with_log();
	const struct credentials creds = { .session_name = "alex",
					   .expires = 1700003600 };
	const struct log_use use = { .request = &request,
				     .plan = &plan,
				     .creds = &creds,
				     .how = LOG_USE_EXEC,
				     .command = "/usr/bin/aws" };

	(void)state;
	init(&fake);
	request.reason = "INC-42 \"disk\"";
	log_use(&use, &fake.world);
	assert_string_equal(strbuf_text(&fake.used),
			    HEAD "\"222233334444\",\"session_name\":\"alex\","
				 "\"how\":\"exec\",\"command\":\"aws\","
				 "\"reason\":\"INC-42 \\\"disk\\\"\","
				 "\"expires\":\"2023-11-14T23:13:20Z\"}\n");
	fake_world_clear(&fake);
}

static void what_is_not_known_is_null(void **state)
{
	static const struct plan user = { .profile = "testing" };
	struct fake_world fake;
	struct request request = with_log();
	const struct credentials creds = { .expires = 0 };
	const struct log_use use = { .request = &request,
				     .plan = &user,
				     .creds = &creds,
				     .how = LOG_USE_PROCESS };

	(void)state;
	init(&fake);
	log_use(&use, &fake.world);
	assert_string_equal(strbuf_text(&fake.used),
			    HEAD "null,\"session_name\":null,"
				 "\"how\":\"credential-process\","
				 "\"command\":null,\"reason\":null,"
				 "\"expires\":null}\n");
	fake_world_clear(&fake);
}

static void a_user_has_the_account_of_the_device(void **state)
{
	static const struct plan user = {
		.profile = "testing",
		.mfa_serial = "arn:aws:iam::111122223333:mfa/alex"
	};
	struct fake_world fake;
	struct request request = with_log();
	const struct credentials creds = { .expires = 0 };
	const struct log_use use = { .request = &request,
				     .plan = &user,
				     .creds = &creds,
				     .how = LOG_USE_EXPORT };

	(void)state;
	init(&fake);
	log_use(&use, &fake.world);
	assert_non_null(strstr(strbuf_text(&fake.used),
			       "\"account\":\"111122223333\""));
	fake_world_clear(&fake);
}

static void a_job_of_across_is_logged_as_one(void **state)
{
	struct fake_world fake;
	struct request request = with_log();
	const struct credentials creds = { .expires = 0 };
	struct log_use use = { .request = &request,
			       .plan = &plan,
			       .creds = &creds,
			       .how = LOG_USE_EXEC };

	(void)state;
	init(&fake);
	fake.environment[0] = JOBS_VARIABLE "=1";
	log_use(&use, &fake.world);
	assert_non_null(strstr(strbuf_text(&fake.used), "\"how\":\"across\""));
	use.how = LOG_USE_LOGIN; /* only exec is a job */
	log_use(&use, &fake.world);
	assert_non_null(strstr(strbuf_text(&fake.used), "\"how\":\"login\""));
	fake_world_clear(&fake);
}

static void nothing_is_logged_if_the_log_is_off(void **state)
{
	struct fake_world fake;
	const struct request request = { .settings = { .log = false } };
	const struct credentials creds = { .expires = 0 };
	const struct log_use use = { .request = &request,
				     .plan = &plan,
				     .creds = &creds,
				     .how = LOG_USE_EXEC };

	(void)state;
	init(&fake);
	log_use(&use, &fake.world);
	assert_string_equal(strbuf_text(&fake.log), "");
	fake_world_clear(&fake);
}

/* Neither a failing disk nor a lack of memory ends a command. */
static void a_failure_is_a_warning(void **state)
{
	struct fake_world fake;
	struct request request = with_log();
	const struct credentials creds = { .expires = 0 };
	const struct log_use use = { .request = &request,
				     .plan = &plan,
				     .creds = &creds,
				     .how = LOG_USE_EXEC };

	(void)state;
	init(&fake);
	fake.fail_at = 0;
	log_use(&use, &fake.world);
	assert_string_not_equal(strbuf_text(&fake.said), "");
	assert_string_equal(strbuf_text(&fake.used), "");
	fake_world_clear(&fake);
}

/* --- the reason ------------------------------------------------------------------ */

static const char *cleaned(struct arena *arena, const char *reason)
{
	struct error err = { 0 };

	assert_true(log_use_reason(&reason, arena, &err));
	return reason;
}

static void a_reason_has_no_controls_and_no_outer_blanks(void **state)
{
	struct arena *arena = arena_new();

	(void)state;
	assert_null(cleaned(arena, NULL));
	assert_string_equal(cleaned(arena, " INC-42\n"), "INC-42");
	assert_string_equal(cleaned(arena, "a\033[2Jb\nc"), "a?[2Jb?c");
	assert_string_equal(cleaned(arena, "gr\xc3\xb6\xc3\x9f\x65r"),
			    "gr\xc3\xb6\xc3\x9f\x65r");
	arena_free(arena);
}

static void a_reason_has_a_length(void **state)
{
	struct arena *arena = arena_new();
	char text[2 * LOG_USE_REASON_MAX + 3] = "";
	const char *reason = text;
	struct error err = { 0 };

	(void)state;
	for (size_t i = 0; i < LOG_USE_REASON_MAX; i++)
		memcpy(text + 2 * i, "\xc3\xb6", 2);
	assert_string_equal(cleaned(arena, text), text);
	memcpy(text + 2 * LOG_USE_REASON_MAX, "x", 2);
	assert_false(log_use_reason(&reason, arena, &err));
	assert_true(error_is(&err, REASON_BAD_OPTION_VALUE));
	assert_string_equal(err.about.key, "reason");
	reason = " \t\n";
	assert_false(log_use_reason(&reason, arena, &err));
	assert_int_equal(err.code, ERROR_USAGE);
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_that_is_known_is_in_the_line),
		cmocka_unit_test(what_is_not_known_is_null),
		cmocka_unit_test(a_user_has_the_account_of_the_device),
		cmocka_unit_test(a_job_of_across_is_logged_as_one),
		cmocka_unit_test(nothing_is_logged_if_the_log_is_off),
		cmocka_unit_test(a_failure_is_a_warning),
		cmocka_unit_test(a_reason_has_no_controls_and_no_outer_blanks),
		cmocka_unit_test(a_reason_has_a_length),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
