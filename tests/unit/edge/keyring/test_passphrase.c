#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "base/secbuf.h"
#include "edge/keyring/passphrase_internal.h"
#include "port/prompt.h"
#include "support/check.h"
#include "support/facts.h"
#include "support/mem_failing.h"

#define SECONDS 20 /* more than anything here takes */

static char path[] = "PATH=/usr/bin:/bin";
static char *only_path[] = { path, NULL };

static void gives(char *const *environment, const char *want)
{
	struct secbuf *passphrase;
	struct error err = { 0 };

	if (!passphrase_given(environment, &passphrase, &err))
		fail_msg("%s", facts_show(&err));
	assert_int_equal(passphrase != NULL, want != NULL);
	if (want)
		assert_string_equal(secbuf_text(passphrase), want);
	secbuf_free(passphrase);
}

static void prints(const char *command, const char *want)
{
	struct secbuf *passphrase;
	struct error err = { 0 };

	if (!passphrase_run(command, only_path, SECONDS, &passphrase, &err))
		fail_msg("%s", facts_show(&err));
	assert_string_equal(secbuf_text(passphrase), want);
	assert_int_equal(secbuf_len(passphrase), strlen(want));
	secbuf_free(passphrase);
}

static void fails(const char *command, int seconds, enum error_reason reason,
		  int64_t number)
{
	long before = secbuf_alive();
	struct secbuf *passphrase;
	struct error err = { 0 };
	char text[FACTS_LEN];

	assert_false(
		passphrase_run(command, only_path, seconds, &passphrase, &err));
	assert_null(passphrase);
	assert_int_equal(err.code, ERROR_KEYRING);
	assert_true(error_has_context(&err, REASON_PASSPHRASE_NEEDED));
	assert_error(&err, reason, .action = "ROLEKEY_PASSPHRASE_COMMAND",
		     .number = number);
	assert_null(strstr(facts_of(&err, text), "hunter2"));
	assert_int_equal(secbuf_alive(), before);
}

static void the_variable_wins_over_the_command(void **state)
{
	static char value[] = "ROLEKEY_PASSPHRASE=value";
	static char empty[] = "ROLEKEY_PASSPHRASE=";
	static char command[] = "ROLEKEY_PASSPHRASE_COMMAND=echo printed";
	static char nothing[] = "ROLEKEY_PASSPHRASE_COMMAND=";
	char *const both[] = { command, value, NULL };
	char *const second[] = { empty, command, NULL };
	char *const none[] = { empty, nothing, NULL };

	(void)state;
	gives(both, "value");
	gives(second, "printed");
	gives(none, NULL);
	gives(only_path, NULL);
	gives(NULL, NULL);
}

static void one_newline_at_the_end_is_cut_and_no_more(void **state)
{
	(void)state;
	prints("echo hunter2", "hunter2");
	prints("printf hunter2", "hunter2");
	prints("printf 'a\\n\\n'", "a\n");
	prints("printf ' a b\\n'", " a b");
	prints("printf '\\n\\n'", "\n");
}

static void it_may_take_its_time_and_print_in_pieces(void **state)
{
	(void)state;
	prints("printf a; sleep 0.1; printf b; exec >&-; sleep 0.1", "ab");
}

static void it_reads_nothing_and_sees_no_secret(void **state)
{
	static char value[] = "ROLEKEY_PASSPHRASE=";
	static char other[] = "ROLEKEY_BACKEND=file";
	static char id[] = "AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE";
	static char key[] = "AWS_SECRET_ACCESS_KEY=hunter2";
	static char token[] = "AWS_SESSION_TOKEN=hunter2";
	static char old[] = "AWS_SECURITY_TOKEN=hunter2";
	static char region[] = "AWS_REGION=eu-west-1";
	static char command[] = "ROLEKEY_PASSPHRASE_COMMAND="
				"cat; env | grep -e ROLEKEY_ -e AWS_ | sort";
	char *const environment[] = { value, id,    key,  region,  token,
				      old,   other, path, command, NULL };

	(void)state;
	gives(environment, "AWS_REGION=eu-west-1\nROLEKEY_BACKEND=file");
}

static void its_failure_is_said_and_its_output_is_not(void **state)
{
	(void)state;
	fails("echo hunter2; exit 3", SECONDS, REASON_HELPER_STATUS, 3);
	fails("echo hunter2; kill -TERM $$", SECONDS, REASON_HELPER_SIGNAL, 15);
	fails("./no-such-command 2>/dev/null", SECONDS, REASON_HELPER_STATUS,
	      127);
	fails("true", SECONDS, REASON_HELPER_SILENT, 0);
	fails("echo", SECONDS, REASON_HELPER_SILENT, 0);
	fails("head -c 5000 /dev/zero; sleep 10", SECONDS,
	      REASON_HELPER_TOO_LONG, 4096);
}

static void it_is_given_up_in_time(void **state)
{
	time_t start = time(NULL);

	(void)state;
	fails("echo hunter2; exec sleep 50", 1, REASON_HELPER_LATE, 1);
	fails("echo hunter2; exec >&-; exec sleep 50", 1, REASON_HELPER_LATE,
	      1);
	assert_true(time(NULL) - start < 10);
}

/* A process that ignores SIGCHLD does not learn how a child ended. */
static void it_works_where_sigchld_is_ignored(void **state)
{
	(void)state;
	/* NOLINTNEXTLINE(cert-err33-c): it cannot fail */
	(void)signal(SIGCHLD, SIG_IGN);
	prints("echo hunter2", "hunter2");
	/* NOLINTNEXTLINE(cert-err33-c): nor this */
	(void)signal(SIGCHLD, SIG_DFL);
}

static void survives_any_allocation_failing(void **state)
{
	struct secbuf *passphrase = NULL;
	long n;

	(void)state;
	for (n = 0; !passphrase; n++) {
		struct error err = { 0 };

		mem_fail_after(n);
		if (!passphrase_run("echo hunter2", only_path, SECONDS,
				    &passphrase, &err))
			assert_int_equal(err.code, ERROR_MEMORY);
		assert_true((passphrase != NULL) != mem_has_failed());
		mem_fail_after(-1);
	}
	assert_true(n > 3);
	secbuf_free(passphrase);
}

static void without_a_prompt_nobody_is_asked(void **state)
{
	struct secbuf *passphrase;
	struct error err = { 0 };

	(void)state;
	assert_false(passphrase_ask(NULL, &passphrase, &err));
	assert_error(&err, REASON_KEYRING_LOCKED);
	assert_false(passphrase_ask_new(NULL, &passphrase, &err));
	assert_int_equal(err.code, ERROR_PERSON);
	assert_error(&err, REASON_KEYRING_MISSING);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_variable_wins_over_the_command),
		cmocka_unit_test(one_newline_at_the_end_is_cut_and_no_more),
		cmocka_unit_test(it_may_take_its_time_and_print_in_pieces),
		cmocka_unit_test(it_reads_nothing_and_sees_no_secret),
		cmocka_unit_test(its_failure_is_said_and_its_output_is_not),
		cmocka_unit_test(it_is_given_up_in_time),
		cmocka_unit_test(it_works_where_sigchld_is_ignored),
		cmocka_unit_test(survives_any_allocation_failing),
		cmocka_unit_test(without_a_prompt_nobody_is_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
