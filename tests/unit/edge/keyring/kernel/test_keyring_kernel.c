#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/mem.h"
#include "base/secbuf.h"
#include "edge/keyring.h"
#include "edge/keyring/kernel/kernel_internal.h"
#include "support/check.h"
#include "support/folder.h"
#include "support/mem_failing.h"

static const struct keyring_item item = { KEYRING_SESSION, "7f3a", "a label",
					  "custodian", 0 };

/* --- the bytes ----------------------------------------------------------------- */

static void a_file_of_its_bytes_is_as_the_page_says(void **state)
{
	struct keyring_entry entry = {
		.field = { view_of("session"), view_of("a"), view_of(""),
			   view_of(""), view_of("value") },
		.expires = 7
	};
	char name[ITEM_KEY_LEN];
	struct error err = { 0 };
	struct secbuf *key;
	uint8_t *bytes;
	size_t len;

	(void)state;
	assert_true(kernel_item_seal(&entry, &bytes, &len, &key, &err));
	assert_int_equal(len, 12 + 16 + 24 + 16 + 8 + 5 * 4 + 7 + 1 + 5);
	assert_memory_equal(bytes, "session\0\1\0\0\0", 12);
	assert_int_equal(secbuf_len(key), 32);
	assert_true(kernel_item_key(bytes, len, name));
	assert_memory_equal(name, "rolekey:session:", 16);
	assert_int_equal(strlen(name), 16 + 32);
	for (size_t n = 0; n < len; n++)
		assert_true(n >= 68 || !kernel_item_key(bytes, n, name));
	for (size_t at = 0; at < 12; at++) {
		bytes[at] ^= 1;
		assert_false(kernel_item_key(bytes, len, name));
		bytes[at] ^= 1;
	}
	mem_free(bytes);
	secbuf_free(key);
}

/* --- no memory ------------------------------------------------------------------- */

static bool put_it(const struct keyring *k, struct error *err)
{
	struct secbuf *value = secbuf_from("value");
	bool ok = (value || error_memory(err)) &&
		  keyring_put(k, &item, value, err);

	secbuf_free(value);
	return ok;
}

static bool get_it(const struct keyring *k, struct error *err)
{
	struct secbuf *value = NULL;
	bool ok = keyring_get(k, item.kind, item.name, &value, err);

	/* An item that cannot be opened without memory counts as missing. */
	if (ok && !value)
		ok = error_memory(err);
	if (ok)
		assert_string_equal(secbuf_text(value), "value");
	secbuf_free(value);
	return ok;
}

static bool list_it(const struct keyring *k, struct error *err)
{
	struct arena *arena = arena_new();
	const struct keyring_item *items;
	size_t n = 0;
	bool ok = arena || error_memory(err);

	ok = ok && keyring_list(k, item.kind, arena, &items, &n, err);
	if (ok && n == 0)
		ok = error_memory(err);
	if (ok)
		assert_string_equal(items[0].origin, "custodian");
	arena_free(arena);
	return ok;
}

static bool remove_it(const struct keyring *k, struct error *err)
{
	bool removed;

	return keyring_remove(k, item.kind, item.name, &removed, err);
}

static void torture(struct keyring *k,
		    bool (*what)(const struct keyring *k, struct error *err))
{
	bool ok = false;

	for (long n = 0; !ok; n++) {
		long before = secbuf_alive();
		struct error err = { 0 };

		assert_true(n < 1000);
		mem_fail_after(n);
		ok = what(k, &err);
		mem_fail_after(-1);
		assert_true(ok || err.code == ERROR_MEMORY);
		assert_int_equal(secbuf_alive(), before);
	}
}

static void survives_running_out_of_memory(void **state)
{
	char runtime[PATH_MAX + 32];
	char *environment[] = { runtime, NULL };
	struct keyring_needs needs = { .environment = environment };
	struct error err = { 0 };
	struct keyring k;

	(void)snprintf(runtime, sizeof(runtime), "XDG_RUNTIME_DIR=%s",
		       (const char *)*state);
	assert_true(keyring_row_kernel.probe(&needs, &err));
	assert_true(keyring_row_kernel.open(&needs, &k, &err));
	torture(&k, put_it);
	torture(&k, put_it);
	torture(&k, get_it);
	torture(&k, list_it);
	torture(&k, remove_it);
	keyring_row_kernel.close(&k);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_of_its_bytes_is_as_the_page_says),
		IN_A_FOLDER(survives_running_out_of_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
