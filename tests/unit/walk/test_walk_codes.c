#include <string.h>

#include "base/error.h"
#include "base/secbuf.h"
#include "fakes/fake_world.h"
#include "fakes/walk.h"
#include "support/check.h"

/* A code is sent once, even if the request fails. */

static void refuse(struct fake_world *fake, const char *action,
		   const char *code, const char *text)
{
	fake->refuse = action;
	fake->refuse_code = code;
	fake->refuse_text = text;
	fake->refusals = 1;
}

/* Returns the log after a line, or "" if there is no such line. */
static const char *behind(const struct fake_world *fake, const char *line)
{
	const char *at = strstr(strbuf_text(&fake->log), line);

	return at ? at + strlen(line) : "";
}

static void waits_for_the_next_step_before_it_asks_again(void **state)
{
	struct fake_world *fake = *state;
	struct call call = walk_call("testing");
	struct error err = { 0 };
	int64_t step = fake->now / 30;

	fake->answers[1] = "654321";
	refuse(fake, "GetSessionToken", "AccessDenied",
	       "MultiFactorAuthentication failed with invalid MFA one time "
	       "pass code. ");
	assert_true(walk_run(fake, &call, &err));
	assert_non_null(strstr(strbuf_text(&fake->log), "prompt.wait"));
	assert_int_equal(fake->now / 30, step + 1);
	assert_int_equal(fake->code_step, step + 1);
}

static void a_step_that_another_run_used_is_waited_out(void **state)
{
	struct fake_world *fake = *state;
	struct call call = walk_call("testing");
	struct error err = { 0 };

	assert_int_equal(fake->now % 30, 10);
	fake->code_step = fake->now / 30;
	assert_true(walk_run(fake, &call, &err));
	assert_memory_equal(behind(fake, "prompt.wait     "),
			    "20 s\nprompt.ask", 15);
}

static void a_given_code_is_not_sent_in_a_step_that_was_used(void **state)
{
	struct fake_world *fake = *state;
	struct call call = walk_call("testing");
	struct error err = { 0 };

	call.request.mfa_token = secbuf_from("123456");
	fake->code_step = fake->now / 30;
	assert_false(walk_run(fake, &call, &err));
	assert_int_equal(err.code, ERROR_PERSON);
	assert_true(error_is(&err, REASON_CODE_USED_BEFORE));
	assert_null(strstr(strbuf_text(&fake->log), "http.send"));
	assert_null(strstr(strbuf_text(&fake->log), "prompt."));
	fake->code_step--; /* an older step is none of our business */
	fake_world_next(fake);
	assert_true(walk_run(fake, &call, &err));
	secbuf_free(call.request.mfa_token);
}

static void a_note_of_a_clock_that_was_wrong_is_passed_over(void **state)
{
	struct fake_world *fake = *state;
	struct call call = walk_call("testing");
	struct error err = { 0 };

	fake->code_step = fake->now / 30 + 100;
	assert_true(walk_run(fake, &call, &err));
	assert_null(strstr(strbuf_text(&fake->log), "prompt.wait"));
}

static void a_code_whose_answer_is_lost_is_not_sent_again(void **state)
{
	struct fake_world *fake = *state;
	struct call call = walk_call("testing");
	struct error err = { 0 };

	fake->answers[1] = "654321";
	fake->lose = "GetSessionToken";
	assert_true(walk_run(fake, &call, &err));
	assert_int_equal(fake->n_answers, 2);
	assert_non_null(strstr(strbuf_text(&fake->log),
			       "prompt.tell     AWS did not answer"));
	assert_non_null(strstr(strbuf_text(&fake->log), "prompt.wait"));
}

static void a_given_code_whose_answer_is_lost_is_the_end(void **state)
{
	struct fake_world *fake = *state;
	struct call call = walk_call("testing");
	struct error err = { 0 };

	call.request.mfa_token = secbuf_from("123456");
	fake->lose = "GetSessionToken";
	assert_false(walk_run(fake, &call, &err));
	assert_int_equal(err.code, ERROR_NETWORK);
	assert_string_equal(behind(fake, "GetSessionToken\n"), "");
	secbuf_free(call.request.mfa_token);
}

static void a_program_gives_the_next_code_as_well(void **state)
{
	struct fake_world *fake = *state;
	struct call call = walk_call("processed");
	struct error err = { 0 };

	fake->files[0].text =
		"[profile custodian]\n"
		"mfa_serial = arn:aws:iam::111122223333:mfa/fohte\n"
		"[profile processed]\n"
		"role_arn = arn:aws:iam::222233334444:role/Dev\n"
		"source_profile = custodian\n"
		"mfa_process = code of it\n";
	fake->answers[1] = "654321";
	refuse(fake, "GetSessionToken", "AccessDenied",
	       "MultiFactorAuthentication failed with invalid MFA one time "
	       "pass code. ");
	assert_true(walk_run(fake, &call, &err));
	assert_null(strstr(strbuf_text(&fake->log), "prompt.ask"));
	assert_non_null(strstr(behind(fake, "prompt.wait     "),
			       "helpers.run     mfa_process code of it "
			       "arn:aws:iam::111122223333:mfa/fohte\n"));
}

static void a_code_that_never_left_is_not_spent(void **state)
{
	struct fake_world *fake = *state;
	struct call call = walk_call("testing");
	struct error err = { 0 };

	call.request.mfa_token = secbuf_from("123456");
	fake->cut_off = true;
	assert_false(walk_run(fake, &call, &err));
	assert_int_equal(err.code, ERROR_NETWORK);
	fake->cut_off = false;
	assert_true(walk_run(fake, &call, &err)); /* in the same step */
	secbuf_free(call.request.mfa_token);
}

