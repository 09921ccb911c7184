#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/secbuf.h"
#include "base/text.h"
#include "cmd/command.h"
#include "cmd/request.h"
#include "fakes/fake_world.h"
#include "format/settings.h"
#include "session/session.h"
#include "support/check.h"
#include "support/mem_failing.h"

static const char config[] = "[profile custodian]\n"
			     "mfa_serial = arn:aws:iam::111122223333:mfa/alex\n"
			     "region = ap-northeast-1\n"
			     "[profile testing]\n"
			     "role_arn = arn:aws:iam::222233334444:role/Dev\n"
			     "source_profile = custodian\n"
			     "region = ap-northeast-1\n";

static const char stored[] =
	"rolekey key 1\n"
	"access_key_id AKIAIOSFODNN7EXAMPLE\n"
	"secret_key wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY\n"
	"user_arn arn:aws:iam::111122223333:user/alex\n";

static char *const ls[] = { (char[]){ "aws" }, (char[]){ "s3" },
			    (char[]){ "ls" }, NULL };

static const struct command *find_command(const char *name)
{
	for (size_t i = 0; command_table[i]; i++)
		if (strcmp(command_table[i]->name, name) == 0)
			return command_table[i];
	fail_msg("no command %s", name);
	return NULL;
}

static void put_key(struct fake_world *fake, const char *text)
{
	struct secbuf *value = secbuf_from(text);
	const struct keyring_item item = { KEYRING_KEY, "custodian", "a key",
					   "custodian", 0 };
	struct error err = { 0 };

	assert_true(fake->world.keyring.put(fake, &item, value, &err));
	secbuf_free(value);
	fake_world_next(fake);
}

static int setup(void **state)
{
	struct fake_world *fake = malloc(sizeof(*fake));

	assert_non_null(fake);
	fake_world_init(fake);
	fake->world.maker.make = session_carry_out;
	fake->files[0] = (struct fake_file){ "/home/alex/.aws/config", config };
	fake->answers[0] = "123456";
	put_key(fake, stored);
	*state = fake;
	return 0;
}

static int teardown(void **state)
{
	struct fake_world *fake = *state;

	fake_world_clear(fake);
	free(fake);
	assert_int_equal(secbuf_alive(), 0);
	return 0;
}

static struct request request_for(const char *profile)
{
	return (struct request){
		.profile = profile,
		.argv = ls,
		.min_ttl = -1,
		.config_path = "/home/alex/.aws/config",
		.credentials_path = "/home/alex/.aws/credentials",
		.login_name = "alex",
		.settings = settings_default(),
	};
}

static bool run(struct fake_world *fake, const struct request *request,
		struct error *err)
{
	return find_command("exec")->run(request, &fake->world, err);
}

static const char cold[] =
	"files.read      ~/.aws/config\n"
	"files.read      ~/.aws/credentials\n"
	"launcher.find   aws\n"
	"keyring.get     session A (none)\n" /* the role's */
	"keyring.get     session B (none)\n" /* the MFA session's */
	"locks.take      session A\n"
	"keyring.get     session A (none)\n" /* again, under its lock */
	"locks.take      custodian arn:aws:iam::111122223333:mfa/alex\n"
	"keyring.get     session B (none)\n" /* again, under its lock */
	"keyring.get     key custodian\n"
	"prompt.ask      MFA code for arn:aws:iam::111122223333:mfa/alex: \n"
	"http.send       POST sts.ap-northeast-1.amazonaws.com "
	"GetSessionToken\n"
	"keyring.put     session B\n"
	"http.send       POST sts.ap-northeast-1.amazonaws.com AssumeRole\n"
	"keyring.put     session A\n"
	"launcher.become aws s3 ls\n";

static const char warm[] = "files.read      ~/.aws/config\n"
			   "files.read      ~/.aws/credentials\n"
			   "launcher.find   aws\n"
			   "keyring.get     session A\n"
			   "launcher.become aws s3 ls\n";

static void goes_the_whole_way_once_and_then_reads_the_cache(void **state)
{
	struct fake_world *fake = *state;
	struct request request = request_for("testing");
	struct error err = { 0 };

	assert_true(run(fake, &request, &err));
	assert_string_equal(strbuf_text(&fake->log), cold);
	fake_world_next(fake);
	assert_true(run(fake, &request, &err));
	assert_string_equal(strbuf_text(&fake->log), warm);
	assert_string_equal(strbuf_text(&fake->said), "");
}

