#include <string.h>

#include "base/error.h"
#include "base/secbuf.h"
#include "fakes/fake_world.h"
#include "fakes/walk.h"
#include "format/settings.h"
#include "support/check.h"

/*
 * Walks after AWS denied a role: each question is asked once, and the rest is
 * the walk of a new run.
 */

#define SERIAL "arn:aws:iam::111122223333:mfa/alex"
#define ROLE   "arn:aws:iam::222233334444:role/Dev"
#define DENIED "not authorized to perform: sts:AssumeRole"
#define LINE   "mfa_serial = " SERIAL "\n"

static const char without[] = "[profile custodian]\n"
			      "region = ap-northeast-1\n"
			      "[profile testing]\n"
			      "role_arn = " ROLE "\n"
			      "source_profile = custodian\n"
			      "region = ap-northeast-1\n";

static char written[1024];

static bool replace(void *self, const char *path, unsigned mode,
		    const struct secbuf *before, const struct secbuf *after,
		    struct error *err)
{
	struct fake_world *fake = self;

	(void)mode;
	(void)before;
	(void)err;
	strbuf_printf(&fake->log, "files.replace   %s\n",
		      strrchr(path, '/') + 1);
	(void)snprintf(written, sizeof(written), "%s", secbuf_text(after));
	fake->files[0].text = written;
	return true;
}

static int setup(void **state)
{
	struct fake_world *fake;
	int failed = walk_setup(state);

	fake = *state;
	fake->files[0].text = without;
	fake->world.files.replace = replace;
	fake->refuse = "AssumeRole";
	fake->refuse_code = "AccessDenied";
	fake->refuse_text = DENIED;
	fake->refusals = 1;
	return failed;
}

#define READ                              \
	"files.read      ~/.aws/config\n" \
	"files.read      ~/.aws/credentials\n"

#define TO_THE_DENIAL                                               \
	READ "launcher.find   aws\n"                                \
	     "keyring.get     session 7f3a…            (none)\n"  \
	     "locks.take      session 7f3a…\n"                    \
	     "keyring.get     session 7f3a…            (none)\n"  \
	     "keyring.stamp   key custodian\n"                      \
	     "keyring.get     key custodian\n"                      \
	     "http.send       POST sts.ap-northeast-1 AssumeRole\n" \
	     "keyring.get     key custodian\n"                      \
	     "http.send       POST iam ListMFADevices\n"

#define OFFER                                                              \
	"prompt.tell     AWS denied the role to a request without an MFA " \
	"code, and no mfa_serial is configured.\n"                         \
	"prompt.ask      Add \"mfa_serial = " SERIAL                       \
	"\" to profile custodian in /home/alex/.aws/config, and try "      \
	"again? (y/N) \n"

#define WITH_THE_DEVICE                                             \
	"keyring.get     session c0de…            (none)\n"       \
	"keyring.get     session beef…            (none)\n"       \
	"locks.take      session c0de…\n"                         \
	"keyring.get     session c0de…            (none)\n"       \
	"locks.take      custodian " SERIAL "\n"                    \
	"keyring.get     session beef…            (none)\n"       \
	"keyring.stamp   key custodian\n"                           \
	"keyring.get     key custodian\n"                           \
	"keyring.get     seed " SERIAL "            (none)\n"       \
	"ledger.get      code " SERIAL "\n"                         \
	"prompt.ask      MFA code for " SERIAL "\n"                 \
	"ledger.raise    code " SERIAL "\n"                         \
	"http.send       POST sts.ap-northeast-1 GetSessionToken\n" \
	"locks.take      key custodian\n"                           \
	"keyring.stamp   key custodian\n"                           \
	"keyring.put     session beef…\n"                         \
	"http.send       POST sts.ap-northeast-1 AssumeRole\n"      \
	"locks.take      key custodian\n"                           \
	"keyring.stamp   key custodian\n"                           \
	"keyring.put     session c0de…\n"                         \
	"audit.append\nlauncher.become aws s3 ls\n"

static void is_offered_once_and_the_walk_begins_anew(void **state)
{
	struct fake_world *fake = *state;
	struct call call = walk_call("testing");

	fake->answers[0] = "y";
	fake->answers[1] = "123456";
	walk_is(fake, &call,
		TO_THE_DENIAL OFFER
		"locks.take      config\n"
		"files.read      ~/.aws/config\n"
		"files.replace   config\n" READ WITH_THE_DEVICE);
	assert_non_null(strstr(written, "[profile custodian]\n" LINE));
}

static size_t count(const struct fake_world *fake, const char *line)
{
	const char *at = strbuf_text(&fake->log);
	size_t n = 0;

	while ((at = strstr(at, line))) {
		at += strlen(line);
		n++;
	}
	return n;
}

static void who_says_no_is_not_asked_again(void **state)
{
	struct fake_world *fake = *state;
	struct call call = walk_call("testing");
	struct error err = { 0 };

	fake->answers[0] = "n";
	assert_false(walk_run(fake, &call, &err));
	assert_int_equal(err.code, ERROR_DENIED);
	assert_int_equal(fake->n_answers, 1);
	assert_int_equal(count(fake, "AssumeRole\n"), 1);
	assert_int_equal(count(fake, "files.replace"), 0);
}

/* The device, and then the hour: each once, and each code once. */
static void a_policy_that_denies_the_key_comes_after_the_device(void **state)
{
	struct fake_world *fake = *state;
	struct call call = walk_call("testing");
	struct error err = { 0 };

	call.request.duration = 4 * 3600;
	call.request.settings.role_duration = SETTINGS_AUTO;
	fake->refusals = 2;
	fake->answers[0] = "y";
	fake->answers[1] = "123456";
	fake->answers[2] = "654321";
	assert_true(walk_run(fake, &call, &err));
	assert_int_equal(count(fake, "try again?"), 1);
	assert_int_equal(count(fake, "prompt.ask      MFA code"), 2);
	assert_int_equal(count(fake, "prompt.wait"), 1);
	assert_int_equal(count(fake, "AssumeRole\n"), 3);
	assert_int_equal(count(fake, "GetSessionToken\n"), 1);
	assert_int_equal(count(fake, "ledger.set      denied " SERIAL " " ROLE),
			 1);
	assert_non_null(strstr(strbuf_text(&fake->said), "one-hour-instead"));
}

static void what_is_denied_at_last_is_the_end(void **state)
{
	struct fake_world *fake = *state;
	struct call call = walk_call("testing");
	struct error err = { 0 };

	call.request.duration = 4 * 3600;
	call.request.settings.role_duration = SETTINGS_AUTO;
	fake->refusals = 9;
	fake->answers[0] = "y";
	fake->answers[1] = "123456";
	fake->answers[2] = "654321";
	assert_false(walk_run(fake, &call, &err));
	assert_int_equal(err.code, ERROR_DENIED);
	assert_int_equal(fake->n_answers, 3);
	assert_int_equal(count(fake, "AssumeRole\n"), 3);
	assert_int_equal(count(fake, "ListMFADevices\n"), 1);
	assert_int_equal(count(fake, "ledger.set      denied"), 0);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, walk_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(is_offered_once_and_the_walk_begins_anew),
		CASE(who_says_no_is_not_asked_again),
		CASE(a_policy_that_denies_the_key_comes_after_the_device),
		CASE(what_is_denied_at_last_is_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
