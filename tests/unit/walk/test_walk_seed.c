#include <string.h>

#include "base/error.h"
#include "base/secbuf.h"
#include "fakes/fake_world.h"
#include "fakes/walk.h"
#include "support/check.h"

/* A seed in the keyring gives the codes, and nobody is asked. */

#define DEVICE "arn:aws:iam::111122223333:mfa/fohte"
#define SEED   "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" /* RFC 6238's */

static void put_record(struct fake_world *fake, const char *text)
{
	const struct keyring_item item = { KEYRING_SEED, DEVICE, "a seed",
					   "custodian", 0 };
	struct secbuf *record = secbuf_from(text);
	struct error err = { 0 };

	assert_true(fake->world.keyring.put(fake, &item, record, &err));
	secbuf_free(record);
	fake_world_next(fake);
}

static int with_seed(void **state)
{
	int failed = walk_setup(state);
	struct fake_world *fake = *state;

	put_record(fake, "rolekey seed 1\nseed " SEED "\n");
	fake->answers[0] = NULL; /* nobody is there */
	return failed;
}

#define SEEDED(test) cmocka_unit_test_setup_teardown(test, with_seed, walk_end)

static void refuse_codes(struct fake_world *fake, int times)
{
	fake->refuse = "GetSessionToken";
	fake->refuse_code = "AccessDenied";
	fake->refuse_text = "MultiFactorAuthentication failed with invalid MFA "
			    "one time pass code. ";
	fake->refusals = times;
}

static size_t count(const struct fake_world *fake, const char *line)
{
	const char *at = strbuf_text(&fake->log);
	size_t n = 0;

	while ((at = strstr(at, line)) != NULL) {
		at += strlen(line);
		n++;
	}
	return n;
}

static bool logs(const struct fake_world *fake, const char *line)
{
	return count(fake, line) > 0;
}

/* From the key on: what was before is every walk's. */
static void needs_nobody(void **state)
{
	struct fake_world *fake = *state;
	struct call call = walk_call("testing");
	struct error err = { 0 };

	assert_true(walk_run(fake, &call, &err));
	assert_string_equal(
		strstr(strbuf_text(&fake->log), "keyring.get     key"),
		"keyring.get     key custodian\n"
		"keyring.get     seed " DEVICE "\n"
		"ledger.get      code " DEVICE "\n"
		"ledger.raise    code " DEVICE "\n"
		"http.send       POST sts.ap-northeast-1 GetSessionToken\n"
		"locks.take      key custodian\n"
		"keyring.stamp   key custodian\n"
		"keyring.put     session c0de…\n"
		"http.send       POST sts.ap-northeast-1 AssumeRole\n"
		"locks.take      key custodian\n"
		"keyring.stamp   key custodian\n"
		"keyring.put     session 7f3a…\n"
		"audit.append\n"
		"launcher.become aws s3 ls\n");
	fake_world_next(fake);
	assert_true(walk_run(fake, &call, &err)); /* cached: no look */
	assert_false(logs(fake, "seed"));
}

static void a_code_that_was_given_comes_first(void **state)
{
	struct fake_world *fake = *state;
	struct call call = walk_call("testing");
	struct error err = { 0 };

	call.request.mfa_token = secbuf_from("123456");
	assert_true(walk_run(fake, &call, &err));
	assert_false(logs(fake, "keyring.get     seed"));
	secbuf_free(call.request.mfa_token);
}

static void a_step_that_was_used_is_waited_out(void **state)
{
	struct fake_world *fake = *state;
	struct call call = walk_call("testing");
	struct error err = { 0 };

	fake->code_step = fake->now / 30;
	assert_true(walk_run(fake, &call, &err));
	assert_true(logs(fake, "prompt.wait     20 s\n"));
	assert_false(logs(fake, "prompt.ask"));
}

static void a_refused_code_is_followed_by_one_more(void **state)
{
	struct fake_world *fake = *state;
	struct call call = walk_call("testing");
	struct error err = { 0 };

	refuse_codes(fake, 1);
	assert_true(walk_run(fake, &call, &err));
	assert_int_equal(count(fake, "GetSessionToken"), 2);
	fake_world_next(fake);
	call.request.refresh = true;
	refuse_codes(fake, 9);
	assert_false(walk_run(fake, &call, &err));
	assert_int_equal(count(fake, "GetSessionToken"), 2);
	assert_int_equal(err.code, ERROR_DENIED);
	assert_true(error_has_context(&err, REASON_NO_VALID_CODE));
	assert_false(logs(fake, "prompt.ask"));
}

static void a_lost_answer_is_followed_by_one_more_code(void **state)
{
	struct fake_world *fake = *state;
	struct call call = walk_call("testing");
	struct error err = { 0 };

	fake->lose = "GetSessionToken";
	assert_true(walk_run(fake, &call, &err));
	assert_int_equal(count(fake, "GetSessionToken"), 2);
	assert_true(logs(fake, "prompt.wait     20 s\n"));
}

/* Our step ends in 20 s, AWS's in 25: ours is new, and the code is not. */
static void a_step_of_aws_that_is_not_over_is_waited_out(void **state)
{
	struct fake_world *fake = *state;
	struct call call = walk_call("testing");
	struct error err = { 0 };

	fake->ahead = 25; /* and the first code is of the step before */
	refuse_codes(fake, 1);
	fake->lose = NULL;
	assert_true(walk_run(fake, &call, &err));
	assert_int_equal(count(fake, "prompt.wait"), 1);
	fake_world_next(fake);
	fake->ahead = -5;
	refuse_codes(fake, 1);
	call.request.refresh = true;
	fake->now += 60;
	assert_true(walk_run(fake, &call, &err));
	assert_int_equal(count(fake, "prompt.wait"), 2);
	assert_true(logs(fake, "prompt.wait     5 s\n"));
}

static void a_seed_that_cannot_be_read_is_a_warning(void **state)
{
	static const char *const records[] = {
		"rolekey seed 2\nseed " SEED "\n", "rolekey key 1\n",
		"rolekey seed 1\n", "rolekey seed 1\nseed 0189\n", "x"
	};
	struct fake_world *fake = *state;
	struct call call = walk_call("testing");

	call.request.refresh = true;
	for (size_t i = 0; i < sizeof(records) / sizeof(records[0]); i++) {
		struct error err = { 0 };

		put_record(fake, records[i]);
		fake->now += 60;
		fake->n_answers = 0;
		fake->answers[0] = "123456";
		assert_true(walk_run(fake, &call, &err));
		assert_true(logs(fake, "prompt.ask"));
		assert_non_null(
			strstr(strbuf_text(&fake->said), "stored-seed"));
		assert_null(strstr(strbuf_text(&fake->said), "0189"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SEEDED(needs_nobody),
		SEEDED(a_code_that_was_given_comes_first),
		SEEDED(a_step_that_was_used_is_waited_out),
		SEEDED(a_refused_code_is_followed_by_one_more),
		SEEDED(a_lost_answer_is_followed_by_one_more_code),
		SEEDED(a_step_of_aws_that_is_not_over_is_waited_out),
		SEEDED(a_seed_that_cannot_be_read_is_a_warning),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
