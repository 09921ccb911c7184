#include <string.h>

#include "aws/console.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "support/check.h"
#include "support/facts.h"

static struct arena *arena;

static int set_up(void **state)
{
	(void)state;
	arena = arena_new();
	return arena == NULL;
}

static int tear_down(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

static void finds_the_page_of_a_service(void **state)
{
	static const struct {
		const char *region, *service, *path, *page;
	} cases[] = {
		{ "us-east-1", NULL, NULL,
		  "https://console.aws.amazon.com/console/home"
		  "?region=us-east-1" },
		{ "eu-west-1", "s3", NULL,
		  "https://eu-west-1.console.aws.amazon.com/s3/home"
		  "?region=eu-west-1" },
		{ "cn-north-1", "ecs", NULL,
		  "https://console.amazonaws.cn/ecs/v2/home"
		  "?region=cn-north-1" },
		{ "us-gov-east-1", "ec2", NULL,
		  "https://us-gov-east-1.console.amazonaws-us-gov.com/ec2/home"
		  "?region=us-gov-east-1" },
		{ "eusc-de-east-1", "iam", NULL,
		  "https://eusc-de-east-1.console.amazonaws-eusc.eu/iam/home"
		  "?region=eusc-de-east-1" },
		{ "us-iso-east-1", "ec2", NULL,
		  "https://us-iso-east-1.console.c2shome.ic.gov/ec2/home"
		  "?region=us-iso-east-1" },
		{ "eu-west-1", NULL, "/x?y=1#z",
		  "https://eu-west-1.console.aws.amazon.com/x?y=1"
		  "&region=eu-west-1#z" },
		{ "eu-west-1", NULL, "/x?region=us-west-2#region=",
		  "https://eu-west-1.console.aws.amazon.com/x"
		  "?region=us-west-2#region=" },
		{ "eu-west-1", NULL, "/x#region=us-west-2",
		  "https://eu-west-1.console.aws.amazon.com/x"
		  "?region=eu-west-1#region=us-west-2" },
		{ NULL, NULL, NULL,
		  "https://console.aws.amazon.com/console/home" },
	};
	struct error err = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(console_page(cases[i].region,
						 cases[i].service,
						 cases[i].path, arena, &err),
				    cases[i].page);
}

static void refuses_what_has_no_page(void **state)
{
	struct error err = { 0 };

	(void)state;
	assert_null(console_page("eu-west-1", "nothing", NULL, arena, &err));
	assert_error(&err, REASON_NO_CONSOLE_PAGE, .value = "nothing");
	assert_null(console_page("eu-west-1", NULL, "x", arena, &err));
	assert_error(&err, REASON_BAD_VALUE, .key = "--path");
}

static void links_to_the_switch_of_a_role(void **state)
{
	static const struct {
		struct console_switch to;
		const char *link;
	} cases[] = {
		{ { "arn:aws:iam::444455556666:role/ops/Admin", "prod & co",
		    "#FF0000", NULL },
		  "https://signin.aws.amazon.com/switchrole"
		  "?account=444455556666&roleName=ops%2FAdmin"
		  "&displayName=prod%20%26%20co&color=f2b0a9" },
		{ { "arn:aws-cn:iam::444455556666:role/Admin", "x", "00ff00",
		    "https://console.amazonaws.cn/s3/home?region=cn-north-1" },
		  "https://cn-northwest-1.signin.amazonaws.cn/switchrole"
		  "?account=444455556666&roleName=Admin&displayName=x"
		  "&color=b7ca9d&redirect_uri=https%3A%2F%2F"
		  "console.amazonaws.cn%2Fs3%2Fhome%3Fregion%3Dcn-north-1" },
		{ { "arn:aws-us-gov:iam::444455556666:role/Admin", "x", "red",
		    NULL },
		  "https://signin.amazonaws-us-gov.com/switchrole"
		  "?account=444455556666&roleName=Admin&displayName=x" },
	};
	struct error err = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(console_switch_link(&cases[i].to, arena,
							&err),
				    cases[i].link);
}

static void names_a_container(void **state)
{
	static const struct {
		const char *name, *color, *url;
	} cases[] = {
		{ "prod & co", "#ff2020",
		  "ext+granted-containers:name=prod%20%26%20co"
		  "&url=http%3A%2F%2F127.0.0.1%3A8%2Fx&color=red" },
		{ "x", "0000ff",
		  "ext+granted-containers:name=x"
		  "&url=http%3A%2F%2F127.0.0.1%3A8%2Fx&color=blue" },
		{ "x", "no color",
		  "ext+granted-containers:name=x"
		  "&url=http%3A%2F%2F127.0.0.1%3A8%2Fx" },
		{ "x", NULL,
		  "ext+granted-containers:name=x"
		  "&url=http%3A%2F%2F127.0.0.1%3A8%2Fx" },
	};
	struct error err = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(
			console_container_url(cases[i].name,
					      "http://127.0.0.1:8/x",
					      cases[i].color, arena, &err),
			cases[i].url);
}

static void cuts_a_long_name_at_a_character(void **state)
{
	char name[2 * 65 + 1] = "";
	const struct console_switch to = {
		.role_arn = "arn:aws:iam::444455556666:role/A", .name = name
	};
	struct error err = { 0 };
	const char *link;

	(void)state;
	for (int i = 0; i < 65; i++)
		memcpy(name + 2 * i, "\xc3\xa9", 3);
	link = console_switch_link(&to, arena, &err);
	link = strstr(link, "displayName=") + strlen("displayName=");
	assert_int_equal(strlen(link), 64 * strlen("%C3%A9"));
}

static void refuses_a_role_that_the_console_cannot_take(void **state)
{
	char arn[128] = "arn:aws:iam::444455556666:role/";
	const struct console_switch to = { .role_arn = arn, .name = "x" };
	struct error err = { 0 };

	(void)state;
	memset(arn + strlen(arn), 'r', 64);
	assert_non_null(console_switch_link(&to, arena, &err));
	arn[strlen(arn)] = 'r';
	assert_null(console_switch_link(&to, arena, &err));
	assert_error(&err, REASON_ROLE_TOO_LONG_FOR_CONSOLE, .number = 64);
}

static void writes_the_address_that_signs_in(void **state)
{
	struct secbuf *token = secbuf_from("a+b/c=");
	struct secbuf *out = secbuf_new(1000);

	(void)state;
	console_login_url("https://signin.aws.amazon.com", token,
			  "https://console.aws.amazon.com/", out);
	assert_string_equal(
		secbuf_text(out),
		"https://signin.aws.amazon.com/federation?Action=login"
		"&Issuer=https%3A%2F%2Frolekey.invalid%2F"
		"&Destination=https%3A%2F%2Fconsole.aws.amazon.com%2F"
		"&SigninToken=a%2Bb%2Fc%3D");
	secbuf_free(out);
	secbuf_free(token);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_the_page_of_a_service),
		cmocka_unit_test(refuses_what_has_no_page),
		cmocka_unit_test(links_to_the_switch_of_a_role),
		cmocka_unit_test(names_a_container),
		cmocka_unit_test(cuts_a_long_name_at_a_character),
		cmocka_unit_test(refuses_a_role_that_the_console_cannot_take),
		cmocka_unit_test(writes_the_address_that_signs_in),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
