#include <sys/stat.h>

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "cmd/command.h"
#include "main/front_internal.h"
#include "support/check.h"
#include "support/facts.h"
#include "support/folder.h"
#include "support/mem_failing.h"

/* Tests the start of both executables, with a folder as home. */

static char home[80];
static char elsewhere[] = "AWS_CONFIG_FILE=~/elsewhere";
static char relative[] = "AWS_SHARED_CREDENTIALS_FILE=./here";
static char backend[] = "ROLEKEY_BACKEND=secret-service";

static char *const argv[] = { (char[]){ "rolekey" }, (char[]){ "exec" },
			      (char[]){ "testing" }, (char[]){ "ls" }, NULL };
static char *const flagged[] = { (char[]){ "rolekey" },
				 (char[]){ "--backend" },
				 (char[]){ "file" },
				 (char[]){ "list" },
				 (char[]){ "--prompt" },
				 (char[]){ "none" },
				 NULL };

static int enter(void **state)
{
	if (folder_enter(state) != 0)
		return -1;
	(void)snprintf(home, sizeof(home), "HOME=%s", (const char *)*state);
	(void)mkdir(".config", 0700);
	(void)mkdir(".config/rolekey", 0700);
	folder_make(".config/rolekey/config",
		    "[rolekey]\nbackend = file\nmin_ttl = 7m\n", 0600);
	return 0;
}

static void read_all(struct front *front, char *const words[],
		     char *const environment[])
{
	struct error err = { 0 };

	if (!front_read(front, words, environment, command_table, &err))
		fail_msg("%s", facts_show(&err));
}

static void is_below(const char *path, const char *folder, const char *rest)
{
	size_t len = strlen(folder);

	assert_memory_equal(path, folder, len);
	assert_string_equal(path + len, rest);
}

static void finds_files_and_settings_below_the_home(void **state)
{
	char *const environment[] = { home, NULL };
	struct front front;

	read_all(&front, argv, environment);
	assert_int_equal(front.what, CLI_COMMAND);
	assert_string_equal(front.command->name, "exec");
	is_below(front.call.request.config_path, *state, "/.aws/config");
	is_below(front.call.request.credentials_path, *state,
		 "/.aws/credentials");
	assert_string_equal(front.call.request.settings.backend, "file");
	assert_int_equal(front.call.request.settings.min_ttl, 420);
	front_clear(&front);
}

static void a_variable_beats_the_file_and_a_flag_beats_both(void **state)
{
	char *const environment[] = { home, elsewhere, relative, backend,
				      NULL };
	struct front front;

	read_all(&front, argv, environment);
	is_below(front.call.request.config_path, *state, "/elsewhere");
	is_below(front.call.request.credentials_path, *state, "/here");
	assert_string_equal(front.call.request.settings.backend,
			    "secret-service");
	assert_false(front.call.request.settings.no_prompt);
	front_clear(&front);
	read_all(&front, flagged, environment);
	assert_string_equal(front.call.request.settings.backend, "file");
	assert_true(front.call.request.settings.no_prompt);
	front_clear(&front);
}

static void survives_any_allocation_failing(void **state)
{
	char *const environment[] = { home, elsewhere, relative, NULL };
	bool done = false;
	long before = mem_alive();
	long n;

	(void)state;
	for (n = 0; !done; n++) {
		struct front front;
		struct error err = { 0 };

		mem_fail_after(n);
		done = front_read(&front, argv, environment, command_table,
				  &err);
		assert_true(done != mem_has_failed());
		mem_fail_after(-1);
		assert_true(done || err.code == ERROR_MEMORY);
		front_clear(&front);
		assert_int_equal(mem_alive(), before);
	}
	assert_true(n > 5);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, enter, folder_leave)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(finds_files_and_settings_below_the_home),
		TEST(a_variable_beats_the_file_and_a_flag_beats_both),
		TEST(survives_any_allocation_failing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
