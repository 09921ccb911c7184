#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/secbuf.h"
#include "edge/unlock.h"
#include "support/check.h"
#include "support/mem_failing.h"

static char name[64]; /* of this process alone */

static struct secbuf *get(void)
{
	struct secbuf *key = NULL;
	struct error err = { 0 };

	assert_true(unlock_get(name, &key, &err));
	return key;
}

static void put(const char *text, int64_t timeout)
{
	struct secbuf *key = secbuf_from(text);
	struct error err = { 0 };

	if (!unlock_put(name, key, timeout, &err))
		fail_msg("%s", err.about.detail);
	secbuf_free(key);
}

static void expect(const char *text)
{
	struct secbuf *key = get();

	assert_non_null(key);
	assert_string_equal(secbuf_text(key), text);
	secbuf_free(key);
}

static int set_up(void **state)
{
	(void)state;
	(void)snprintf(name, sizeof(name), "rolekey:test:%ld", (long)getpid());
	return 0;
}

static int tear_down(void **state)
{
	struct error err = { 0 };

	(void)state;
	mem_fail_after(-1);
	return unlock_forget(name, &err) ? 0 : -1;
}

static void finds_nothing_where_nothing_was_put(void **state)
{
	(void)state;
	assert_null(get());
}

static void gives_back_what_was_put_and_then_what_came_over_it(void **state)
{
	(void)state;
	put("0123456789abcdef0123456789abcdef", 60);
	expect("0123456789abcdef0123456789abcdef");
	put("fedcba9876543210fedcba9876543210", 60);
	expect("fedcba9876543210fedcba9876543210");
}

static void forgets_when_told_and_twice_is_no_harm(void **state)
{
	struct error err = { 0 };

	(void)state;
	put("0123456789abcdef0123456789abcdef", 60);
	assert_true(unlock_forget(name, &err));
	assert_null(get());
	assert_true(unlock_forget(name, &err));
}

static void forgets_by_itself_in_time(void **state)
{
	struct secbuf *key;

	(void)state;
	put("0123456789abcdef0123456789abcdef", 3);
	expect("0123456789abcdef0123456789abcdef");
	for (int i = 0; i < 600 && (key = get()) != NULL; i++) {
		secbuf_free(key);
		(void)usleep(50000);
	}
	assert_null(get());
}

static void keeps_nothing_without_a_timeout(void **state)
{
	(void)state;
	put("0123456789abcdef0123456789abcdef", 0);
	assert_null(get());
	put("0123456789abcdef0123456789abcdef", -1);
	assert_null(get());
}

static void takes_a_timeout_past_what_the_kernel_counts(void **state)
{
	(void)state;
	put("0123456789abcdef0123456789abcdef", INT64_MAX);
	expect("0123456789abcdef0123456789abcdef");
}

static void leaves_alone_a_key_longer_than_any_of_ours(void **state)
{
	char text[66] = { 0 };

	(void)state;
	memset(text, 'x', 65);
	put(text, 60);
	assert_null(get());
	text[64] = '\0';
	put(text, 60);
	expect(text);
}

static void survives_any_allocation_failing(void **state)
{
	struct secbuf *key = NULL;
	long n;

	(void)state;
	put("0123456789abcdef0123456789abcdef", 60);
	for (n = 0; !key; n++) {
		struct error err = { 0 };
		bool ok;

		mem_fail_after(n);
		ok = unlock_get(name, &key, &err);
		assert_true(ok != mem_has_failed());
		assert_true(ok == (key != NULL));
		if (!ok)
			assert_int_equal(err.code, ERROR_MEMORY);
		mem_fail_after(-1);
	}
	assert_int_equal(n, 3);
	secbuf_free(key);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(finds_nothing_where_nothing_was_put),
		CASE(gives_back_what_was_put_and_then_what_came_over_it),
		CASE(forgets_when_told_and_twice_is_no_harm),
		CASE(forgets_by_itself_in_time),
		CASE(keeps_nothing_without_a_timeout),
		CASE(takes_a_timeout_past_what_the_kernel_counts),
		CASE(leaves_alone_a_key_longer_than_any_of_ours),
		CASE(survives_any_allocation_failing),
	};
	struct error err = { 0 };
	struct secbuf *key = NULL;

	if (!unlock_get("rolekey:test", &key, &err)) {
		(void)printf("skipped: %s\n", err.about.detail);
		return 0;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
