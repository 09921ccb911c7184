#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/error.h"
#include "edge/edge.h"
#include "support/check.h"
#include "support/facts.h"
#include "support/folder.h"
#include "support/mem_failing.h"

/* bin1 has tool (not executable); bin2 has tool, script and a folder. */
static void make_programs(void)
{
	assert_int_equal(mkdir("bin1", 0700), 0);
	assert_int_equal(mkdir("bin2", 0700), 0);
	assert_int_equal(mkdir("bin2/folder", 0700), 0);
	folder_make("bin1/tool", "#!/bin/sh\n", 0600);
	folder_make("bin1/plain", "text", 0600);
	folder_make("bin2/tool", "#!/bin/sh\n", 0700);
	folder_make("here", "#!/bin/sh\n", 0700);
}

static bool find(const char *list, const char *command, char found[static 64],
		 struct error *err)
{
	char variable[256];
	char *const environment[] = { list ? variable : NULL, NULL };
	struct launcher launcher = launcher_posix(environment);
	struct arena *arena = arena_new();
	const char *path = NULL;
	bool ok;

	(void)snprintf(variable, sizeof(variable), "PATH=%s", list ? list : "");
	ok = launcher_find(&launcher, command, arena, &path, err);
	(void)snprintf(found, 64, "%s", ok ? path : "");
	arena_free(arena);
	return ok;
}

static void finds_a_command_as_execvp_does(void **state)
{
	static const struct {
		const char *path;
		const char *command;
		const char *found;
	} cases[] = {
		{ "bin1:bin2", "tool", "bin2/tool" },
		{ "bin2:bin1", "tool", "bin2/tool" },
		{ "none:bin2/tool:bin2", "tool", "bin2/tool" },
		{ "bin2:", "here", "./here" },
		{ ":bin2", "here", "./here" },
		{ "bin1::bin2", "here", "./here" },
		{ "", "here", "./here" },
		{ "bin1", "bin2/tool", "bin2/tool" },
		{ "bin1", "./here", "./here" },
		{ "", "/bin/sh", "/bin/sh" },
		{ NULL, "sh", "/bin/sh" },
	};

	(void)state;
	make_programs();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct error err = { 0 };
		char found[64];

		print_message("%s in %s\n", cases[i].command,
			      cases[i].path ? cases[i].path : "no PATH");
		assert_true(find(cases[i].path, cases[i].command, found, &err));
		assert_string_equal(found, cases[i].found);
	}
}

static void says_why_a_command_cannot_be_run(void **state)
{
	static const struct error_facts cases[] = {
		{ REASON_COMMAND_NOT_FOUND, .value = "none" },
		{ REASON_COMMAND_NOT_FOUND, .value = "" },
		{ REASON_COMMAND_NOT_FOUND, .value = "bin2/none" },
		{ REASON_COMMAND_NOT_FOUND, .value = "here/none" },
		{ REASON_COMMAND_NOT_RUN, .value = "plain",
		  .detail = "Permission denied" },
		{ REASON_COMMAND_NOT_RUN, .value = "bin1/plain",
		  .detail = "Permission denied" },
		{ REASON_COMMAND_NOT_RUN, .value = "folder",
		  .detail = "Is a directory" },
		{ REASON_COMMAND_NOT_RUN, .value = "./bin2",
		  .detail = "Is a directory" },
	};

	(void)state;
	make_programs();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct error err = { 0 };
		char found[64];

		print_message("%s\n", cases[i].value);
		assert_false(find("bin1:bin2", cases[i].value, found, &err));
		facts_are(&err, &cases[i]);
	}
}

static void finding_survives_any_allocation_failing(void **state)
{
	char variable[] = "PATH=bin2";
	char *const environment[] = { variable, NULL };
	struct launcher launcher = launcher_posix(environment);
	struct arena *arena = arena_new();
	bool found = false;

	(void)state;
	make_programs();
	for (long n = 0; !found; n++) {
		const char *path = NULL;
		struct error err = { 0 };

		mem_fail_after(n);
		found = launcher_find(&launcher, "tool", arena, &path, &err);
		assert_true(found != mem_has_failed());
		mem_fail_after(-1);
		if (!found)
			assert_int_equal(err.code, ERROR_MEMORY);
	}
	arena_free(arena);
}

/* Become path in a child, its output in out. Returns its wait status. */
static int become(const char *path, void (*before)(void), char out[static 256])
{
	char name[] = "argv0";
	char one[] = "a b";
	char variable[] = "MARK=set";
	char *const argv[] = { name, one, NULL };
	char *const envp[] = { variable, NULL };
	struct launcher launcher = launcher_posix(envp);
	struct error err = { 0 };
	int ends[2];
	int status = -1;
	size_t len = 0;
	ssize_t n;
	pid_t child;
	char text[FACTS_LEN];

	assert_int_equal(pipe(ends), 0);
	child = fork();
	if (child == 0) {
		(void)dup2(ends[1], STDOUT_FILENO);
		(void)close(ends[0]);
		(void)close(ends[1]);
		if (before)
			before();
		(void)launcher_become(&launcher, path, argv, envp, &err);
		(void)dprintf(STDOUT_FILENO, "%s", facts_of(&err, text));
		_exit((int)err.code);
	}
	(void)close(ends[1]);
	while (len < 255 && (n = read(ends[0], out + len, 255 - len)) > 0)
		len += (size_t)n;
	out[len] = '\0';
	(void)close(ends[0]);
	assert_int_equal(waitpid(child, &status, 0), child);
	return status;
}

