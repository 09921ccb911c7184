#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/secbuf.h"
#include "edge/edge.h"
#include "support/check.h"
#include "support/facts.h"
#include "support/mem_failing.h"

/* stdin is a pipe with that in it, and nobody at its other end. */
static void give(const char *bytes, size_t len)
{
	int ends[2];

	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	assert_int_equal(write(ends[1], bytes, len), (int)len);
	(void)close(ends[1]);
	assert_int_equal(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
	(void)close(ends[0]);
}

static bool take(bool one_line, size_t max, struct secbuf **text,
		 struct error *err)
{
	struct input input = stdin_input();

	return input_read(&input, one_line, max, text, err);
}

static void reads(const char *given, bool one_line, const char *expected)
{
	struct secbuf *text = NULL;
	struct error err = { 0 };

	give(given, strlen(given));
	if (!take(one_line, 100, &text, &err))
		fail_msg("%s", err.about.detail);
	assert_string_equal(secbuf_text(text), expected);
	secbuf_free(text);
}

static void reads_all_of_it(void **state)
{
	(void)state;
	reads("one", false, "one");
	reads("one\ntwo\n", false, "one\ntwo\n");
	reads("\n", false, "\n");
}

static void reads_a_line_without_its_end(void **state)
{
	(void)state;
	reads("one\n", true, "one");
	reads("one\r\n", true, "one");
	reads("one", true, "one");
}

static void leaves_what_is_behind_the_line(void **state)
{
	char rest[16] = "";

	(void)state;
	reads("123456\nfor the child\n", true, "123456");
	assert_int_equal(read(STDIN_FILENO, rest, sizeof(rest)), 14);
	assert_memory_equal(rest, "for the child\n", 14);
}

static void refuses(const char *given, bool one_line, enum error_reason reason)
{
	struct secbuf *text = NULL;
	struct error err = { 0 };

	give(given, strlen(given));
	assert_false(take(one_line, 8, &text, &err));
	assert_null(text);
	assert_int_equal(err.code, ERROR_USAGE);
	assert_error(&err, reason,
		     .number = reason == REASON_STDIN_TOO_LONG ? 8 : 0);
}

static void refuses_nothing_and_too_much(void **state)
{
	(void)state;
	refuses("", false, REASON_STDIN_EMPTY);
	refuses("", true, REASON_STDIN_EMPTY);
	refuses("\n", true, REASON_STDIN_EMPTY);
	refuses("123456789", false, REASON_STDIN_TOO_LONG);
	refuses("123456789\n", true, REASON_STDIN_TOO_LONG);
	reads("12345678", false, "12345678");
}

static void says_why_it_cannot_read(void **state)
{
	struct secbuf *text = NULL;
	struct error err = { 0 };

	(void)state;
	(void)close(STDIN_FILENO);
	assert_false(take(false, 8, &text, &err));
	assert_error(&err, REASON_SYSTEM_CALL, .action = "read stdin",
		     .detail = "Bad file descriptor");
}

static void survives_any_allocation_failing(void **state)
{
	bool done = false;
	long n;

	(void)state;
	for (n = 0; !done; n++) {
		struct secbuf *text = NULL;
		struct error err = { 0 };

		give("text", 4);
		mem_fail_after(n);
		done = take(false, 8, &text, &err);
		assert_true(done != mem_has_failed());
		mem_fail_after(-1);
		assert_true(done || err.code == ERROR_MEMORY);
		secbuf_free(text);
		assert_int_equal(secbuf_alive(), 0);
	}
	assert_true(n > 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_all_of_it),
		cmocka_unit_test(reads_a_line_without_its_end),
		cmocka_unit_test(leaves_what_is_behind_the_line),
		cmocka_unit_test(refuses_nothing_and_too_much),
		cmocka_unit_test(survives_any_allocation_failing),
		cmocka_unit_test(says_why_it_cannot_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
