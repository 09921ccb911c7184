#include <string.h>

#include "crypto/sha1.h"
#include "support/check.h"
#include "support/conformance.h"

/* FIPS 180-4's examples, and the lengths around a block. */
static void computes_known_digests(void **state)
{
	static const struct {
		const char *text;
		const char *hex;
	} examples[] = {
		{ "", "da39a3ee5e6b4b0d3255bfef95601890afd80709" },
		{ "abc", "a9993e364706816aba3e25717850c26c9cd0d89d" },
		{ "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
		  "84983e441c3bd26ebaae4aa1f95129e5e54670f1" },
		{ "0123456701234567012345670123456701234567012345670123456",
		  "adfc128b4a89c560e754c1659a6a90968b55490e" },
		{ "0123456701234567012345670123456701234567012345670123456701"
		  "234567",
		  "e0c094e867ef46c350ef54a7f59dd60bed92ae83" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		char hex[SHA1_HEX_LEN];

		sha1_hex(examples[i].text, hex);
		assert_string_equal(hex, examples[i].hex);
	}
}

static void names_files_as_the_aws_cli(void **state)
{
	json_t *all;
	const json_t *one;
	size_t i;

	(void)state;
	if (!conformance_is_here())
		skip();
	all = conformance_json("sso/cache-file-names.json");
	assert_non_null(all);
	json_array_foreach(json_object_get(all, "cases"), i, one)
	{
		const char *file = json_string_value(json_array_get(one, 1));
		char hex[SHA1_HEX_LEN];

		sha1_hex(json_string_value(json_array_get(one, 0)), hex);
		assert_int_equal(strncmp(hex, file, strlen(hex)), 0);
		assert_string_equal(file + strlen(hex), ".json");
	}
	json_decref(all);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(computes_known_digests),
		cmocka_unit_test(names_files_as_the_aws_cli),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
