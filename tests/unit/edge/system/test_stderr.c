#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/notice.h"
#include "edge/edge.h"
#include "support/check.h"

static int kept_stderr;
static FILE *caught;

static void catch_stderr(void)
{
	caught = tmpfile();
	assert_non_null(caught);
	kept_stderr = dup(STDERR_FILENO);
	assert_true(dup2(fileno(caught), STDERR_FILENO) >= 0);
}

static size_t give_back_stderr(char *out, size_t room)
{
	size_t n;

	(void)dup2(kept_stderr, STDERR_FILENO);
	(void)close(kept_stderr);
	rewind(caught);
	n = fread(out, 1, room - 1, caught);
	out[n] = '\0';
	(void)fclose(caught);
	return n;
}

/* Renders a fact as its detail. */
static void render(const struct error *fact, char *out, size_t size)
{
	(void)snprintf(out, size, "%s", fact->about.detail);
}

static void says_each_kind_in_its_words(void **state)
{
	static const struct {
		struct notices_stderr to;
		const char *want;
	} cases[] = {
		{ { .render = render },
		  "rolekey: warning: w\x3f 1\nrolekey: i\n" },
		{ { .quiet = true, .render = render }, "" },
		{ { .debug = true, .render = render },
		  "rolekey: warning: w\x3f 1\nrolekey: i\nrolekey: debug: "
		  "d\n" },
		{ { .debug = true, .quiet = true, .render = render },
		  "rolekey: warning: w\x3f 1\nrolekey: i\nrolekey: debug: "
		  "d\n" },
	};
	char out[4096];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct notices_stderr to = cases[i].to;
		struct notices notices = stderr_notices(&to);

		catch_stderr();
		notice_warn(&notices, REASON_SYSTEM_CALL, .detail = "w\n 1");
		notice_info(&notices, REASON_SYSTEM_CALL, .detail = "i");
		notice_debug(&notices, "%s", "d");
		(void)give_back_stderr(out, sizeof(out));
		assert_string_equal(out, cases[i].want);
	}
}

static void says_a_warning_once(void **state)
{
	struct notices_stderr to = { .render = render };
	struct notices_kept kept = { .to.render = render };
	struct notices notices[] = { stderr_notices(&to),
				     stderr_notices_kept(&kept) };
	char out[4096];

	(void)state;
	catch_stderr();
	for (size_t i = 0; i < 2; i++) {
		for (size_t n = 0; n < 2; n++) {
			notice_warn(&notices[i], REASON_SYSTEM_CALL,
				    .detail = "w");
			notice_info(&notices[i], REASON_SYSTEM_CALL,
				    .detail = "i");
		}
		notice_warn(&notices[i], REASON_SYSTEM_CALL, .detail = "v");
	}
	stderr_notices_flush(&kept);
	(void)give_back_stderr(out, sizeof(out));
	assert_string_equal(out, "rolekey: warning: w\nrolekey: i\n"
				 "rolekey: i\nrolekey: warning: v\n"
				 "rolekey: warning: w\nrolekey: i\n"
				 "rolekey: i\nrolekey: warning: v\n");
}

static void says_more_warnings_than_it_remembers(void **state)
{
	struct notices_stderr to = { .render = render };
	struct notices notices = stderr_notices(&to);
	char text[600];
	char *out = calloc(20, 700);
	size_t lines = 0;

	(void)state;
	assert_non_null(out);
	catch_stderr();
	for (size_t i = 0; i < 20; i++) {
		memset(text, 'a' + (int)i, sizeof(text) - 1);
		text[sizeof(text) - 1] = '\0';
		notice_warn(&notices, REASON_SYSTEM_CALL, .detail = text);
	}
	(void)give_back_stderr(out, (size_t)20 * 700);
	for (const char *at = out; (at = strchr(at, '\n')); at++)
		lines++;
	assert_int_equal(lines, 20);
	free(out);
}

/* Renders as much as there is room for. */
static void render_long(const struct error *fact, char *out, size_t size)
{
	assert_int_equal(fact->reason, REASON_SYSTEM_CALL);
	assert_string_equal(fact->about.detail, "x");
	memset(out, 'x', size - 1);
	out[size - 1] = '\0';
}

static void ends_a_line_that_it_had_to_cut(void **state)
{
	struct notices_stderr to = { .render = render_long };
	struct notices notices = stderr_notices(&to);
	char out[4096];
	size_t n;

	(void)state;
	catch_stderr();
	notice_info(&notices, REASON_SYSTEM_CALL, .detail = "x");
	n = give_back_stderr(out, sizeof(out));
	assert_true(n > 1000 && n < 1200);
	assert_ptr_equal(strchr(out, '\n'), out + n - 1);
}

static void keeps_notices_until_they_are_flushed(void **state)
{
	struct notices_kept kept = { .to = { .render = render } };
	struct notices notices = stderr_notices_kept(&kept);
	char out[4096];

	(void)state;
	catch_stderr();
	notice_warn(&notices, REASON_SYSTEM_CALL, .detail = "one");
	notice_debug(&notices, "%s", "without --debug");
	notice_info(&notices, REASON_SYSTEM_CALL, .detail = "two");
	assert_int_equal(lseek(STDERR_FILENO, 0, SEEK_CUR), 0);
	stderr_notices_flush(&kept);
	stderr_notices_flush(&kept);
	(void)give_back_stderr(out, sizeof(out));
	assert_string_equal(out, "rolekey: warning: one\nrolekey: two\n");
}

static void loses_debug_lines_first_and_warnings_never(void **state)
{
	static char out[40000];
	struct notices_kept kept = { .to = { .debug = true,
					     .render = render } };
	struct notices notices = stderr_notices_kept(&kept);
	char expected[64];
	char text[128];

	(void)state;
	catch_stderr();
	for (int i = 0; i < 1000; i++)
		notice_debug(&notices, "line %d", i);
	for (int i = 0; i < 100; i++) {
		(void)snprintf(text, sizeof(text), "%d %099d", i, 0);
		notice_warn(&notices, REASON_SYSTEM_CALL, .detail = text);
	}
	stderr_notices_flush(&kept);
	(void)give_back_stderr(out, sizeof(out));
	assert_non_null(strstr(out, "debug: line 0\n"));
	assert_null(strstr(out, "debug: line 999\n"));
	for (int i = 0; i < 100; i++) {
		(void)snprintf(expected, sizeof(expected), "warning: %d 0", i);
		assert_non_null(strstr(out, expected));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_each_kind_in_its_words),
		cmocka_unit_test(says_a_warning_once),
		cmocka_unit_test(says_more_warnings_than_it_remembers),
		cmocka_unit_test(ends_a_line_that_it_had_to_cut),
		cmocka_unit_test(keeps_notices_until_they_are_flushed),
		cmocka_unit_test(loses_debug_lines_first_and_warnings_never),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
