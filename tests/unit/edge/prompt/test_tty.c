#include <sys/ioctl.h>
#include <sys/wait.h>

#include <fcntl.h>
#include <pty.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/error.h"
#include "base/secbuf.h"
#include "edge/edge.h"
#include "support/check.h"
#include "support/facts.h"
#include "support/mem_failing.h"

/* Questions on a real terminal are in tests/e2e/test_prompt_tty.py. */

static void asks_nobody_where_asking_is_forbidden(void **state)
{
	struct prompt_tty self = { .no_prompt = true };
	struct prompt prompt = prompt_tty(&self);
	struct secbuf *answer = NULL;
	struct error err = { 0 };

	(void)state;
	assert_false(prompt_can_ask(&prompt));
	assert_false(prompt_ask(&prompt, PROMPT_CODE, "code", &answer, &err));
	assert_error(&err, REASON_NO_PROMPT);
	assert_null(answer);
}

/* Ask with the n-th allocation failing. 0: fine, 1: out of memory, 2: wrong. */
static int ask_with(const struct prompt *prompt, long n)
{
	struct secbuf *answer = NULL;
	struct error err = { 0 };
	bool failed;
	bool ok;

	mem_fail_after(n);
	ok = prompt_ask(prompt, PROMPT_SECRET, "code", &answer, &err);
	failed = mem_has_failed();
	mem_fail_after(-1);
	if (ok == failed || (!ok && err.code != ERROR_MEMORY) ||
	    (ok && strcmp(secbuf_text(answer), "123456") != 0))
		return 2;
	secbuf_free(answer);
	if (secbuf_alive() != 0)
		return 2;
	return ok ? 0 : 1;
}

/* In a session of its own, with the line as its terminal. */
static int ask_until_it_works(int line)
{
	struct prompt_tty self = { 0 };
	struct prompt prompt = prompt_tty(&self);
	int got = 1;

	if (setsid() < 0 || ioctl(line, TIOCSCTTY, 0) != 0)
		return 2;
	for (long n = 0; got == 1; n++)
		got = ask_with(&prompt, n);
	return got;
}

static void survives_any_allocation_failing(void **state)
{
	int person;
	int line;
	int status = -1;
	pid_t child;

	(void)state;
	assert_int_equal(openpty(&person, &line, NULL, NULL, NULL), 0);
	assert_int_equal(write(person, "123456\n", 7), 7); /* typed ahead */
	child = fork();
	if (child == 0)
		_exit(ask_until_it_works(line));
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	(void)close(person);
	(void)close(line);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(asks_nobody_where_asking_is_forbidden),
		cmocka_unit_test(survives_any_allocation_failing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