static void makes_the_role_anew_from_the_mfa_session_after_an_hour(void **state)
{
	struct fake_world *fake = *state;
	struct request request = request_for("testing");
	struct error err = { 0 };

	assert_true(run(fake, &request, &err));
	fake_world_next(fake);
	fake->now += 3600 - 299; /* less than the 5 minutes that exec wants */
	assert_true(run(fake, &request, &err));
	assert_string_equal(
		strbuf_text(&fake->log),
		"files.read      ~/.aws/config\n"
		"files.read      ~/.aws/credentials\n"
		"launcher.find   aws\n"
		"keyring.get     session A\n"
		"keyring.get     session B\n"
		"locks.take      session A\n"
		"keyring.get     session A\n"
		"http.send       POST sts.ap-northeast-1.amazonaws.com "
		"AssumeRole\n"
		"keyring.put     session A\n"
		"launcher.become aws s3 ls\n");
}

static void asks_who_it_is_once_and_keeps_it_with_the_key(void **state)
{
	struct fake_world *fake = *state;
	struct request request = request_for("testing");
	struct error err = { 0 };

	put_key(fake, "rolekey key 1\n"
		      "access_key_id AKIAIOSFODNN7EXAMPLE\n"
		      "secret_key wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY\n");
	assert_true(run(fake, &request, &err));
	assert_non_null(strstr(strbuf_text(&fake->log), "GetCallerIdentity"));
	fake_world_next(fake);
	fake->n_answers = 0;
	request.refresh = true;
	assert_true(run(fake, &request, &err));
	assert_null(strstr(strbuf_text(&fake->log), "GetCallerIdentity"));
}

static void looks_for_the_command_before_it_asks(void **state)
{
	struct fake_world *fake = *state;
	char *const nowhere[] = { (char[]){ "nowhere" }, NULL };
	struct request request = request_for("testing");
	struct error err = { 0 };

	request.argv = nowhere;
	assert_false(run(fake, &request, &err));
	assert_int_equal(err.code, ERROR_NOT_FOUND);
	assert_null(strstr(strbuf_text(&fake->log), "prompt.ask"));
	assert_null(strstr(strbuf_text(&fake->log), "keyring."));
}

static void asks_for_another_code_when_one_is_refused(void **state)
{
	struct fake_world *fake = *state;
	struct request request = request_for("testing");
	struct error err = { 0 };

	fake->answers[1] = "12345"; /* no code at all: asked again, unsent */
	fake->answers[2] = "654321";
	fake->refuse = "GetSessionToken";
	fake->refuse_code = "AccessDenied";
	fake->refuse_text = "MultiFactorAuthentication failed with invalid MFA "
			    "one time pass code. ";
	fake->refusals = 1;
	assert_true(run(fake, &request, &err));
	assert_int_equal(fake->n_answers, 3);
}

static void gives_up_after_three_refused_codes(void **state)
{
	struct fake_world *fake = *state;
	struct request request = request_for("testing");
	struct error err = { 0 };

	for (size_t i = 0; i < FAKE_ANSWERS; i++)
		fake->answers[i] = "123456";
	fake->refuse = "GetSessionToken";
	fake->refuse_code = "AccessDenied";
	fake->refuse_text = "MultiFactorAuthentication failed with invalid MFA "
			    "one time pass code. ";
	fake->refusals = 99;
	assert_false(run(fake, &request, &err));
	assert_int_equal(err.code, ERROR_PERSON);
	assert_int_equal(fake->n_answers, 3);
}

static void drops_a_session_that_aws_refuses_and_goes_round_once(void **state)
{
	struct fake_world *fake = *state;
	struct request request = request_for("testing");
	struct error err = { 0 };

	assert_true(run(fake, &request, &err));
	fake_world_next(fake);
	fake->now += 3600;
	fake->n_answers = 0;
	fake->refuse = "AssumeRole";
	fake->refuse_code = "ExpiredToken";
	fake->refuse_text = "The security token included in the request is "
			    "expired";
	fake->refusals = 1;
	assert_true(run(fake, &request, &err));
	assert_non_null(
		strstr(strbuf_text(&fake->log), "keyring.remove  session B\n"));
	assert_non_null(strstr(strbuf_text(&fake->log), "GetSessionToken"));
	fake->now += 3600;
	fake->n_answers = 0;
	fake->refusals = 99;
	assert_false(run(fake, &request, &err));
	assert_int_equal(err.code, ERROR_DENIED);
}

static void runs_although_the_session_cannot_be_kept(void **state)
{
	struct fake_world *fake = *state;
	struct request request = request_for("testing");
	struct error err = { 0 };

	fake->fail_at = 12; /* the first keyring.put */
	assert_true(run(fake, &request, &err));
	assert_non_null(strstr(strbuf_text(&fake->said), "cannot be kept"));
	assert_non_null(strstr(strbuf_text(&fake->log), "launcher.become"));
}

