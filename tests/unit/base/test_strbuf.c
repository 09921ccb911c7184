#include <string.h>

#include "base/strbuf.h"
#include "support/check.h"
#include "support/mem_failing.h"

static void grows_as_text_is_appended(void **state)
{
	struct strbuf sb = strbuf_with_max(100000);

	(void)state;
	assert_string_equal(strbuf_text(&sb), "");
	assert_true(strbuf_ok(&sb));
	for (int i = 0; i < 1000; i++) {
		strbuf_puts(&sb, "ab");
		strbuf_add(&sb, "cdef", 2);
		strbuf_printf(&sb, "%03d", i);
	}
	assert_true(strbuf_ok(&sb));
	assert_int_equal(sb.len, 7000);
	assert_int_equal(strlen(strbuf_text(&sb)), 7000);
	assert_string_equal(strbuf_text(&sb) + 6993, "abcd999");
	strbuf_clear(&sb);
	assert_int_equal(sb.len, 0);
	assert_int_equal(sb.max, 100000);
}

static void takes_as_much_as_its_cap_and_no_more(void **state)
{
	struct strbuf sb = strbuf_with_max(4);

	(void)state;
	strbuf_puts(&sb, "abcd");
	assert_true(strbuf_ok(&sb));
	strbuf_add(&sb, "", 0);
	strbuf_printf(&sb, "%s", "");
	assert_true(strbuf_ok(&sb));
	strbuf_puts(&sb, "e");
	assert_false(strbuf_ok(&sb));
	assert_string_equal(strbuf_text(&sb), "abcd");
	strbuf_clear(&sb);
	assert_true(strbuf_ok(&sb));

	strbuf_printf(&sb, "%d", 12345);
	assert_false(strbuf_ok(&sb));
	assert_string_equal(strbuf_text(&sb), "");
	strbuf_clear(&sb);
}

static void failure_stays_until_it_is_cleared(void **state)
{
	struct strbuf sb = strbuf_with_max(4);

	(void)state;
	strbuf_puts(&sb, "abcde");
	strbuf_puts(&sb, "a");
	strbuf_add(&sb, "b", 1);
	strbuf_printf(&sb, "c");
	assert_false(strbuf_ok(&sb));
	assert_int_equal(sb.len, 0);
	strbuf_clear(&sb);
	strbuf_puts(&sb, "a");
	assert_true(strbuf_ok(&sb));
	strbuf_clear(&sb);
}

static void survives_any_allocation_failing(void **state)
{
	bool done = false;
	long n;

	(void)state;
	for (n = 0; !done; n++) {
		struct strbuf sb = strbuf_with_max(1000);

		mem_fail_after(n);
		strbuf_puts(&sb, "short");
		strbuf_printf(&sb, "%*s", 500, "long");
		done = strbuf_ok(&sb);
		assert_true(done != mem_has_failed());
		if (n == 1) /* what fitted is still there */
			assert_string_equal(strbuf_text(&sb), "short");
		mem_fail_after(-1);
		strbuf_clear(&sb);
	}
	assert_int_equal(n - 1, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(grows_as_text_is_appended),
		cmocka_unit_test(takes_as_much_as_its_cap_and_no_more),
		cmocka_unit_test(failure_stays_until_it_is_cleared),
		cmocka_unit_test(survives_any_allocation_failing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
