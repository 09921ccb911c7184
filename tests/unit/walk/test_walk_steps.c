#include <string.h>

#include "base/error.h"
#include "fakes/fake_world.h"
#include "fakes/walk.h"
#include "support/check.h"

/* Ways of exec other than the usual one, each log as a whole. */

#define LOOK                                   \
	"files.read      ~/.aws/config\n"      \
	"files.read      ~/.aws/credentials\n" \
	"launcher.find   aws\n"
#define DEVICE  "arn:aws:iam::111122223333:mfa/fohte"
#define CODE    "prompt.ask      MFA code for " DEVICE "\n"
#define NOTED   "ledger.get      code " DEVICE "\n"
#define NO_SEED "keyring.get     seed " DEVICE "            (none)\n"
#define NOTE    "ledger.raise    code " DEVICE "\n"
#define ASK     NO_SEED NOTED CODE NOTE
#define STAMP   "keyring.stamp   key custodian\n"
#define KEY                                   \
	STAMP "keyring.get     key custodian" \
	      "\n"
/* Is the key that the walk began with still stored? */
#define KEEP   "locks.take      key custodian\n" STAMP
#define STS    "http.send       POST sts.ap-northeast-1 "
#define BECOME "audit.append\nlauncher.become aws s3 ls\n"

static void refuse(struct fake_world *fake, const char *action,
		   const char *code, const char *text, int times)
{
	fake->refuse = action;
	fake->refuse_code = code;
	fake->refuse_text = text;
	fake->refusals = times;
}

static void refuse_codes(struct fake_world *fake, int times)
{
	refuse(fake, "GetSessionToken", "AccessDenied",
	       "MultiFactorAuthentication failed with invalid MFA one time "
	       "pass code. ",
	       times);
}

static void makes_the_role_anew_from_the_mfa_session_after_an_hour(void **state)
{
	struct fake_world *fake = *state;
	struct call call = walk_call("testing");
	struct error err = { 0 };

	assert_true(walk_run(fake, &call, &err));
	fake_world_next(fake);
	fake->now += 3600 - 299; /* less than the 5 minutes that exec wants */
	walk_is(fake, &call,
		LOOK "keyring.get     session 7f3a…\n"
		     "keyring.get     session c0de…\n" STAMP
		     "locks.take      session 7f3a…\n"
		     "keyring.get     session 7f3a…\n" STS "AssumeRole\n" KEEP
		     "keyring.get     session c0de…\n"
		     "keyring.put     session 7f3a…\n" BECOME);
}

/* 7f3a… is chained's, c0de… testing's, beef… the session with MFA. */
static void takes_a_chain_of_roles_one_after_another(void **state)
{
	struct fake_world *fake = *state;
	struct call call = walk_call("chained");

	walk_is(fake, &call,
		LOOK
		"keyring.get     session 7f3a…            (none)\n"
		"keyring.get     session c0de…            (none)\n"
		"keyring.get     session beef…            (none)\n"
		"locks.take      session 7f3a…\n"
		"keyring.get     session 7f3a…            (none)\n"
		"locks.take      session c0de…\n"
		"keyring.get     session c0de…            (none)\n"
		"locks.take      custodian " DEVICE "\n"
		"keyring.get     session beef…            (none)\n" KEY ASK STS
		"GetSessionToken\n" KEEP "keyring.put     session beef…\n" STS
		"AssumeRole\n" KEEP "keyring.put     session c0de…\n" STS
		"AssumeRole\n" KEEP "keyring.put     session 7f3a…\n" BECOME);
	fake_world_next(fake);
	call.request.profile =
		"testing"; /* a step of the chain, so it is there */
	walk_is(fake, &call,
		LOOK "keyring.get     session c0de…\n" STAMP BECOME);
}

/* One code opened the way: the chain's first role is testing's session. */
static void goes_on_from_the_last_step_that_is_cached(void **state)
{
	struct fake_world *fake = *state;
	struct call call = walk_call("testing");
	struct error err = { 0 };

	assert_true(walk_run(fake, &call, &err));
	fake_world_next(fake);
	call.request.profile = "chained";
	walk_is(fake, &call,
		LOOK "keyring.get     session beef…            (none)\n"
		     "keyring.get     session 7f3a…\n" STAMP
		     "locks.take      session beef…\n"
		     "keyring.get     session beef…            (none)\n" STS
		     "AssumeRole\n" KEEP "keyring.get     session 7f3a…\n"
		     "keyring.put     session beef…\n" BECOME);
}

