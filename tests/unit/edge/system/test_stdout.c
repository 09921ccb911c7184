#include <sys/wait.h>

#include <signal.h>
#include <unistd.h>

#include "base/error.h"
#include "edge/edge.h"
#include "support/check.h"

/* Pipes, full disks and closed descriptors: tests/e2e/test_edge_ports.py. */

/* The wait status of a child that writes to a pipe which nobody reads. */
static int write_to_nobody(bool ignored_at_start)
{
	struct output output = stdout_output();
	struct error err = { 0 };
	int status = -1;
	int ends[2];
	pid_t child;

	assert_int_equal(pipe(ends), 0);
	(void)close(ends[0]); /* before the child can write */
	child = fork();
	if (child == 0) {
		(void)dup2(ends[1], STDOUT_FILENO);
		(void)signal(SIGPIPE, ignored_at_start ? SIG_IGN : SIG_DFL);
		harden_process();
		harden_remember_signals();
		(void)signal(SIGPIPE, SIG_IGN); /* as GLib does */
		_exit(output_write(&output, "x", 1, &err) ? 0 : (int)err.code);
	}
	(void)close(ends[1]);
	assert_int_equal(waitpid(child, &status, 0), child);
	return status;
}

static void ends_by_sigpipe_even_if_a_library_ignores_it(void **state)
{
	int status = write_to_nobody(false);

	(void)state;
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGPIPE);
}

static void says_why_if_the_caller_ignores_it(void **state)
{
	int status = write_to_nobody(true);

	(void)state;
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), ERROR_SYSTEM);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ends_by_sigpipe_even_if_a_library_ignores_it),
		cmocka_unit_test(says_why_if_the_caller_ignores_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
