#include <string.h>

#include "base/error.h"
#include "base/secbuf.h"
#include "fakes/fake_world.h"
#include "fakes/walk.h"
#include "support/check.h"
#include "support/facts.h"
#include "support/mem_failing.h"

/*
 * A line of the walk that src/README.md shows.  The walk in short is without
 * those lines that have a reason of their own to be there.
 */
struct line {
	const char *text;
	const char *because; /* NULL: the walk in short has it too */
};

#define TWO_FILES "both files are read, and merged"
#define ONCE      "a code is spent once, over all processes"
#define NO_CODE   "a command that is not there costs no code"
#define NO_SEED   "whoever stores the seed of a device is not asked"
#define LOCKED    "another process may have made it before the lock was ours"
#define LOGGED    "each use is logged"
#define STAMP     "a session of another key than the stored one is not used"

static const struct line cold[] = {
	{ "files.read      ~/.aws/config\n", NULL },
	{ "files.read      ~/.aws/credentials\n", TWO_FILES },
	{ "launcher.find   aws\n", NO_CODE },
	{ "keyring.get     session 7f3a…            (none)\n", NULL },
	{ "keyring.get     session c0de…            (none)\n", NULL },
	{ "locks.take      session 7f3a…\n", NULL },
	{ "keyring.get     session 7f3a…            (none)\n", LOCKED },
	{ "locks.take      custodian arn:aws:iam::111122223333:mfa/fohte\n",
	  NULL },
	{ "keyring.get     session c0de…            (none)\n", NULL },
	{ "keyring.stamp   key custodian\n", STAMP },
	{ "keyring.get     key custodian\n", NULL },
	{ "keyring.get     seed arn:aws:iam::111122223333:mfa/fohte            "
	  "(none)\n",
	  NO_SEED },
	{ "ledger.get      code arn:aws:iam::111122223333:mfa/fohte\n", ONCE },
	{ "prompt.ask      MFA code for arn:aws:iam::111122223333:mfa/fohte\n",
	  NULL },
	{ "ledger.raise    code arn:aws:iam::111122223333:mfa/fohte\n", ONCE },
	{ "http.send       POST sts.ap-northeast-1 GetSessionToken\n", NULL },
	{ "locks.take      key custodian\n", STAMP },
	{ "keyring.stamp   key custodian\n", STAMP },
	{ "keyring.put     session c0de…\n", NULL },
	{ "http.send       POST sts.ap-northeast-1 AssumeRole\n", NULL },
	{ "locks.take      key custodian\n", STAMP },
	{ "keyring.stamp   key custodian\n", STAMP },
	{ "keyring.put     session 7f3a…\n", NULL },
	{ "audit.append\n", LOGGED },
	{ "launcher.become aws s3 ls\n", NULL },
};

static const struct line warm[] = {
	{ "files.read      ~/.aws/config\n", NULL },
	{ "files.read      ~/.aws/credentials\n", TWO_FILES },
	{ "launcher.find   aws\n", NO_CODE },
	{ "keyring.get     session 7f3a…\n", NULL },
	{ "keyring.stamp   key custodian\n", STAMP },
	{ "audit.append\n", LOGGED },
	{ "launcher.become aws s3 ls\n", NULL },
};

/* The walk in short, as the house was drawn: what is asked, and of whom. */
static const char cold_in_short[] =
	"files.read      ~/.aws/config\n"
	"keyring.get     session 7f3a…            (none)\n"
	"keyring.get     session c0de…            (none)\n"
	"locks.take      session 7f3a…\n"
	"locks.take      custodian arn:aws:iam::111122223333:mfa/fohte\n"
	"keyring.get     session c0de…            (none)\n"
	"keyring.get     key custodian\n"
	"prompt.ask      MFA code for arn:aws:iam::111122223333:mfa/fohte\n"
	"http.send       POST sts.ap-northeast-1 GetSessionToken\n"
	"keyring.put     session c0de…\n"
	"http.send       POST sts.ap-northeast-1 AssumeRole\n"
	"keyring.put     session 7f3a…\n"
	"launcher.become aws s3 ls\n";

static const char warm_in_short[] = "files.read      ~/.aws/config\n"
				    "keyring.get     session 7f3a…\n"
				    "launcher.become aws s3 ls\n";

#define COUNT(lines) (sizeof(lines) / sizeof((lines)[0]))

/* The log is these lines, and some of them the walk in short. */
static void check_log(struct fake_world *fake, const struct line *lines,
		      size_t n, const char *in_short)
{
	struct strbuf all = strbuf_with_max(65536);
	struct strbuf some = strbuf_with_max(65536);

	for (size_t i = 0; i < n; i++) {
		strbuf_puts(&all, lines[i].text);
		strbuf_puts(&some, lines[i].because ? "" : lines[i].text);
	}
	assert_string_equal(strbuf_text(&fake->log), strbuf_text(&all));
	assert_string_equal(strbuf_text(&some), in_short);
	strbuf_clear(&all);
	strbuf_clear(&some);
}