static void becomes_a_program_with_its_words_and_environment(void **state)
{
	char out[256];

	(void)state;
	folder_make("tool", "#!/bin/sh\necho \"$#:$1:$MARK\"\nexit 7\n", 0700);
	assert_int_equal(WEXITSTATUS(become("./tool", NULL, out)), 7);
	assert_string_equal(out, "1:a b:set\n");
}

static void runs_a_script_without_its_first_line_by_the_shell(void **state)
{
	char out[256];

	(void)state;
	folder_make("tool", "echo \"$0:$#:$1:$MARK\"\n", 0700);
	assert_int_equal(become("./tool", NULL, out), 0);
	assert_string_equal(out, "./tool:1:a b:set\n");
}

static void says_why_it_could_not_become_it(void **state)
{
	char out[256];

	(void)state;
	folder_make("plain", "text", 0600);
	folder_make("lost", "#!/no/such/shell\n", 0700);
	assert_int_equal(WEXITSTATUS(become("none", NULL, out)),
			 ERROR_NOT_FOUND);
	assert_int_equal(WEXITSTATUS(become("lost", NULL, out)),
			 ERROR_NOT_FOUND);
	assert_string_equal(out, "no-interpreter value=lost");
	assert_int_equal(WEXITSTATUS(become("./plain", harden_process, out)),
			 ERROR_CANNOT_RUN);
	assert_string_equal(out, "command-not-run value=./plain "
				 "detail=Permission denied");
}

/* Changes signals as a library may, after a start with SIGUSR1 ignored. */
static void harden_and_spoil(void)
{
	struct rlimit core = { 4096, RLIM_INFINITY };
	sigset_t blocked;

	(void)getrlimit(RLIMIT_CORE, &core);
	core.rlim_cur = core.rlim_max < 4096 ? core.rlim_max : 4096;
	(void)setrlimit(RLIMIT_CORE, &core);
	(void)signal(SIGUSR1, SIG_IGN);
	(void)signal(SIGPIPE, SIG_DFL);
	(void)sigemptyset(&blocked);
	(void)pthread_sigmask(SIG_SETMASK, &blocked, NULL);

	harden_process();
	harden_remember_signals();
	(void)getrlimit(RLIMIT_CORE, &core);
	if (core.rlim_cur != 0)
		_exit(99);
	(void)signal(SIGPIPE, SIG_IGN);
	(void)sigaddset(&blocked, SIGTERM);
	(void)pthread_sigmask(SIG_SETMASK, &blocked, NULL);
}

/*
 * SigIgn has SIGUSR1 (bit 9) alone, and the soft limit is back.  Said by awk,
 * since a shell has a mask of its own.
 */
static void gives_back_signals_and_limits_as_they_were(void **state)
{
	char out[256];

	(void)state;
	folder_make("tool",
		    "#!/usr/bin/awk -f\n"
		    "BEGIN {\n"
		    "while ((getline line < \"/proc/self/status\") > 0)\n"
		    "	if (line ~ /^Sig(Blk|Ign)/) print line\n"
		    "while ((getline line < \"/proc/self/limits\") > 0)\n"
		    "	if (line ~ /^Max core file size *4096/) print "
		    "\"core\"\n"
		    "exit\n"
		    "}\n",
		    0700);
	assert_int_equal(become("./tool", harden_and_spoil, out), 0);
	assert_string_equal(out, "SigBlk:\t0000000000000000\n"
				 "SigIgn:\t0000000000000200\ncore\n");
}

/* Writing to a closed descriptor fails as before, and no file takes it. */
static void close_standard_ones(void)
{
	(void)close(STDIN_FILENO);
	(void)close(STDERR_FILENO);
	harden_process();
	if (dup(STDOUT_FILENO) <= STDERR_FILENO ||
	    write(STDERR_FILENO, "x", 1) != -1)
		_exit(99);
}

static void fills_closed_descriptors_for_us_and_not_for_the_child(void **state)
{
	char out[256];

	(void)state;
	folder_make("tool",
		    "[ -e /proc/$$/fd/0 ] || printf 'no 0,'\n"
		    "[ -e /proc/$$/fd/2 ] || printf 'no 2'\n",
		    0700);
	assert_int_equal(become("./tool", close_standard_ones, out), 0);
	assert_string_equal(out, "no 0,no 2");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_A_FOLDER(finds_a_command_as_execvp_does),
		IN_A_FOLDER(says_why_a_command_cannot_be_run),
		IN_A_FOLDER(finding_survives_any_allocation_failing),
		IN_A_FOLDER(becomes_a_program_with_its_words_and_environment),
		IN_A_FOLDER(runs_a_script_without_its_first_line_by_the_shell),
		IN_A_FOLDER(says_why_it_could_not_become_it),
		IN_A_FOLDER(gives_back_signals_and_limits_as_they_were),
		IN_A_FOLDER(
			fills_closed_descriptors_for_us_and_not_for_the_child),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
