#include <stdalign.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "support/check.h"
#include "support/mem_failing.h"

static void gives_zeroed_and_aligned_memory(void **state)
{
	struct arena *a = arena_new();

	(void)state;
	assert_non_null(a);
	for (size_t size = 0; size < 300; size++) {
		unsigned char *p = arena_alloc(a, size);

		assert_non_null(p);
		assert_int_equal((uintptr_t)p % alignof(max_align_t), 0);
		for (size_t i = 0; i < size; i++)
			assert_int_equal(p[i], 0);
		memset(p, 0xaa, size);
	}
	arena_free(a);
}

/* Pieces that are larger than a block, and those around them, stay apart. */
static void keeps_pieces_apart(void **state)
{
	static const size_t sizes[] = { 16,   20000, 16,    16384, 1,
					8000, 8400,  16383, 5,     100000 };
	enum { N = sizeof(sizes) / sizeof(sizes[0]) };
	struct arena *a = arena_new();
	unsigned char *pieces[N];

	(void)state;
	assert_non_null(a);
	for (size_t i = 0; i < N; i++) {
		pieces[i] = arena_alloc(a, sizes[i]);
		assert_non_null(pieces[i]);
		memset(pieces[i], (int)i + 1, sizes[i]);
	}
	for (size_t i = 0; i < N; i++)
		for (size_t j = 0; j < sizes[i]; j++)
			assert_int_equal(pieces[i][j], i + 1);
	arena_free(a);
	arena_free(NULL);
}

static void is_as_new_after_a_reset(void **state)
{
	struct arena *a = arena_new();

	(void)state;
	assert_non_null(a);
	arena_reset(a);
	for (size_t round = 0; round < 20; round++) {
		for (size_t size = 1; size < 20000; size *= 3) {
			unsigned char *p = arena_alloc(a, size);

			assert_non_null(p);
			for (size_t i = 0; i < size; i++)
				assert_int_equal(p[i], 0);
			memset(p, 0xaa, size);
		}
		arena_reset(a);
	}
	arena_free(a);
}

static void copies_text(void **state)
{
	struct arena *a = arena_new();

	(void)state;
	assert_non_null(a);
	assert_string_equal(arena_strdup(a, "text"), "text");
	assert_string_equal(arena_strndup(a, "text", 2), "te");
	assert_string_equal(arena_strndup(a, "text", 0), "");
	assert_string_equal(arena_printf(a, "%s-%d", "a", 7), "a-7");
	arena_free(a);
}

/* A text that does not fit leaves nothing in the rest of a block. */
static void formats_text_of_any_length(void **state)
{
	(void)state;
	for (int len = 0; len < 200; len++) {
		struct arena *a = arena_new();
		char *rest;
		char *text;

		assert_non_null(a);
		assert_non_null(arena_alloc(a, 1984 - 96));
		text = arena_printf(a, "%0*d", len, 7);
		assert_non_null(text);
		assert_int_equal(strlen(text), len > 1 ? len : 1);
		assert_int_equal(text[strlen(text) - 1], '7');
		rest = arena_alloc(a, 16);
		assert_non_null(rest);
		for (int i = 0; i < 16; i++)
			assert_int_equal(rest[i], 0);
		arena_free(a);
	}
}

static void refuses_sizes_past_all_memory(void **state)
{
	struct arena *a = arena_new();

	(void)state;
	assert_non_null(a);
	assert_null(arena_alloc(a, SIZE_MAX));
	assert_null(arena_alloc(a, SIZE_MAX - 15));
	assert_null(arena_alloc(a, SIZE_MAX - 40));
	assert_true(!arena_ok(a));
	assert_null(arena_strndup(a, "", SIZE_MAX));
	arena_free(a);
}

static void survives_any_allocation_failing(void **state)
{
	bool done = false;
	long n;

	(void)state;
	for (n = 0; !done; n++) {
		struct arena *a;

		mem_fail_after(n);
		a = arena_new();
		done = a && arena_alloc(a, 1960) && arena_strdup(a, "text") &&
		       arena_printf(a, "%*s", 20000, "") &&
		       arena_alloc(a, 8000);
		assert_true(done != mem_has_failed());
		assert_true(!a || arena_ok(a) == done);
		mem_fail_after(-1);
		if (a) /* what failed once may succeed the next time */
			assert_non_null(arena_alloc(a, 16));
		arena_free(a);
	}
	assert_int_equal(n - 1, 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gives_zeroed_and_aligned_memory),
		cmocka_unit_test(keeps_pieces_apart),
		cmocka_unit_test(is_as_new_after_a_reset),
		cmocka_unit_test(copies_text),
		cmocka_unit_test(formats_text_of_any_length),
		cmocka_unit_test(refuses_sizes_past_all_memory),
		cmocka_unit_test(survives_any_allocation_failing),
	};

	mem_set_block_len(1984); /* as in the program */
	return cmocka_run_group_tests(tests, NULL, NULL);
}
