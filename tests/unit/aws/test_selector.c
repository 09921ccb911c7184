#include <string.h>

#include "aws/selector.h"
#include "support/check.h"

#define ROLE "arn:aws:iam::222233334444:role/"

static void understands_accounts_roles_and_links(void **state)
{
	static const struct {
		const char *text, *account, *role;
		bool whole;
	} cases[] = {
		{ "222233334444", "222233334444", "", false },
		{ "2222-3333-4444", "222233334444", "", false },
		{ "222233334444:Admin", "222233334444", "Admin", false },
		{ "2222-3333-4444:ops/Admin", "222233334444", "ops/Admin",
		  true },
		{ ROLE "Admin", "222233334444", "Admin", true },
		{ ROLE "ops/Admin", "222233334444", "ops/Admin", true },
		{ "arn:aws-cn:sts::222233334444:assumed-role/Admin/alex",
		  "222233334444", "Admin", false },
		{ "https://signin.aws.amazon.com/switchrole?roleName=ops%2F"
		  "Admin&account=222233334444&displayName=x",
		  "222233334444", "ops/Admin", true },
		{ "https://d-1.awsapps.com/start/#/console?account_id="
		  "222233334444&role_name=Admin",
		  "222233334444", "Admin", false },
		{ "https://222233334444.signin.aws.amazon.com/console",
		  "222233334444", "", false },
		{ "https://222233334444-ab12.eu-west-1.console.aws.amazon.com/"
		  "s3/home?region=eu-west-1#",
		  "222233334444", "", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct selector s;

		assert_true(selector_parse(cases[i].text, &s));
		assert_string_equal(s.account, cases[i].account);
		assert_string_equal(s.role, cases[i].role);
		assert_int_equal(s.whole, cases[i].whole);
	}
}

static void takes_nothing_else(void **state)
{
	static const char *const texts[] = {
		"",
		"testing",
		"22223333444",
		"2222333344445",
		"2222-3333-444",
		"222233334444:",
		"222233334444/Admin",
		"222233334444x",
		"arn:aws:iam::222233334444:user/alex",
		"arn:aws:iam::222233334444:role/",
		"arn:aws:iam::22:role/Admin",
		"arn:aws:s3:::222233334444",
		"https://",
		"https://eu-west-1.console.aws.amazon.com/s3/home",
		"https://signin.aws.amazon.com/switchrole?roleName=Admin",
		"https://x/?account=22&roleName=Admin",
		"https://x/?account=222233334444&roleName=%00",
		"http://222233334444.signin.aws.amazon.com/console",
		"https://222233334444/",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct selector s;

		if (selector_parse(texts[i], &s))
			fail_msg("\"%s\"", texts[i]);
	}
}

static bool matches(const char *text, const char *account, const char *arn,
		    const char *sso_role)
{
	struct selector s;

	assert_true(selector_parse(text, &s));
	return selector_matches(&s, account, arn, sso_role);
}

static void compares_account_partition_and_role(void **state)
{
	static const char id[] = "222233334444";

	(void)state;
	assert_true(matches(id, id, ROLE "Admin", NULL));
	assert_true(matches(id, id, NULL, NULL));
	assert_false(matches(id, "333344445555", NULL, NULL));
	assert_false(matches(id, NULL, NULL, NULL));
	assert_true(matches("222233334444:Admin", id, ROLE "ops/Admin", NULL));
	assert_false(matches("222233334444:admin", id, ROLE "Admin", NULL));
	assert_false(matches("222233334444:Adm", id, ROLE "Admin", NULL));
	assert_true(matches("222233334444:Admin", id, NULL, "Admin"));
	assert_false(matches("222233334444:Admin", id, NULL, NULL));
	assert_true(matches(ROLE "ops/Admin", id, ROLE "ops/Admin", NULL));
	assert_false(matches(ROLE "Admin", id, ROLE "ops/Admin", NULL));
	assert_false(matches("arn:aws-cn:iam::222233334444:role/Admin", id,
			     ROLE "Admin", NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(understands_accounts_roles_and_links),
		cmocka_unit_test(takes_nothing_else),
		cmocka_unit_test(compares_account_partition_and_role),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
