#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "base/text.h"
#include "edge/keyring.h"
#include "support/check.h"
#include "support/facts.h"
#include "support/mem_failing.h"

/*
 * Tests that run without a service; and with ROLEKEY_TEST_SERVICE set, those
 * for the service on this session bus.  tests/e2e/test_keyring_secret_service.py
 * runs them on a bus and with a keyring of its own.
 */

static const struct keyring_row *const rows[] = { &reader_keyring_row,
						  &libsecret_keyring_row };

#define N_ROWS (sizeof(rows) / sizeof(rows[0]))

static char address_gone[] = "DBUS_SESSION_BUS_ADDRESS=unix:path=/gone";
static char address_launch[] = "DBUS_SESSION_BUS_ADDRESS=autolaunch:";
static char address_empty[] = "DBUS_SESSION_BUS_ADDRESS=";
static char runtime_gone[] = "XDG_RUNTIME_DIR=/gone";
static char runtime_empty[] = "XDG_RUNTIME_DIR=";
static char runtime_relative[] = "XDG_RUNTIME_DIR=run";

static const struct {
	char *environment[3];
	struct error_facts why;
} places[] = {
	{ { NULL }, { .reason = REASON_NO_SESSION_BUS } },
	{ { address_empty, runtime_empty },
	  { .reason = REASON_NO_SESSION_BUS } },
	{ { runtime_gone },
	  { REASON_NO_SESSION_BUS, .value = "/gone/bus",
	    .detail = "No such file or directory" } },
	{ { address_launch, runtime_gone },
	  { .reason = REASON_BUS_ADDRESS, .value = "autolaunch:" } },
	{ { address_gone, runtime_gone },
	  { REASON_NO_SESSION_BUS, .value = "unix:path=/gone",
	    .detail = "No such file or directory" } },
	{ { runtime_relative }, { .reason = REASON_NO_SESSION_BUS } },
};

static struct keyring opened(const struct keyring_row *row,
			     char *const *environment)
{
	const struct keyring_needs needs = { .environment = environment };
	struct keyring keyring;
	struct error err = { 0 };

	assert_true(row->open(&needs, &keyring, &err));
	assert_string_equal(keyring.name, "secret-service");
	return keyring;
}

static void says_no_bus(const struct keyring_row *row, char *const *environment,
			const struct error_facts *why)
{
	const struct keyring_needs needs = { .environment = environment };
	struct keyring k = opened(row, environment);
	struct secbuf *value = NULL;
	struct error err = { 0 };

	assert_false(row->probe(&needs, &err));
	facts_are(&err, why);
	assert_int_equal(err.code, ERROR_KEYRING);
	err = (struct error){ 0 };
	assert_false(keyring_get(&k, KEYRING_KEY, "a", &value, &err));
	facts_are(&err, why);
	assert_null(value);
	row->close(&k);
}

static void says_why_there_is_no_bus(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		for (size_t r = 0; r < N_ROWS; r++)
			says_no_bus(rows[r], places[i].environment,
				    &places[i].why);
}

/* A name that is not UTF-8 would make an invalid message on the bus. */
static void refuses_a_name_that_is_no_utf8(void **state)
{
	struct keyring k = opened(&reader_keyring_row, places[4].environment);
	struct secbuf *value = NULL;
	struct error err = { 0 };

	(void)state;
	assert_false(keyring_get(&k, KEYRING_KEY, "a\xff", &value, &err));
	assert_error(&err, REASON_BAD_ITEM_TEXT, .key = "name");
	reader_keyring_row.close(&k);
}

static void the_quick_reader_cannot_write(void **state)
{
	const struct keyring_item item = { KEYRING_KEY, "a", "label", NULL, 0 };
	struct keyring k = opened(&reader_keyring_row, places[0].environment);
	const struct keyring_item *items;
	struct secbuf *value = secbuf_from("x");
	struct error err = { 0 };
	bool removed = true;
	size_t n = 1;

	(void)state;
	assert_false(keyring_put(&k, &item, value, &err));
	assert_error(&err, REASON_KEYRING_READ_ONLY);
	assert_false(keyring_remove(&k, KEYRING_KEY, "a", &removed, &err));
	assert_false(removed);
	assert_false(keyring_list(&k, KEYRING_KEY, NULL, &items, &n, &err));
	assert_int_equal(n, 0);
	secbuf_free(value);
	reader_keyring_row.close(&k);
}

