#include <string.h>

#include "plan/process.h"
#include "support/check.h"

static void finds_a_process_that_asks_itself(void **state)
{
	static const struct {
		const char *command;
		const char *profile;
		const char *program; /* NULL: another profile, or program */
	} examples[] = {
		{ "rolekey credential-process foo", "foo", "rolekey" },
		{ "/usr/local/bin/rolekey credential-process foo", "foo",
		  "rolekey" },
		{ "rolekey -q credential-process -d 1h foo", "foo", "rolekey" },
		{ "rolekey --backend file credential-process foo", "foo",
		  "rolekey" },
		{ "rolekey export --format json foo", "foo", "rolekey" },
		{ "rolekey export foo --format=json", "foo", "rolekey" },
		{ "rolekey credential-process 'a b'", "a b", "rolekey" },
		{ "rolekey credential-process \"a b\"", "a b", "rolekey" },
		{ "rolekey credential-process a\\ b", "a b", "rolekey" },
		{ "\"/opt/my bin/rolekey\" credential-process foo", "foo",
		  "rolekey" },
		{ "env AWS_REGION=x rolekey credential-process foo", "foo",
		  "rolekey" },
		{ "aws-vault export --format=json foo", "foo", "aws-vault" },
		{ "aws-vault export --format json foo", "foo", "aws-vault" },
		{ "aws-vault exec foo --json", "foo", "aws-vault" },
		{ "aws-vault exec --json foo", "foo", "aws-vault" },
		{ "aws-vault exec -j --no-session foo -- true", "foo",
		  "aws-vault" },
		{ "aws-vault --backend=pass exec foo -j", "foo", "aws-vault" },
		/* the profile in use */
		{ "rolekey credential-process", "default", "rolekey" },
		{ "rolekey credential-process -d 1h", "foo", "rolekey" },
		/* others */
		{ "rolekey credential-process bar", "foo", NULL },
		{ "rolekey credential-process fo", "foo", NULL },
		{ "rolekey credential-process foo2", "foo", NULL },
		{ "rolekey credential-process -d foo bar", "foo", NULL },
		{ "rolekey list foo", "foo", NULL },
		{ "rolekey", "foo", NULL },
		{ "myrolekey credential-process foo", "foo", NULL },
		{ "aws-vault-proxy exec foo", "foo", NULL },
		{ "saml2aws script foo", "foo", NULL },
		{ "env", "foo", NULL },
		{ "env A=1", "foo", NULL },
		{ "'", "foo", NULL },
		{ "\\", "foo", NULL },
		{ " ", "foo", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		const char *program = NULL;
		bool is = process_is_itself(examples[i].command,
					    examples[i].profile, &program);

		if (is != (examples[i].program != NULL))
			fail_msg("%s", examples[i].command);
		if (is)
			assert_string_equal(program, examples[i].program);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_a_process_that_asks_itself),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