static void whoever_gives_up_says_so_to_those_who_wait(void **state)
{
	struct fake_world *fake = *state;
	struct call call = walk_call("testing");
	struct error err = { 0 };

	fake->answers[0] = NULL; /* nobody is there */
	assert_false(walk_run(fake, &call, &err));
	assert_non_null(strstr(strbuf_text(&fake->log), "locks.give_up"));
	fake_world_next(fake);
	fake->answers[0] = "123456";
	fake->refuse = "AssumeRole";
	fake->refuse_code = "AccessDenied";
	fake->refuse_text = "no";
	fake->refusals = 1;
	assert_false(walk_run(fake, &call, &err)); /* of another kind */
	assert_null(strstr(strbuf_text(&fake->log), "locks.give_up"));
}

static void
takes_one_hour_where_the_role_allows_less_and_remembers(void **state)
{
	struct fake_world *fake = *state;
	struct call call = walk_call("testing");
	struct error err = { 0 };

	fake->answers[1] = "654321";
	fake->answers[2] = "765432";
	call.request.duration = 7200;
	refuse(fake, "AssumeRole", "ValidationError",
	       "The requested DurationSeconds exceeds the MaxSessionDuration "
	       "set for this role.");
	assert_true(walk_run(fake, &call, &err));
	assert_int_equal(fake->n_answers, 2);
	assert_int_equal(fake->longest, 3600);
	assert_non_null(strstr(strbuf_text(&fake->said), "duration-too-long"));
	fake_world_next(fake);
	fake->now += 3600;
	assert_true(walk_run(fake, &call, &err)); /* asks for 1 h at once */
	assert_int_equal(fake->n_answers, 3);
	assert_non_null(strstr(strbuf_text(&fake->said), "duration-known"));
}

/* AWS's own time goes to programs; how long it lasts goes by our clock. */
static void an_expiry_is_the_one_that_aws_gave(void **state)
{
	struct fake_world *fake = *state;
	struct call call = walk_call("testing");
	struct error err = { 0 };

	fake->ahead = 600; /* AWS's clock is */
	assert_true(walk_run(fake, &call, &err));
	assert_non_null(strstr(strbuf_text(&fake->child),
			       "EXPIRATION=2030-03-17T18:56:40Z"));
	fake_world_next(fake);
	call.request.min_ttl = 0;
	fake->now += 3600 - 1; /* a second is left */
	assert_true(walk_run(fake, &call, &err));
	assert_null(strstr(strbuf_text(&fake->log), "http.send"));
	fake_world_next(fake);
	fake->now++;
	assert_true(walk_run(fake, &call, &err));
	assert_non_null(strstr(strbuf_text(&fake->log), "AssumeRole"));
}

/*
 * A session of a regional endpoint is valid at the global one, where a profile
 * without a region asks, but not the other way round.
 */
static void a_regional_session_serves_a_profile_without_a_region(void **state)
{
	static const char config[] =
		"[profile custodian]\n"
		"mfa_serial = arn:aws:iam::111122223333:mfa/fohte\n"
		"[profile testing]\n"
		"role_arn = arn:aws:iam::222233334444:role/Dev\n"
		"source_profile = custodian\n"
		"region = ap-northeast-1\n"
		"[profile nowhere]\n"
		"role_arn = arn:aws:iam::222233334444:role/Ops\n"
		"source_profile = custodian\n";
	struct fake_world *fake = *state;
	const char *const file = fake->files[0].path;
	struct call here = walk_call("testing");
	struct call nowhere = walk_call("nowhere");
	struct error err = { 0 };

	fake->files[0] = (struct fake_file){ file, config };
	fake->answers[1] = "654321";
	assert_true(walk_run(fake, &here, &err));
	fake_world_next(fake);
	assert_true(walk_run(fake, &nowhere, &err));
	assert_null(strstr(strbuf_text(&fake->log), "GetSessionToken"));
	assert_null(strstr(strbuf_text(&fake->log), "prompt.ask"));
}

static void a_global_session_serves_no_region(void **state)
{
	static const char config[] =
		"[profile custodian]\n"
		"mfa_serial = arn:aws:iam::111122223333:mfa/fohte\n"
		"[profile testing]\n"
		"role_arn = arn:aws:iam::222233334444:role/Dev\n"
		"source_profile = custodian\n"
		"region = ap-northeast-1\n";
	struct fake_world *fake = *state;
	const char *const file = fake->files[0].path;
	struct call global = walk_call("custodian");
	struct call here = walk_call("testing");
	struct error err = { 0 };

	fake->files[0] = (struct fake_file){ file, config };
	fake->answers[1] = "654321";
	assert_true(walk_run(fake, &global, &err));
	fake_world_next(fake);
	assert_true(walk_run(fake, &here, &err));
	assert_non_null(strstr(strbuf_text(&fake->log), "GetSessionToken"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WALK(waits_for_the_next_step_before_it_asks_again),
		WALK(a_step_that_another_run_used_is_waited_out),
		WALK(a_given_code_is_not_sent_in_a_step_that_was_used),
		WALK(a_note_of_a_clock_that_was_wrong_is_passed_over),
		WALK(a_code_whose_answer_is_lost_is_not_sent_again),
		WALK(a_given_code_whose_answer_is_lost_is_the_end),
		WALK(a_program_gives_the_next_code_as_well),
		WALK(a_code_that_never_left_is_not_spent),
		WALK(whoever_gives_up_says_so_to_those_who_wait),
		WALK(takes_one_hour_where_the_role_allows_less_and_remembers),
		WALK(an_expiry_is_the_one_that_aws_gave),
		WALK(a_regional_session_serves_a_profile_without_a_region),
		WALK(a_global_session_serves_no_region),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
