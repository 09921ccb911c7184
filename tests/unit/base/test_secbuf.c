#include <sys/wait.h>

#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/secbuf.h"
#include "support/check.h"
#include "support/mem_failing.h"

static void holds_as_much_as_its_cap_and_no_more(void **state)
{
	struct secbuf *sb = secbuf_new(5);

	(void)state;
	secbuf_add(sb, "abc", 2);
	secbuf_puts(sb, "cde");
	assert_true(secbuf_ok(sb));
	assert_string_equal(secbuf_text(sb), "abcde");
	assert_int_equal(secbuf_len(sb), 5);
	secbuf_add(sb, "", 0);
	assert_true(secbuf_ok(sb));
	secbuf_puts(sb, "f");
	assert_false(secbuf_ok(sb));
	assert_string_equal(secbuf_text(sb), "abcde");
	secbuf_free(sb);
}

static void failure_stays(void **state)
{
	struct secbuf *sb = secbuf_new(2);
	size_t room = 9;

	(void)state;
	secbuf_puts(sb, "abc");
	secbuf_puts(sb, "a");
	assert_false(secbuf_ok(sb));
	assert_int_equal(secbuf_len(sb), 0);
	assert_null(secbuf_room(sb, &room));
	assert_int_equal(room, 0);
	secbuf_free(sb);
}

static void takes_null_for_a_buffer_that_failed(void **state)
{
	size_t room = 9;

	(void)state;
	secbuf_puts(NULL, "a");
	secbuf_add(NULL, "a", 1);
	secbuf_join(NULL, NULL);
	secbuf_grew(NULL, 1);
	secbuf_cut(NULL, 0);
	secbuf_free(NULL);
	assert_false(secbuf_ok(NULL));
	assert_false(secbuf_is_locked(NULL));
	assert_null(secbuf_room(NULL, &room));
	assert_int_equal(room, 0);
	assert_null(secbuf_edit(NULL));
	assert_string_equal(secbuf_text(NULL), "");
	assert_int_equal(secbuf_len(NULL), 0);
	assert_null(secbuf_new(SIZE_MAX));
	assert_null(secbuf_new(SIZE_MAX - 1));
}

static void joins_one_to_another(void **state)
{
	struct secbuf *a = secbuf_from("ab");
	struct secbuf *b = secbuf_new(4);

	(void)state;
	secbuf_join(b, a);
	secbuf_join(b, a);
	assert_string_equal(secbuf_text(b), "abab");
	secbuf_join(b, NULL);
	assert_false(secbuf_ok(b));
	secbuf_free(a);
	secbuf_free(b);
}

static void is_filled_in_place(void **state)
{
	struct secbuf *sb = secbuf_new(8);
	size_t room;
	char *at;

	(void)state;
	secbuf_puts(sb, "ab");
	at = secbuf_room(sb, &room);
	assert_int_equal(room, 6);
	memset(at, 'x', room);
	secbuf_grew(sb, 3);
	assert_string_equal(secbuf_text(sb), "abxxx");
	secbuf_edit(sb)[1] = '\0';
	assert_int_equal(secbuf_len(sb), 5);
	secbuf_grew(sb, 4);
	assert_false(secbuf_ok(sb));
	secbuf_free(sb);
}

static void cutting_wipes_what_is_cut(void **state)
{
	struct secbuf *sb = secbuf_from("secret");
	const char *bytes = secbuf_text(sb);

	(void)state;
	secbuf_cut(sb, 9);
	assert_int_equal(secbuf_len(sb), 6);
	secbuf_cut(sb, 2);
	assert_int_equal(secbuf_len(sb), 2);
	assert_memory_equal(bytes, "se\0\0\0\0", 7);
	secbuf_free(sb);
}

static void compares_bytes_and_lengths(void **state)
{
	struct secbuf *a = secbuf_from("secret");
	struct secbuf *b = secbuf_from("secret");
	struct secbuf *c = secbuf_from("secreT");
	struct secbuf *d = secbuf_from("secre");

	(void)state;
	assert_true(secbuf_equal(a, b));
	assert_false(secbuf_equal(a, c));
	assert_false(secbuf_equal(a, d));
	assert_false(secbuf_equal(a, NULL));
	assert_true(secbuf_equal(NULL, NULL));
	secbuf_free(a);
	secbuf_free(b);
	secbuf_free(c);
	secbuf_free(d);
}

/* AddressSanitizer makes mlock(2) do nothing. */
#ifdef __has_feature
#if __has_feature(address_sanitizer)
#define __SANITIZE_ADDRESS__ 1
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
static const bool has_sanitizer = true;
#else
static const bool has_sanitizer = false;
#endif