/* The last failure of the n-th allocation is followed by the true reason. */
static void survives_any_allocation_failing_without_a_bus(void **state)
{
	const struct keyring_needs needs = { .environment =
						     places[2].environment };
	struct error err = { 0 };
	long n = 0;

	(void)state;
	do {
		mem_fail_after(n++);
		assert_false(reader_keyring_row.probe(&needs, &err));
		assert_int_equal(err.code, mem_has_failed() ? ERROR_MEMORY
							    : ERROR_KEYRING);
	} while (mem_has_failed());
	mem_fail_after(-1);
	assert_true(n > 1);
}

/* --- with a service -------------------------------------------------------- */

static bool put_all(struct keyring *k, struct error *err)
{
	static const struct keyring_item item = { KEYRING_KEY, "torture",
						  "Torture", "origin", 17 };
	struct secbuf *value = secbuf_from("kept");
	bool ok = secbuf_ok(value) ? keyring_put(k, &item, value, err)
				   : error_memory(err);

	secbuf_free(value);
	return ok;
}

static bool get_all(struct keyring *k, struct error *err)
{
	struct secbuf *value = NULL;
	bool ok = keyring_get(k, KEYRING_KEY, "torture", &value, err);

	if (ok)
		assert_string_equal(secbuf_text(value), "kept");
	else
		assert_null(value);
	secbuf_free(value);
	return ok;
}

static bool list_all(struct keyring *k, struct error *err)
{
	struct arena *arena = arena_new();
	const struct keyring_item *items = NULL;
	size_t n = 0;
	bool ok = arena ? keyring_list(k, KEYRING_KEY, arena, &items, &n, err)
			: error_memory(err);

	assert_int_equal(n, ok ? 1 : 0);
	for (size_t i = 0; i < n; i++) {
		assert_string_equal(items[i].name, "torture");
		assert_string_equal(items[i].origin, "origin");
		assert_int_equal(items[i].expires, 17);
	}
	arena_free(arena);
	return ok;
}

static bool remove_all(struct keyring *k, struct error *err)
{
	bool removed = true;
	bool ok = keyring_remove(k, KEYRING_KEY, "torture", &removed, err);

	assert_true(removed == ok);
	return ok;
}

static void torture(const struct keyring_row *row,
		    bool (*call)(struct keyring *k, struct error *err))
{
	struct keyring k = opened(row, environ);
	bool done = false;

	for (long n = 0; !done; n++) {
		struct error err = { 0 };

		mem_fail_after(n);
		done = call(&k, &err);
		assert_true(done != mem_has_failed());
		if (!done)
			assert_int_equal(err.code, ERROR_MEMORY);
		mem_fail_after(-1);
	}
	row->close(&k);
	assert_int_equal(secbuf_alive(), 0);
}

static void survives_any_allocation_failing_with_a_service(void **state)
{
	const struct keyring_needs needs = { .environment = environ };
	struct error err = { 0 };
	struct keyring k;

	(void)state;
	mem_fail_after(0);
	assert_false(libsecret_keyring_row.open(&needs, &k, &err));
	assert_int_equal(err.code, ERROR_MEMORY);
	mem_fail_after(-1);
	torture(&libsecret_keyring_row, put_all);
	torture(&libsecret_keyring_row, get_all);
	torture(&reader_keyring_row, get_all);
	torture(&libsecret_keyring_row, list_all);
	torture(&libsecret_keyring_row, remove_all);
}

/* One keyring, many calls: the connection is made once and serves them all. */
static void serves_many_calls_from_one_keyring(void **state)
{
	struct keyring k = opened(&libsecret_keyring_row, environ);
	struct error err = { 0 };
	bool removed;

	(void)state;
	for (int i = 0; i < 5; i++) {
		assert_true(put_all(&k, &err));
		assert_true(get_all(&k, &err));
		assert_true(list_all(&k, &err));
		assert_true(remove_all(&k, &err));
		assert_true(keyring_remove(&k, KEYRING_KEY, "torture", &removed,
					   &err));
		assert_false(removed);
	}
	libsecret_keyring_row.close(&k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_why_there_is_no_bus),
		cmocka_unit_test(refuses_a_name_that_is_no_utf8),
		cmocka_unit_test(the_quick_reader_cannot_write),
		cmocka_unit_test(survives_any_allocation_failing_without_a_bus),
	};
	const struct CMUnitTest with_a_service[] = {
		cmocka_unit_test(
			survives_any_allocation_failing_with_a_service),
		cmocka_unit_test(serves_many_calls_from_one_keyring),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	if (text_env(environ, "ROLEKEY_TEST_SERVICE"))
		failed += cmocka_run_group_tests(with_a_service, NULL, NULL);
	return failed;
}