/* A request for a long session first reads the limit of the role. */
#define STRAIGHT(known)                                                      \
	LOOK "keyring.get     session 7f3a…            (none)\n"           \
	     "locks.take      session 7f3a…\n"                             \
	     "locks.take      custodian " DEVICE "\n"                        \
	     "keyring.get     session 7f3a…            (none)\n" KEY NO_SEED \
		     NOTED CODE known NOTE STS "AssumeRole\n" KEEP           \
	     "keyring.put     session 7f3a…\n" BECOME

static void takes_the_role_straight_from_the_key_without_a_session(void **state)
{
	struct fake_world *fake = *state;
	struct call call = walk_call("testing");

	call.request.no_session = true;
	walk_is(fake, &call, STRAIGHT(""));
	assert_string_equal(strbuf_text(&fake->said), "");
	fake_world_next(fake);
	walk_is(fake, &call,
		LOOK "keyring.get     session 7f3a…\n" STAMP BECOME);
}

static void takes_a_role_of_two_hours_straight_and_says_why(void **state)
{
	struct fake_world *fake = *state;
	struct call call = walk_call("testing");

	call.request.duration = 7200;
	walk_is(fake, &call,
		STRAIGHT("ledger.get      longest "
			 "arn:aws:iam::222233334444:role/Dev\n"));
	assert_non_null(strstr(strbuf_text(&fake->said), "direct-request"));
	fake_world_next(fake);
	fake->now += 7200 - 301; /* it lasts as long as was asked for */
	walk_is(fake, &call,
		LOOK "keyring.get     session 7f3a…\n" STAMP BECOME);
	assert_string_equal(strbuf_text(&fake->said), "");
}

static void asks_for_another_code_when_one_is_refused(void **state)
{
	struct fake_world *fake = *state;
	struct call call = walk_call("testing");

	fake->answers[1] = "12345"; /* no code at all: asked again, unsent */
	fake->answers[2] = "654321";
	refuse_codes(fake, 1);
	walk_is(fake, &call,
		LOOK
		"keyring.get     session 7f3a…            (none)\n"
		"keyring.get     session c0de…            (none)\n"
		"locks.take      session 7f3a…\n"
		"keyring.get     session 7f3a…            (none)\n"
		"locks.take      custodian " DEVICE "\n"
		"keyring.get     session c0de…            (none)\n" KEY ASK STS
		"GetSessionToken\n"
		"prompt.tell     AWS refused that code of " DEVICE
		": it was mistyped, already used, or of another device.\n" NOTED
		"prompt.wait     20 s\n" CODE
		"prompt.tell     An MFA code has six digits.\n" CODE NOTE STS
		"GetSessionToken\n" KEEP "keyring.put     session c0de…\n" STS
		"AssumeRole\n" KEEP "keyring.put     session 7f3a…\n" BECOME);
	assert_int_equal(fake->n_answers, 3);
}

/* The MFA session lasts by its date, but AWS does not take it any more. */
static void drops_a_session_that_aws_refuses_and_goes_round_once(void **state)
{
	struct fake_world *fake = *state;
	struct call call = walk_call("testing");
	struct error err = { 0 };

	assert_true(walk_run(fake, &call, &err));
	fake_world_next(fake);
	fake->now += 3600;
	fake->n_answers = 0;
	refuse(fake, "AssumeRole", "ExpiredToken",
	       "The security token included in the request is expired", 1);
	walk_is(fake, &call,
		LOOK
		"keyring.get     session 7f3a…\n"
		"keyring.get     session c0de…\n" STAMP
		"locks.take      session 7f3a…\n"
		"keyring.get     session 7f3a…\n" STS "AssumeRole\n"
		"keyring.remove  session c0de…\n"
		"keyring.get     session c0de…            (none)\n"
		"locks.take      session 7f3a…\n"
		"keyring.get     session 7f3a…\n"
		"locks.take      custodian " DEVICE "\n"
		"keyring.get     session c0de…            (none)\n" KEY ASK STS
		"GetSessionToken\n" KEEP "keyring.put     session c0de…\n" STS
		"AssumeRole\n" KEEP "keyring.put     session 7f3a…\n" BECOME);
}