/* Reads the flags of the mapping that contains an address: proc(5), smaps. */
static bool has_flag(const void *address, const char *flag)
{
	FILE *maps = fopen("/proc/self/smaps", "r");
	bool inside = false;
	bool found = false;
	char line[512];

	assert_non_null(maps);
	while (fgets(line, sizeof(line), maps)) {
		char *rest;
		unsigned long from = strtoul(line, &rest, 16);

		if (*rest == '-') {
			unsigned long to = strtoul(rest + 1, NULL, 16);

			inside = (uintptr_t)address >= from &&
				 (uintptr_t)address < to;
		}
		if (inside && strncmp(line, "VmFlags:", 8) == 0)
			found = strstr(line, flag) != NULL;
	}
	(void)fclose(maps);
	return found;
}

static void lies_locked_and_outside_of_core_files(void **state)
{
	struct secbuf *sb = secbuf_new(5000);

	(void)state;
	assert_true(has_flag(secbuf_text(sb), " dd"));
	assert_true(has_flag(secbuf_text(sb) + 5000, " dd"));
	if (!has_sanitizer)
		assert_int_equal(secbuf_is_locked(sb),
				 has_flag(secbuf_text(sb), " lo"));
	secbuf_free(sb);
}

static void touch(const volatile char *at)
{
	(void)*at;
	_exit(0);
}

/* Tests in a child whether a read of an address ends the process. */
static bool is_inaccessible(const char *at)
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		(void)signal(SIGSEGV, SIG_DFL);
		touch(at);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV;
}

static void lies_between_guard_pages(void **state)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	(void)state;
	for (size_t pages = 1; pages <= 6; pages++) {
		struct secbuf *sb = secbuf_new((pages * page) - 1);
		const char *bytes = secbuf_text(sb);

		assert_false(is_inaccessible(bytes));
		assert_false(is_inaccessible(bytes + (pages * page) - 1));
		assert_true(is_inaccessible(bytes - 1));
		assert_true(is_inaccessible(bytes + (pages * page)));
		secbuf_free(sb);
	}
}

/* More than the pool has room for: each has its own pages and guard pages. */
#define MANY 40

static void many_share_no_page(void **state)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	struct secbuf *sb[MANY];

	(void)state;
	for (size_t i = 0; i < MANY; i++)
		sb[i] = secbuf_from("secret");
	for (size_t i = 0; i < MANY; i++) {
		const char *bytes = secbuf_text(sb[i]);

		assert_string_equal(bytes, "secret");
		assert_true(has_flag(bytes, " dd"));
		assert_true(is_inaccessible(bytes - 1));
		assert_true(is_inaccessible(bytes + page));
	}
	for (size_t i = 0; i < MANY; i++)
		secbuf_free(sb[i]);
}

static void a_freed_one_is_inaccessible_and_comes_back_empty(void **state)
{
	struct secbuf *other = secbuf_from("other");
	struct secbuf *sb = secbuf_from("secret");
	const char *bytes = secbuf_text(sb);
	static const char zeros[16];

	(void)state;
	secbuf_free(sb);
	assert_true(is_inaccessible(bytes));
	sb = secbuf_new(100);
	assert_memory_equal(secbuf_text(sb), zeros, sizeof(zeros));
	secbuf_free(sb);
	secbuf_free(other);
}

static void survives_any_allocation_failing(void **state)
{
	long before = secbuf_alive();
	bool done = false;
	long n;

	(void)state;
	for (n = 0; !done; n++) {
		struct secbuf *sb;

		mem_fail_after(n);
		sb = secbuf_from("secret");
		done = secbuf_ok(sb);
		assert_true(done != mem_has_failed());
		assert_int_equal(secbuf_alive(), before + (done ? 1 : 0));
		mem_fail_after(-1);
		secbuf_free(sb);
	}
	assert_int_equal(n - 1, 2);
	assert_int_equal(secbuf_alive(), before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(holds_as_much_as_its_cap_and_no_more),
		cmocka_unit_test(failure_stays),
		cmocka_unit_test(takes_null_for_a_buffer_that_failed),
		cmocka_unit_test(joins_one_to_another),
		cmocka_unit_test(is_filled_in_place),
		cmocka_unit_test(cutting_wipes_what_is_cut),
		cmocka_unit_test(compares_bytes_and_lengths),
		cmocka_unit_test(lies_locked_and_outside_of_core_files),
		cmocka_unit_test(lies_between_guard_pages),
		cmocka_unit_test(many_share_no_page),
		cmocka_unit_test(
			a_freed_one_is_inaccessible_and_comes_back_empty),
		cmocka_unit_test(survives_any_allocation_failing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