static void says_what_is_missing_when_no_key_is_stored(void **state)
{
	struct fake_world *fake = *state;
	struct request request = request_for("testing");
	struct error err = { 0 };
	bool removed;

	assert_true(fake->world.keyring.remove(fake, KEYRING_KEY, "custodian",
					       &removed, &err));
	assert_false(run(fake, &request, &err));
	assert_int_equal(err.code, ERROR_CONFIG);
	assert_non_null(strstr(err.text, "custodian"));
	assert_null(strstr(strbuf_text(&fake->log), "http."));
	assert_null(strstr(strbuf_text(&fake->log), "prompt."));
}

static long kept(const struct fake_world *fake)
{
	long n = 0;

	for (size_t i = 0; i < FAKE_ITEMS; i++)
		n += fake->items[i].value != NULL;
	return n;
}

/* Each call fails once: an error, or a run without it, and nothing lost. */
static void survives_any_call_failing(void **state)
{
	struct fake_world *fake = *state;
	struct request request = request_for("testing");

	for (int n = 0; n < 16; n++) {
		struct error err = { 0 };
		bool ok;

		fake_world_clear(fake);
		put_key(fake, stored);
		fake->n_answers = 0;
		fake->fail_at = n;
		ok = run(fake, &request, &err);
		assert_true(ok || err.text[0] != '\0');
		assert_int_equal(secbuf_alive(), kept(fake));
	}
}

static void survives_any_allocation_failing(void **state)
{
	struct fake_world *fake = *state;
	struct request request = request_for("testing");
	bool ran = false;
	bool failed;
	long n;

	for (n = 0; !ran; n++) {
		struct error err = { 0 };

		fake_world_clear(fake);
		put_key(fake, stored);
		fake->n_answers = 0;
		mem_fail_after(n);
		ran = run(fake, &request, &err);
		failed = mem_has_failed();
		mem_fail_after(-1);
		assert_true(ran || failed);
		assert_int_equal(secbuf_alive(), kept(fake));
		ran = ran && !failed; /* a cache that fails is no failure */
	}
	print_message("%ld allocations failed one by one\n", n - 1);
}

static void gives_the_child_what_it_needs_and_nothing_else(void **state)
{
	struct fake_world *fake = *state;
	struct request request = request_for("testing");
	struct error err = { 0 };
	const char *child;

	fake->environment[0] = "PATH=/usr/bin";
	fake->environment[1] = "AWS_PROFILE=other";
	fake->environment[2] = "AWS_CONTAINER_CREDENTIALS_FULL_URI=http://x";
	fake->environment[3] = "ROLEKEY_PASSPHRASE=fake";
	fake->environment[4] = "AWS_VAULT_FILE_PASSPHRASE=fake";
	fake->environment[5] = "ROLEKEY_BACKEND=file";
	fake->environment[6] = "AWS_SESSION_TOKEN=old";
	fake->environment[7] = "AWS_CA_BUNDLE=/x";
	assert_true(run(fake, &request, &err));
	child = strbuf_text(&fake->child);
	assert_string_equal(
		child, "/usr/bin/aws\n"
		       "PATH=/usr/bin\n"
		       "ROLEKEY_BACKEND=file\n"
		       "AWS_CA_BUNDLE=/x\n"
		       "AWS_ACCESS_KEY_ID=ASIAROLEROLEROLEROLE\n"
		       "AWS_SECRET_ACCESS_KEY=fakefakefakefakefakefakefake\n"
		       "AWS_SESSION_TOKEN=token-AssumeRole\n"
		       "AWS_CREDENTIAL_EXPIRATION=2030-03-17T18:46:40Z\n"
		       "AWS_REGION=ap-northeast-1\n"
		       "AWS_DEFAULT_REGION=ap-northeast-1\n"
		       "ROLEKEY_PROFILE=testing\n"
		       "AWS_VAULT=testing\n");
}

#define WALK(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WALK(goes_the_whole_way_once_and_then_reads_the_cache),
		WALK(makes_the_role_anew_from_the_mfa_session_after_an_hour),
		WALK(asks_who_it_is_once_and_keeps_it_with_the_key),
		WALK(looks_for_the_command_before_it_asks),
		WALK(asks_for_another_code_when_one_is_refused),
		WALK(gives_up_after_three_refused_codes),
		WALK(drops_a_session_that_aws_refuses_and_goes_round_once),
		WALK(runs_although_the_session_cannot_be_kept),
		WALK(says_what_is_missing_when_no_key_is_stored),
		WALK(survives_any_call_failing),
		WALK(survives_any_allocation_failing),
		WALK(gives_the_child_what_it_needs_and_nothing_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