static void goes_round_no_more_than_once(void **state)
{
	struct fake_world *fake = *state;
	struct call call = walk_call("testing");
	struct error err = { 0 };

	assert_true(walk_run(fake, &call, &err));
	fake_world_next(fake);
	fake->now += 3600;
	fake->n_answers = 0;
	refuse(fake, "AssumeRole", "ExpiredToken",
	       "The security token included in the request is expired", 99);
	assert_false(walk_run(fake, &call, &err));
	assert_int_equal(err.code, ERROR_DENIED);
	assert_int_equal(fake->n_answers, 1);
	assert_int_equal(99 - fake->refusals, 2);
}

static void looks_at_no_cached_session_when_all_is_to_be_new(void **state)
{
	struct fake_world *fake = *state;
	struct call call = walk_call("testing");
	struct error err = { 0 };

	assert_true(walk_run(fake, &call, &err));
	fake_world_next(fake);
	fake->n_answers = 0;
	fake->now += 30; /* the next code */
	call.request.refresh = true;
	walk_is(fake, &call,
		LOOK "locks.take      session 7f3a…\n"
		     "locks.take      custodian " DEVICE "\n" KEY ASK STS
		     "GetSessionToken\n" KEEP
		     "keyring.put     session c0de…\n" STS "AssumeRole\n" KEEP
		     "keyring.put     session 7f3a…\n" BECOME);
}

/* The user is asked before the first request. */
static void asks_who_it_is_once_and_keeps_it_with_the_key(void **state)
{
	struct fake_world *fake = *state;
	struct call call = walk_call("testing");

	walk_put_key(fake, false);
	walk_is(fake, &call,
		LOOK
		"keyring.get     session 7f3a…            (none)\n"
		"keyring.get     session c0de…            (none)\n"
		"locks.take      session 7f3a…\n"
		"keyring.get     session 7f3a…            (none)\n"
		"locks.take      custodian " DEVICE "\n"
		"keyring.get     session c0de…            (none)\n" KEY NO_SEED
			NOTED CODE STS "GetCallerIdentity\n" KEEP
		"keyring.put     key custodian\n" STAMP NOTE STS
		"GetSessionToken\n" KEEP "keyring.put     session c0de…\n" STS
		"AssumeRole\n" KEEP "keyring.put     session 7f3a…\n" BECOME);
	fake_world_next(fake);
	fake->n_answers = 0;
	fake->now += 30; /* the next code */
	call.request.refresh = true;
	walk_is(fake, &call,
		LOOK "locks.take      session 7f3a…\n"
		     "locks.take      custodian " DEVICE "\n" KEY ASK STS
		     "GetSessionToken\n" KEEP
		     "keyring.put     session c0de…\n" STS "AssumeRole\n" KEEP
		     "keyring.put     session 7f3a…\n" BECOME);
}

/* A profile without a role ends in the session itself. */
static void ends_in_the_mfa_session_where_no_role_is_named(void **state)
{
	struct fake_world *fake = *state;
	struct call call = walk_call("custodian");

	walk_is(fake, &call,
		LOOK
		"keyring.get     session 7f3a…            (none)\n"
		"locks.take      custodian " DEVICE "\n"
		"keyring.get     session 7f3a…            (none)\n" KEY ASK STS
		"GetSessionToken\n" KEEP
		"keyring.put     session 7f3a…\n" BECOME);
	fake_world_next(fake);
	call.request.profile = "testing"; /* which needs no other code */
	walk_is(fake, &call,
		LOOK "keyring.get     session c0de…            (none)\n"
		     "keyring.get     session 7f3a…\n" STAMP
		     "locks.take      session c0de…\n"
		     "keyring.get     session c0de…            (none)\n" STS
		     "AssumeRole\n" KEEP "keyring.get     session 7f3a…\n"
		     "keyring.put     session c0de…\n" BECOME);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WALK(makes_the_role_anew_from_the_mfa_session_after_an_hour),
		WALK(takes_a_chain_of_roles_one_after_another),
		WALK(goes_on_from_the_last_step_that_is_cached),
		WALK(takes_the_role_straight_from_the_key_without_a_session),
		WALK(takes_a_role_of_two_hours_straight_and_says_why),
		WALK(asks_for_another_code_when_one_is_refused),
		WALK(drops_a_session_that_aws_refuses_and_goes_round_once),
		WALK(goes_round_no_more_than_once),
		WALK(looks_at_no_cached_session_when_all_is_to_be_new),
		WALK(asks_who_it_is_once_and_keeps_it_with_the_key),
		WALK(ends_in_the_mfa_session_where_no_role_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