static void goes_the_whole_way_once_and_then_reads_the_cache(void **state)
{
	struct fake_world *fake = *state;
	struct call call = walk_call("testing");
	struct error err = { 0 };

	assert_true(walk_run(fake, &call, &err));
	check_log(fake, cold, COUNT(cold), cold_in_short);
	fake_world_next(fake);
	assert_true(walk_run(fake, &call, &err));
	check_log(fake, warm, COUNT(warm), warm_in_short);
	assert_string_equal(strbuf_text(&fake->said), "");
}

static void looks_for_the_command_before_it_asks(void **state)
{
	struct fake_world *fake = *state;
	char *const nowhere[] = { (char[]){ "nowhere" }, NULL };
	struct call call = walk_call("testing");
	struct error err = { 0 };

	call.argv = nowhere;
	assert_false(walk_run(fake, &call, &err));
	assert_int_equal(err.code, ERROR_NOT_FOUND);
	assert_null(strstr(strbuf_text(&fake->log), "prompt.ask"));
	assert_null(strstr(strbuf_text(&fake->log), "keyring."));
}

static void gives_up_after_three_refused_codes(void **state)
{
	struct fake_world *fake = *state;
	struct call call = walk_call("testing");
	struct error err = { 0 };

	fake->answers[1] = "234567";
	fake->answers[2] = "345678";
	fake->answers[3] = "456789";
	fake->refuse = "GetSessionToken";
	fake->refuse_code = "AccessDenied";
	fake->refuse_text = "MultiFactorAuthentication failed with invalid MFA "
			    "one time pass code. ";
	fake->refusals = 99;
	assert_false(walk_run(fake, &call, &err));
	assert_int_equal(err.code, ERROR_PERSON);
	assert_int_equal(fake->n_answers, 3);
}

static void runs_although_the_session_cannot_be_kept(void **state)
{
	struct fake_world *fake = *state;
	struct call call = walk_call("testing");
	struct error err = { 0 };

	fake->fail_at = 18; /* the first keyring.put */
	assert_true(walk_run(fake, &call, &err));
	assert_non_null(strstr(strbuf_text(&fake->said), "cache-failed"));
	assert_non_null(strstr(strbuf_text(&fake->log), "launcher.become"));
}

static void says_what_is_missing_when_no_key_is_stored(void **state)
{
	struct fake_world *fake = *state;
	struct call call = walk_call("testing");
	struct error err = { 0 };
	bool removed;

	assert_true(fake->world.keyring.remove(fake, KEYRING_KEY, "custodian",
					       &removed, &err));
	assert_false(walk_run(fake, &call, &err));
	assert_error(&err, REASON_NO_KEY, .profile = "custodian");
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
	struct call call = walk_call("testing");
	int n = -1;

	do {
		struct error err = { 0 };
		bool ok;

		n++;
		fake_world_clear(fake);
		walk_put_key(fake, true);
		fake->n_answers = 0;
		fake->fail_at = n;
		ok = walk_run(fake, &call, &err);
		assert_true(ok || err.reason != REASON_NONE);
		assert_int_equal(secbuf_alive(), kept(fake));
	} while (fake->calls > n); /* there was such a call */
	assert_true(n >= (int)COUNT(cold));
}

static void survives_any_allocation_failing(void **state)
{
	struct fake_world *fake = *state;
	struct call call = walk_call("testing");
	bool ran = false;
	bool failed;
	long n;

	for (n = 0; !ran; n++) {
		struct error err = { 0 };

		fake_world_clear(fake);
		walk_put_key(fake, true);
		fake->n_answers = 0;
		mem_fail_after(n);
		ran = walk_run(fake, &call, &err);
		failed = mem_has_failed();
		mem_fail_after(-1);
		assert_true(ran || failed);
		assert_int_equal(secbuf_alive(), kept(fake));
		ran = ran &&
		      !failed; /* a failure of the cache does not end the command */
	}
	print_message("%ld allocations failed one by one\n", n - 1);
}

static void gives_the_child_what_it_needs_and_nothing_else(void **state)
{
	struct fake_world *fake = *state;
	struct call call = walk_call("testing");
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
	fake->facts.exists = true;
	assert_true(walk_run(fake, &call, &err));
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
		       "AWS_SESSION_EXPIRATION=2030-03-17T18:46:40Z\n"
		       "AWS_REGION=ap-northeast-1\n"
		       "ROLEKEY_AWS_REGION=ap-northeast-1\n"
		       "AWS_DEFAULT_REGION=ap-northeast-1\n"
		       "ROLEKEY_AWS_DEFAULT_REGION=ap-northeast-1\n"
		       "ROLEKEY_PROFILE=testing\n"
		       "AWS_VAULT=testing\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WALK(goes_the_whole_way_once_and_then_reads_the_cache),
		WALK(looks_for_the_command_before_it_asks),
		WALK(gives_up_after_three_refused_codes),
		WALK(runs_although_the_session_cannot_be_kept),
		WALK(says_what_is_missing_when_no_key_is_stored),
		WALK(survives_any_call_failing),
		WALK(survives_any_allocation_failing),
		WALK(gives_the_child_what_it_needs_and_nothing_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
