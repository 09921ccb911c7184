#include <string.h>

#include "aws/arn.h"
#include "support/check.h"

static void takes_an_arn_apart(void **state)
{
	struct arn arn;

	(void)state;
	assert_true(
		arn_parse("arn:aws-cn:iam::111122223333:role/p/q/Name", &arn));
	assert_string_equal(arn.partition, "aws-cn");
	assert_string_equal(arn.service, "iam");
	assert_string_equal(arn.account, "111122223333");
	assert_string_equal(arn.resource, "role/p/q/Name");
	assert_string_equal(arn_name(&arn), "Name");
	assert_true(arn_parse("arn:aws:sns:eu-west-1:111122223333:a:b", &arn));
	assert_string_equal(arn.resource, "a:b");
	assert_string_equal(arn_name(&arn), "a:b");
	assert_true(arn_parse("arn:aws:s3:::bucket/", &arn));
	assert_string_equal(arn.account, "");
	assert_string_equal(arn_name(&arn), "");
	assert_true(arn_parse("arn:aws:iam::aws:policy/ReadOnlyAccess", &arn));
}

static void refuses_what_is_no_arn(void **state)
{
	static const char *const texts[] = {
		"",
		"arn",
		"arn:foo",
		"arn:aws:iam::111122223333",
		"arn:aws:iam::111122223333:",
		"arn::iam::111122223333:role/x",
		"arn:aws:::111122223333:role/x",
		"ARN:aws:iam::111122223333:role/x",
		"xarn:aws:iam::111122223333:role/x",
		" arn:aws:iam::111122223333:role/x",
		"arn:aws:iam::111122223333:role/x y",
		"arn:aws:iam::111122223333:role/x\n",
		"arn:aws:iam::1111222233x3:role/x",
		"arn:aws:iam::11112222333344445555:role/x",
		"arn:aws:iam::111122223333:role/\xc3\xa9",
	};
	struct arn arn;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (arn_parse(texts[i], &arn))
			fail_msg("%s was taken", texts[i]);
}

static void knows_a_role(void **state)
{
	static const char *const others[] = {
		"arn:aws:iam::111122223333:user/x",
		"arn:aws:iam::111122223333:role/",
		"arn:aws:iam::111122223333:role/p/",
		"arn:aws:iam::111122223333:roles/x",
		"arn:aws:sts::111122223333:role/x",
		"arn:aws:iam:::role/x",
		"arn:aws:iam::aws:role/x",
		"x",
	};

	(void)state;
	assert_true(arn_is_role("arn:aws:iam::111122223333:role/x"));
	assert_true(arn_is_role("arn:aws-us-gov:iam::111122223333:role/p/x"));
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (arn_is_role(others[i]))
			fail_msg("%s was taken", others[i]);
}

static void takes_the_longest_role_and_no_longer(void **state)
{
	static const char start[] = "arn:aws:iam::111122223333:role/";
	char text[2048];

	(void)state;
	memcpy(text, start, sizeof(start));
	memset(text + strlen(start), 'a', 512 + 64);
	text[strlen(start) + 512 + 64] = '\0';
	assert_true(arn_is_role(text));
	memset(text + strlen(start), 'a', 1000);
	text[strlen(start) + 1000] = '\0';
	assert_false(arn_is_role(text));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_an_arn_apart),
		cmocka_unit_test(refuses_what_is_no_arn),
		cmocka_unit_test(knows_a_role),
		cmocka_unit_test(takes_the_longest_role_and_no_longer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
