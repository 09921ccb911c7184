#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "cmd/command.h"
#include "main/report_internal.h"
#include "support/check.h"

#define OUT_LEN 16384

static const struct command plain = { .name = "export" };
static const struct command terse = { .name = "credential-process",
				      .terse = true };
static const struct command like_env = { .name = "exec", .like_env = true };

/* Returns the text that report_error() writes to stderr. */
static const char *reported(const struct command *command, const char *profile,
			    bool json, const struct error *err)
{
	static char out[OUT_LEN];
	FILE *file = tmpfile();
	int kept = dup(STDERR_FILENO);
	size_t n;

	assert_non_null(file);
	assert_true(dup2(fileno(file), STDERR_FILENO) >= 0);
	report_error(command, profile, json, err);
	(void)dup2(kept, STDERR_FILENO);
	(void)close(kept);
	rewind(file);
	n = fread(out, 1, sizeof(out) - 1, file);
	out[n] = '\0';
	(void)fclose(file);
	return out;
}

static struct error nowhere(void)
{
	struct error err;

	(void)error_fail(&err, REASON_NO_CONFIG_FILE, .profile = "nowhere",
			 .path = "/home/me/.aws/config");
	return err;
}

static size_t lines_of(const char *text)
{
	size_t n = 0;

	for (; *text != '\0'; text++)
		n += *text == '\n';
	return n;
}

static void says_who_failed_then_the_hint(void **state)
{
	const struct error err = nowhere();
	const char *out = reported(&plain, "typed", false, &err);

	(void)state;
	assert_int_equal(lines_of(out), 2);
	assert_memory_equal(out, "rolekey: export typed: ", 23);
	assert_memory_equal(strchr(out, '\n') + 1, "hint: ", 6);
	assert_non_null(strstr(strchr(out, '\n'), "rolekey add typed"));
	out = reported(NULL, NULL, false, &err);
	assert_memory_equal(out, "rolekey: no", 11);
}

static void a_terse_command_has_one_line(void **state)
{
	const struct error err = nowhere();
	const char *out = reported(&terse, "typed", false, &err);

	(void)state;
	assert_int_equal(lines_of(out), 1);
	assert_non_null(strstr(out, "; hint: "));
}

static void json_has_the_reason_and_the_facts(void **state)
{
	struct error err = nowhere();
	const char *out;
	json_t *root, *error;

	(void)state;
	(void)error_context(&err, REASON_ONE_PROGRAM, .line = 7);
	out = reported(&plain, "typed", true, &err);
	assert_int_equal(lines_of(out), 1);
	root = json_loads(out, 0, NULL);
	error = json_object_get(root, "error");
	assert_non_null(error);
#define HAS(key, value)                                                     \
	assert_string_equal(json_string_value(json_object_get(error, key)), \
			    value)
	HAS("reason", "no-config-file");
	HAS("profile", "nowhere");
	HAS("path", "/home/me/.aws/config");
	HAS("command", "export");
#undef HAS
	assert_non_null(json_object_get(error, "message"));
	assert_non_null(json_object_get(error, "hint"));
	assert_null(json_object_get(error, "code"));
	assert_int_equal(json_integer_value(json_object_get(error, "status")),
			 3);
	assert_int_equal(json_integer_value(json_object_get(error, "line")), 7);
	assert_string_equal(json_string_value(json_array_get(
				    json_object_get(error, "contexts"), 0)),
			    "one-program");
	json_decref(root);
}

/* A message and a hint of any length end in a line end, and in one write. */
static void cuts_what_is_too_long(void **state)
{
	static char longer[5000];
	struct error err;
	const char *out;

	(void)state;
	memset(longer, '"', sizeof(longer) - 1);
	(void)error_fail(&err, REASON_NO_SUCH_PROFILE, .profile = longer,
			 .path = longer, .key = longer, .other = longer,
			 .detail = longer, .arn = longer);
	out = reported(&plain, longer, false, &err);
	assert_int_equal(lines_of(out), 2);
	out = reported(&plain, longer, true, &err);
	assert_int_equal(lines_of(out), 1);
	assert_memory_equal(out, "{\"error\":", 9);
}

static void exec_has_the_statuses_of_env(void **state)
{
	static const struct {
		enum error_code code;
		int plain, like_env;
	} cases[] = {
		{ ERROR_MEMORY, 1, 125 },      { ERROR_USAGE, 2, 125 },
		{ ERROR_CONFIG, 3, 125 },      { ERROR_PERSON, 4, 125 },
		{ ERROR_DENIED, 5, 125 },      { ERROR_KEYRING, 6, 125 },
		{ ERROR_NETWORK, 7, 125 },     { ERROR_PROTOCOL, 7, 125 },
		{ ERROR_SYSTEM, 1, 125 },      { ERROR_INTERRUPTED, 130, 130 },
		{ ERROR_NOT_FOUND, 127, 127 }, { ERROR_CANNOT_RUN, 126, 126 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct error err = { .code = cases[i].code };

		assert_int_equal(report_status(&plain, &err), cases[i].plain);
		assert_int_equal(report_status(NULL, &err), cases[i].plain);
		assert_int_equal(report_status(&like_env, &err),
				 cases[i].like_env);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_who_failed_then_the_hint),
		cmocka_unit_test(a_terse_command_has_one_line),
		cmocka_unit_test(json_has_the_reason_and_the_facts),
		cmocka_unit_test(cuts_what_is_too_long),
		cmocka_unit_test(exec_has_the_statuses_of_env),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
