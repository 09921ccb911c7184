#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/secbuf.h"
#include "edge/edge.h"
#include "edge/process/helper_internal.h"
#include "support/check.h"
#include "support/facts.h"
#include "support/folder.h"
#include "support/mem_failing.h"

/* How a program is bounded is in test_passphrase.c, as it is the same run. */

static char path[] = "PATH=/nonexistent::/usr/bin:/bin";
static char old_serial[] = "ROLEKEY_MFA_SERIAL=old";
static char other[] = "ROLEKEY_MFA_SERIAL_OTHER=kept";
static char secret[] = "AWS_SECRET_ACCESS_KEY=hunter2";
static char passphrase[] = "ROLEKEY_PASSPHRASE_COMMAND=hunter2";
static char *environment[] = {
	secret, old_serial, other, path, passphrase, NULL
};

static bool run(const char *command, const char *const *argv,
		struct secbuf **output, struct error *err)
{
	struct helpers_posix self = { .environment = environment,
				      .quiet = true };
	struct helpers helpers = helpers_posix(&self);
	const struct helper_call call = { .what = "mfa_process",
					  .command = command,
					  .argv = argv,
					  .serial = "the-serial" };

	*output = NULL;
	return helpers_run(&helpers, &call, output, err);
}

static void prints(const char *command, const char *const *argv,
		   const char *want)
{
	struct secbuf *output;
	struct error err = { 0 };
	char text[FACTS_LEN];

	if (!run(command, argv, &output, &err))
		fail_msg("%s", facts_of(&err, text));
	assert_string_equal(secbuf_text(output), want);
	secbuf_free(output);
}

static void fails(const char *command, const struct error_facts *facts)
{
	struct secbuf *output;
	struct error err = { 0 };

	assert_false(run(command, NULL, &output, &err));
	assert_null(output);
	assert_int_equal(err.code, ERROR_PERSON);
	facts_are(&err, facts);
	assert_string_equal(err.about.action, "mfa_process");
	assert_true(helper_has_failed(&err));
	assert_int_equal(secbuf_alive(), 0);
}

static void it_is_told_the_device_and_no_secret(void **state)
{
	(void)state;
	prints("env | grep -e ROLEKEY -e AWS | sort", NULL,
	       "ROLEKEY_MFA_SERIAL=the-serial\nROLEKEY_MFA_SERIAL_OTHER=kept");
}

static void words_are_split_as_sh_would(void **state)
{
	const char *const argv[] = { "printf", "<%s>", "a $x 'b", NULL };

	(void)state;
	prints("  printf   a-b_c/d.e  ", NULL, "a-b_c/d.e");
	prints("printf '<%s>' \"a  b\" $ROLEKEY_MFA_SERIAL", NULL,
	       "<a  b><the-serial>");
	prints(NULL, argv, "<a $x 'b>");
	prints("command printf x", NULL, "x"); /* sh's own */
	prints("X=1 printenv X", NULL, "1");
}

#define FAILS(command, ...) \
	fails((command), &(const struct error_facts){ .reason = __VA_ARGS__ })

static void failures_say_whose_they_are(void **state)
{
	(void)state;
	FAILS("sh -c false", REASON_HELPER_STATUS, .number = 1);
	FAILS("/nonexistent/x", REASON_HELPER_STATUS, .number = 127);
	folder_make("file", "", 0600);
	FAILS("./file", REASON_HELPER_FAILED, .detail = "Permission denied");
	FAILS("", REASON_HELPER_SILENT);
	FAILS("head -c 5000 /dev/zero", REASON_HELPER_TOO_LONG);
}

static void too_late_may_be_another_reason(void **state)
{
	struct helper helper = { .what = "it",
				 .command = "exec sleep 50",
				 .environment = environment,
				 .seconds = 1,
				 .max = 10,
				 .code = ERROR_PERSON,
				 .late = REASON_NO_ANSWER };
	struct secbuf *output;
	struct error err = { 0 };

	(void)state;
	assert_false(helper_run(&helper, &output, NULL, &err));
	assert_error(&err, REASON_NO_ANSWER, .action = "it", .number = 1);
	assert_false(helper_has_failed(&err));
	helper.late = REASON_NONE;
	assert_false(helper_run(&helper, &output, NULL, &err));
	assert_error(&err, REASON_HELPER_LATE, .action = "it", .number = 1);
}

static void a_program_is_looked_for_in_path(void **state)
{
	static char here[] = "PATH=/nonexistent:.";
	char *const only_here[] = { here, NULL };
	char *const nowhere[] = { secret, NULL };

	(void)state;
	folder_make("program", "", 0700);
	folder_make("file", "", 0600);
	assert_true(helper_is_there("program", only_here));
	assert_false(helper_is_there("none", only_here));
	assert_false(helper_is_there("program", nowhere));
	assert_true(helper_is_there("sh", environment));
}

static void survives_any_allocation_failing(void **state)
{
	struct secbuf *output = NULL;
	long n;

	(void)state;
	for (n = 0; !output; n++) {
		struct error err = { 0 };
		bool failed;

		mem_fail_after(n);
		if (!run("echo 123456", NULL, &output, &err))
			assert_int_equal(err.code, ERROR_MEMORY);
		failed = mem_has_failed();
		mem_fail_after(-1);
		assert_true((output != NULL) != failed);
	}
	assert_true(n > 3);
	secbuf_free(output);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_told_the_device_and_no_secret),
		cmocka_unit_test(words_are_split_as_sh_would),
		IN_A_FOLDER(failures_say_whose_they_are),
		cmocka_unit_test(too_late_may_be_another_reason),
		IN_A_FOLDER(a_program_is_looked_for_in_path),
		cmocka_unit_test(survives_any_allocation_failing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
