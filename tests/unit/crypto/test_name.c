#include <string.h>

#include "crypto/name.h"
#include "crypto/random.h"
#include "support/check.h"

#define FIELDS_MAX 4

/*
 * Computed with Python's hashlib.blake2b (digest_size 20): each field as a byte
 * that says whether it is there, its length in eight bytes, low one first, and
 * itself.  These are names of items in people's keyrings: a change of one makes
 * every session that is cached there unfindable.
 */
static const struct {
	const char *what;
	size_t n;
	const char *fields[FIELDS_MAX];
	const char *name;
} names[] = {
	{ "session", 0, { 0 }, "5855cbf28708f4ee5cc50136cdfde42522d7114e" },
	{ "session",
	  2,
	  { "a", "bc" },
	  "868275aff41538e34017d76740999e8fa08ecfc4" },
	{ "session",
	  2,
	  { "ab", "c" },
	  "d3735fc39a27000dd53900a207c092e1ecc65719" },
	{ "session", 1, { NULL }, "1e7758b796225404138b9f8ac4fbb6f275214ce6" },
	{ "session", 1, { "" }, "a4f77d5aca069b2c9cd7260f80105b737432e2a2" },
};

static void gives_the_names_it_always_gave(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct name_state digest;
		char name[NAME_LEN];

		name_begin(&digest, names[i].what);
		for (size_t f = 0; f < names[i].n; f++)
			name_add(&digest, names[i].fields[f]);
		name_end(&digest, name);
		assert_string_equal(name, names[i].name);
	}
}

static void random_bytes_differ_and_stay_in_their_place(void **state)
{
	unsigned char a[34] = { 0 };
	unsigned char b[34] = { 0 };
	unsigned char zero[32] = { 0 };

	(void)state;
	random_fill(a + 1, 32);
	random_fill(b + 1, 32);
	assert_memory_not_equal(a + 1, b + 1, 32);
	assert_memory_not_equal(a + 1, zero, 32);
	assert_int_equal(a[0] | a[33] | b[0] | b[33], 0);
	random_fill(a, 0);
	assert_int_equal(a[0], 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gives_the_names_it_always_gave),
		cmocka_unit_test(random_bytes_differ_and_stay_in_their_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
