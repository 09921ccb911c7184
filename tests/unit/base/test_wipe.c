#include <fcntl.h>
#include <stdalign.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "base/wipe.h"
#include "support/check.h"
#include "support/mem_failing.h"

#define CANARY "canary-7f3a"

static int blocks_seen;
static int canaries_seen;

static void context(const unsigned char *block, size_t size)
{
	blocks_seen++;
	if (memmem(block, size, CANARY, sizeof(CANARY) - 1))
		canaries_seen++;
}

static int begin_to_look(void **state)
{
	(void)state;
	blocks_seen = 0;
	canaries_seen = 0;
	mem_look(context);
	return 0;
}

static int look_no_more(void **state)
{
	(void)state;
	mem_look(NULL);
	return 0;
}

static void wipes_what_it_gives_back(void **state)
{
	char *p = wipe_strdup("xx" CANARY);

	(void)state;
	assert_string_equal(p, "xx" CANARY);
	wipe_free(p);
	wipe_free(NULL);
	assert_int_equal(blocks_seen, 1);
	assert_int_equal(canaries_seen, 0);
}

static void wipes_what_it_moves(void **state)
{
	static const size_t sizes[] = { 1000, 12, 5, 0, 100 };
	char *p = wipe_strdup(CANARY);

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		p = wipe_realloc(p, sizes[i]);
		assert_non_null(p);
		if (i < 2)
			assert_string_equal(p, CANARY);
		if (i == 2)
			assert_memory_equal(p, CANARY, 5);
	}
	for (size_t i = 0; i < 100; i++)
		assert_int_equal(p[i], 0);
	wipe_free(p);
	assert_int_equal(blocks_seen, 6);
	assert_int_equal(canaries_seen, 0);
}

/* The look would see a canary, if one were there. */
static void the_look_sees(void **state)
{
	char *p = wipe_malloc(64);

	(void)state;
	assert_non_null(p);
	context((const unsigned char *)CANARY, sizeof(CANARY));
	assert_int_equal(canaries_seen, 1);
	wipe_free(p);
}

static void gives_zeroed_and_aligned_memory(void **state)
{
	unsigned char *p = wipe_calloc(3, 100);
	void *nothing = wipe_malloc(0);

	(void)state;
	assert_non_null(p);
	assert_int_equal((uintptr_t)p % alignof(max_align_t), 0);
	for (size_t i = 0; i < 300; i++)
		assert_int_equal(p[i], 0);
	assert_non_null(nothing);
	wipe_free(p);
	wipe_free(nothing);
	assert_null(wipe_calloc(SIZE_MAX / 2, 3));
	assert_null(wipe_calloc(1, SIZE_MAX - 8));
	assert_null(wipe_malloc(SIZE_MAX));
}

static void survives_any_allocation_failing(void **state)
{
	char *p = wipe_strdup(CANARY);

	(void)state;
	mem_fail_after(0);
	assert_null(wipe_realloc(p, 1000));
	assert_string_equal(p, CANARY);
	mem_fail_after(0);
	assert_null(wipe_strdup("x"));
	mem_fail_after(0);
	assert_null(wipe_malloc(1));
	mem_fail_after(-1);
	wipe_free(p);
	assert_int_equal(canaries_seen, 0);
}

#define FRAME 2048
#define MARK  UINT64_C(0xa5c3965a3c69e187) /* no byte or word of chance */

static uintptr_t left_at; /* where a function that has ended had its own */

/* AddressSanitizer: put no frame on the heap, so that the stack is looked at. */
const char *__asan_default_options(void);

const char *__asan_default_options(void)
{
	return "detect_stack_use_after_return=0";
}

__attribute__((noinline)) static void leave_marks(void)
{
	volatile uint64_t frame[FRAME];

	for (size_t i = 0; i < FRAME; i++)
		frame[i] = MARK;
	left_at = (uintptr_t)frame;
}

/* By way of the kernel: below the stack's end valgrind lets nobody read. */
static size_t marks(void)
{
	static uint64_t was[FRAME];
	int fd = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
	ssize_t got = pread(fd, was, sizeof(was), (off_t)left_at);
	size_t n = 0;

	(void)close(fd);
	for (size_t i = 0; i < FRAME; i++)
		n += was[i] == MARK;
	return got == sizeof(was) ? n : SIZE_MAX;
}

static void wipes_the_stack_of_what_was_called(void **state)
{
	size_t before, after;

	(void)state;
	leave_marks();
	before = marks();
	leave_marks();
	wipe_stack();
	after = marks();
	assert_in_range(before, FRAME / 2, FRAME);
	assert_int_equal(after, 0);
}

#define LOOKING(test) \
	cmocka_unit_test_setup_teardown(test, begin_to_look, look_no_more)

int main(void)
{
	const struct CMUnitTest tests[] = {
		LOOKING(wipes_what_it_gives_back),
		LOOKING(wipes_what_it_moves),
		LOOKING(the_look_sees),
		LOOKING(gives_zeroed_and_aligned_memory),
		LOOKING(survives_any_allocation_failing),
		cmocka_unit_test(wipes_the_stack_of_what_was_called),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
