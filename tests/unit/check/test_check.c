#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "access/request.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "cmd/command.h"
#include "fakes/fake_world.h"
#include "format/settings.h"
#include "support/check.h"
#include "support/mem_failing.h"

#define DEVICE  "arn:aws:iam::111122223333:mfa/alex"
#define ROLE    "role_arn = arn:aws:iam::222233334444:role/Dev\n"
#define KEY_ID  "aws_access_key_id = AKIAIOSFODNN7EXAMPLE\n"
#define TEMP_ID "aws_access_key_id = ASIAIOSFODNN7EXAMPLE\n"
#define SECRET  "aws_secret_access_key = wJalrXUtnFEMIfake\n"
#define KEYS    KEY_ID SECRET
#define BASE    "[profile base]\nregion = eu-west-1\n"
#define PLAIN(p)                                                           \
	"aws_secret_access_key: a long-lived key in plaintext: \"rolekey " \
	"import " p "\" takes it into the keyring, and out of this file\n"

struct example {
	const char *config;
	const char *credentials;
	const char *printed;
};

static const struct command *find_command(void)
{
	for (size_t i = 0; command_table[i]; i++)
		if (strcmp(command_table[i]->name, "config check") == 0)
			return command_table[i];
	fail_msg("no command");
	return NULL;
}

static bool run(struct fake_world *fake, const struct example *e,
		struct error *err)
{
	const struct request request = {
		.min_ttl = -1,
		.config_path = "config",
		.credentials_path = "credentials",
		.settings = settings_default(),
	};

	fake->files[0].path = e->config ? "config" : NULL;
	fake->files[0].text = e->config;
	fake->files[1].path = e->credentials ? "credentials" : NULL;
	fake->files[1].text = e->credentials;
	return find_command()->run(&request, &fake->world, err);
}

static void check(const struct example *examples, size_t n)
{
	struct fake_world fake;

	fake_world_init(&fake);
	for (size_t i = 0; i < n; i++) {
		struct error err = { 0 };
		bool ok = run(&fake, &examples[i], &err);

		assert_string_equal(strbuf_text(&fake.output),
				    examples[i].printed);
		assert_int_equal(!ok, strstr(examples[i].printed,
					     ": error: ") != NULL);
		assert_true(ok || err.code == ERROR_CONFIG);
		fake_world_next(&fake);
	}
	fake_world_clear(&fake);
	assert_int_equal(secbuf_alive(), 0);
}

/* The n-th allocation fails. False: there were fewer. */
static bool fails_well(struct fake_world *fake, const struct example *e, long n)
{
	struct error err = { 0 };
	bool failed;

	mem_fail_after(n);
	(void)run(fake, e, &err);
	failed = mem_has_failed();
	mem_fail_after(-1);
	if (err.code == ERROR_MEMORY)
		assert_string_equal(strbuf_text(&fake->output), "");
	else if (strbuf_ok(&fake->output)) /* else it was the fake's */
		assert_string_equal(strbuf_text(&fake->output), e->printed);
	fake_world_next(fake);
	return failed;
}

/* Each allocation fails in turn: all is printed, or nothing and it is said. */
static void torture(const struct example *examples, size_t n)
{
	struct fake_world fake;

	fake_world_init(&fake);
	for (size_t i = 0; i < n; i++)
		for (long nth = 0; fails_well(&fake, &examples[i], nth);)
			nth++;
	fake_world_clear(&fake);
	assert_int_equal(secbuf_alive(), 0);
}

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define CHECK(table)                          \
	do {                                  \
		check(table, COUNT(table));   \
		torture(table, COUNT(table)); \
	} while (0)

/* --- lines ------------------------------------------------------------------- */

static void says_each_line_that_cannot_be_read(void **state)
{
	static const struct example examples[] = {
		{ "[default]\noops\nregion = eu-west-1\n[profile a\n[profile "
		  "b]\n"
		  "= x\n",
		  "[c]\ns =\n  x\n",
		  "config:2: error: neither a section nor KEY = "
		  "VALUE\nconfig:4: error: a section must end with "
		  "']'\nconfig:6: error: no name before '='\ncredentials:2: "
		  "warning: s: a key that no tool reads\ncredentials:3: error: "
		  "a nested key must be KEY = VALUE\n" },
		{ "region = x\n", NULL,
		  "config:1: error: a key before the first section\n" },
		{ "[default]\nregion = \xff\n", NULL,
		  "config:2: error: not valid UTF-8\n" },
	};

	(void)state;
	CHECK(examples);
}

static void counts_lines_behind_crlf_bom_and_long_lines(void **state)
{
	static char big[300000];
	struct example e = { .config = big };

	(void)state;
	(void)snprintf(big, sizeof(big),
		       "\xef\xbb\xbf[default]\r\n# %0200000d\r\n\r\n"
		       "regoin = eu-west-1\r\noops\r\n",
		       0);
	e.printed = "config:4: warning: regoin: did you mean region?\n"
		    "config:5: error: neither a section nor KEY = VALUE\n";
	check(&e, 1);
}

static void says_what_sdks_read_otherwise(void **state)
{
	static const struct example examples[] = {
		{ "[default]\nregion = eu-west-1 # home\noutput = json ; x\n",
		  NULL,
		  "config:2: warning: region: the comment behind it is part of "
		  "the value for the AWS CLI and botocore\n"
		  "config:3: warning: output: the comment behind it is part of "
		  "the value for the AWS CLI and botocore\n" },
		{ "[default]\nsso_start_url = https://x.awsapps.com/start#/\n"
		  "sso_region = eu-west-1\nsso_account_id = 111122223333\n"
		  "sso_role_name = R\n",
		  NULL, "" },
		{ "[default]\n  region = eu-west-1\n  output = json\n"
		  "[ profile a ]\nregion = eu-west-1\n  # c\n",
		  NULL,
		  "config:2: warning: region: an indented key: some AWS SDKs "
		  "take it as part of the value above, or refuse the file\n"
		  "config:4: warning: [profile a]: the AWS CLI and botocore "
		  "miss it for the white space before the name\n"
		  "config:6: warning: an indented comment: some AWS SDKs take "
		  "it as part of the value above\n" },
		{ "[default]\ncredential_process = x\n  region = eu-west-1\n"
		  "  --like=this\n  [profile b]\n",
		  NULL,
		  "config:3: warning: region: indented, so it is no key but "
		  "part of the value above\n"
		  "config:5: error: indented, so it is no section but part of "
		  "the value above\n" },
		{ "[default]\nregion: eu-west-1 = x\naws:x = y\na b = c\n",
		  NULL,
		  "config:2: warning: region: eu-west-1: AWS's SDKs pass over "
		  "a "
		  "key of that name; the AWS CLI and botocore read ':' as '='\n"
		  "config:3: warning: aws:x: the AWS CLI and botocore read ':' "
		  "as '='\n"
		  "config:4: warning: a b: AWS's SDKs pass over a key of that "
		  "name\n" },
		{ "[default]\noutput = 'json'\nregion = \"eu-west-1\"\n"
		  "credential_process = \"/opt/a b/c\"\n"
		  "[profile \"q\"]\nregion = eu-west-1\n",
		  NULL,
		  "config:2: warning: output: the quotes are part of the "
		  "value; "
		  "AWS's Go SDK alone takes them off\n"
		  "config:3: error: region: the quotes are part of the value; "
		  "AWS's Go SDK alone takes them off\n"
		  "config:4: warning: credential_process: the quotes are part "
		  "of the value; AWS's Go SDK alone takes them off\n"
		  "config:5: warning: [profile \"q\"]: only the AWS CLI, "
		  "botocore and rolekey take the quotes off\n" },
	};

	(void)state;
	CHECK(examples);
}

/* --- sections ----------------------------------------------------------------- */

static void says_which_sections_mean_nothing(void **state)
{
	static const struct example examples[] = {
		{ "[foo]\nregion = eu-west-1\n[profilefoo]\n[profile-foo]\n"
		  "[profil foo]\n[Profile foo]\n[sso_session s]\n",
		  NULL,
		  "config:1: error: [foo]: must be [profile foo] in this file\n"
		  "config:3: error: [profilefoo]: did you mean [profile foo]?\n"
		  "config:4: error: [profile-foo]: did you mean [profile "
		  "foo]?\n"
		  "config:5: error: [profil foo]: did you mean [profile foo]?\n"
		  "config:6: error: [Profile foo]: did you mean [profile "
		  "foo]?\n"
		  "config:7: error: [sso_session s]: did you mean [sso-session "
		  "s]?\n" },
		{ "[profile]\n[sso-session]\n[services ]\n[]\n[profile a b]\n"
		  "[profile \xc3\xbc]\n[a!]\n[other thing]\n[Default]\n",
		  NULL,
		  "config:1: error: [profile]: there is no name behind "
		  "profile\n"
		  "config:2: error: [sso-session]: there is no name behind "
		  "sso-session\n"
		  "config:3: error: [services]: there is no name behind "
		  "services\n"
		  "config:4: error: a section without a name\n"
		  "config:5: error: [profile a b]: AWS's SDKs refuse the name: "
		  "it may have letters, digits and _-/.%@:+ alone\n"
		  "config:6: error: [profile \xc3\xbc]: AWS's SDKs refuse the "
		  "name: it may have letters, digits and _-/.%@:+ alone\n"
		  "config:7: error: [a!]: AWS's SDKs refuse the name: it may "
		  "have letters, digits and _-/.%@:+ alone\n"
		  "config:8: warning: [other thing]: no section that AWS's "
		  "SDKs "
		  "know\n"
		  "config:9: error: [Default]: did you mean [default]?\n" },
		{ "[DEFAULT]\n", "[DEFAULT]\n",
		  "config:1: error: [DEFAULT]: the AWS CLI and botocore lend "
		  "its keys to every profile, and no other SDK does\n"
		  "config:1: error: [DEFAULT]: did you mean [default]?\n"
		  "credentials:1: error: [DEFAULT]: the AWS CLI and botocore "
		  "lend its keys to every profile, and no other SDK does\n" },
		{ NULL, "[profile a]\n[sso-session s]\n[a b]\n[]\n",
		  "credentials:1: error: [profile a]: must be [a] in this "
		  "file\n"
		  "credentials:2: error: [sso-session s]: stands in the config "
		  "file alone\n"
		  "credentials:3: error: [a b]: AWS's SDKs refuse the name: it "
		  "may have letters, digits and _-/.%@:+ alone\n"
		  "credentials:4: error: a section without a name\n" },
		{ "[default]\nregion = eu-west-1\n[profile default]\n"
		  "region = eu-west-2\n[default]\n",
		  NULL,
		  "config:1: warning: [default]: passed over, since [profile "
		  "default] is in line 3\n"
		  "config:5: warning: [default]: passed over, since [profile "
		  "default] is in line 3\n" },
		{ "[a\x1b[31m]\n", NULL,
		  "config:1: error: [a?[31m]: AWS's SDKs refuse the name: it "
		  "may have letters, digits and _-/.%@:+ alone\n" },
	};

	(void)state;
	CHECK(examples);
}

static void says_what_is_there_twice(void **state)
{
	static const struct example examples[] = {
		{ "[profile a]\nregion = eu-west-1\n[profile b]\n"
		  "region = eu-west-1\nREGION = eu-west-2\nregion = eu-west-3\n"
		  "[profile a]\noutput = json\nregion = eu-west-2\n"
		  "[profile  a]\n",
		  "[a]\nregion = eu-west-1\n",
		  "config:5: warning: region: said already, in line 4; the "
		  "last "
		  "one counts, and the AWS CLI and botocore refuse the file\n"
		  "config:6: warning: region: said already, in line 4; the "
		  "last "
		  "one counts, and the AWS CLI and botocore refuse the file\n"
		  "config:7: warning: [profile a]: is there already, in line "
		  "1; "
		  "the AWS CLI and botocore refuse the file\n"
		  "config:9: warning: region: said already, in line 2; the "
		  "last "
		  "one counts\n"
		  "config:10: warning: [profile  a]: is there already, in line "
		  "1\n" },
	};

	(void)state;
	CHECK(examples);
}

/* --- keys ----------------------------------------------------------------------- */

static void names_the_key_that_was_meant(void **state)
{
	static const struct example examples[] = {
		{ BASE "mfa_serail = " DEVICE "\nsource-profile = x\n"
		       "regionn = x\nrole_anr = y\n",
		  NULL,
		  "config:3: warning: mfa_serail: did you mean mfa_serial?\n"
		  "config:4: warning: source-profile: did you mean "
		  "source_profile?\n"
		  "config:5: warning: regionn: did you mean region?\n"
		  "config:6: warning: role_anr: did you mean role_arn?\n" },
		{ BASE "what_is_this = x\nx = y\n", NULL,
		  "config:3: warning: what_is_this: a key that no tool reads\n"
		  "config:4: warning: x: a key that no tool reads\n" },
		/* A guard that is not on. */
		{ BASE "rolekey_confrim = yes\nrolekey_nonsense = x\n", NULL,
		  "config:3: error: rolekey_confrim: did you mean "
		  "rolekey_confirm?\n"
		  "config:4: error: rolekey_nonsense: a key that no tool "
		  "reads\n" },
		{ "[sso-session s]\nsso_start_ulr = https://x\nregion = x\n",
		  NULL,
		  "config:2: warning: sso_start_ulr: did you mean "
		  "sso_start_url?\n"
		  "config:3: warning: region: a key that no tool reads\n" },
		/* The end of a token that was broken over two lines. */
		{ NULL,
		  "[a]\nFwoGZXIvYXdzEBYaDHfakefakefakefakefakefakefake==\n",
		  "credentials:2: warning: a very long key: a key that no tool "
		  "reads\n" },
		/* Services of older tools in the profile itself. */
		{ BASE "dynamodb =\n  endpoint_url = http://localhost\n", NULL,
		  "" },
	};

	(void)state;
	CHECK(examples);
}

/* --- values ----------------------------------------------------------------------- */

#define NONE_OF(key, value, words) key ": \"" value "\" is none of: " words "\n"

static void says_which_values_cannot_be(void **state)
{
	static const struct example examples[] = {
		{ "[profile a]\nregion = eu-wst1\nsso_region = xx-1\n"
		  "use_fips_endpoint = maybe\nuse_dualstack_endpoint = yes\n"
		  "sts_regional_endpoints = global\nretry_mode = fast\n"
		  "max_attempts = 0\ntcp_keepalive = 2\noutput = jsn\n",
		  NULL,
		  "config:2: warning: region: \"eu-wst1\" looks like no region "
		  "of AWS\n"
		  "config:3: warning: sso_region: \"xx-1\" looks like no "
		  "region "
		  "of AWS\n"
		  "config:4: error: use_fips_endpoint: \"maybe\" is neither "
		  "true nor false\n"
		  "config:5: warning: use_dualstack_endpoint: \"yes\" is not "
		  "what AWS's SDKs know: say true or false\n"
		  "config:6: error: " NONE_OF("sts_regional_endpoints", "global", "regional legacy") "config:7: warning: " NONE_OF(
			  "retry_mode", "fast",
			  "standard adaptive legacy") "config:8: error: "
						      "max_attempts: \"0\" is "
						      "no whole number "
						      "from 1 to 100\n"
						      "config:9: warning: "
						      "tcp_keepalive: \"2\" is "
						      "neither true nor "
						      "false\n"
						      "config:10: "
						      "warning: " NONE_OF(
							      "output", "jsn",
							      "json text table "
							      "yaml "
							      "yaml-stream "
							      "off") },
		{ "[profile a]\nregion = not a region\n", NULL,
		  "config:2: error: region: \"not a region\" is no region\n" },
		/* Another server's regions are its own affair. */
		{ "[profile a]\nregion = auto\nendpoint_url = https://r2.x\n",
		  NULL, "" },
		{ "[profile a]\nregion = wJalrXUtnFEMIfakefakefakefakefake"
		  "fakefake\n",
		  NULL,
		  "config:2: warning: region: the value looks like no region "
		  "of "
		  "AWS\n" },
		{ "[profile a]\nendpoint_url = ftp://x\nregion = eu-west-1\n"
		  "[profile b]\nendpoint_url = http://sts.example.com:80/\n"
		  "[profile c]\nendpoint_url = http://127.0.0.1:4566\n"
		  "[profile d]\nendpoint_url = http://[::1]:1\n"
		  "[profile e]\nendpoint_url = http://x.localhost\n"
		  "[profile f]\nservices = v\n"
		  "[services v]\nsts =\n  endpoint_url = http://10.0.0.1\n"
		  "iam =\n  endpoint_ulr = x\nendpoint_url = https://x\n",
		  NULL,
		  "config:2: error: endpoint_url: \"ftp://x\" is not a valid "
		  "endpoint "
		  "URL (http or https, without query or fragment)\n"
		  "config:5: warning: endpoint_url: plain http to "
		  "sts.example.com: all but the signature can be read and "
		  "changed on the way\n"
		  "config:15: warning: sts: endpoint_url: plain http to "
		  "10.0.0.1: all but the signature can be read and changed on "
		  "the way\n"
		  "config:17: warning: iam: of a service AWS's SDKs read "
		  "endpoint_url alone\n"
		  "config:19: warning: endpoint_url: no service with indented "
		  "keys below it, such as endpoint_url\n" },
		{ "[profile a]\nrolekey_expect_account = 1234\n"
		  "rolekey_confirm = yes\n"
		  "[profile b]\nsso_account_id = 11112222333\n"
		  "sso_role_name = R\nsso_session = s\n"
		  "[sso-session s]\nsso_start_url = x.awsapps.com\n"
		  "sso_region = eu-west-1\n",
		  NULL,
		  "config:2: error: rolekey_expect_account: \"1234\" is no "
		  "account: it has 12 digits\n"
		  "config:5: error: sso_account_id: \"11112222333\" is no "
		  "account: it has 12 digits\n"
		  "config:9: warning: sso_start_url: \"x.awsapps.com\" is no "
		  "https URL\n" },
	};

	(void)state;
	CHECK(examples);
}

static void says_which_durations_cannot_be(void **state)
{
	static const struct example examples[] = {
		{ BASE "[profile a]\n" ROLE "source_profile = base\n"
		       "duration_seconds = 899\n"
		       "[profile b]\n" ROLE "source_profile = base\n"
		       "duration_seconds = 13h\n"
		       "[profile c]\n" ROLE "source_profile = base\n"
		       "duration_seconds = soon\n"
		       "[profile d]\n" ROLE "source_profile = base\n"
		       "duration_seconds = 1h\n",
		  NULL,
		  "config:6: error: duration_seconds: 899 is not from 15m to "
		  "12h, AWS's limits\n"
		  "config:10: error: duration_seconds: 13h is not from 15m to "
		  "12h, AWS's limits\n"
		  "config:14: error: duration_seconds: \"soon\" is no "
		  "duration\n"
		  "config:18: warning: duration_seconds: AWS's SDKs want a "
		  "number of seconds: 3600\n" },
		{ BASE "assume_role_ttl = 13h\nsession_ttl = 48h\n"
		       "[profile a]\nsession_ttl = 12h\n",
		  NULL,
		  "config:3: warning: assume_role_ttl: 13h is not from 15m to "
		  "12h, AWS's limits\n"
		  "config:4: warning: session_ttl: 48h is not from 15m to 36h, "
		  "AWS's limits\n" },
		/* One long role is taken straight from the key; two are not. */
		{ BASE "mfa_serial = " DEVICE "\n"
		       "[profile long]\n" ROLE "source_profile = base\n"
		       "duration_seconds = 7200\n",
		  NULL, "" },
		{ BASE "mfa_serial = " DEVICE "\n"
		       "[profile near]\n" ROLE "source_profile = base\n"
		       "[profile far]\n" ROLE "source_profile = near\n"
		       "duration_seconds = 7200\n",
		  NULL,
		  "config:10: warning: duration_seconds: cut to 1h, AWS's "
		  "limit "
		  "for a role that is taken with a session's credentials\n" },
	};

	(void)state;
	CHECK(examples);
}

/* --- profiles ------------------------------------------------------------------------ */

static void says_what_a_chain_lacks(void **state)
{
	static const struct example examples[] = {
		{ BASE
		  "[profile a]\n" ROLE "source_profile = bsae\n"
		  "[profile b]\n" ROLE "source_profile = zebra\n"
		  "[profile c]\ninclude_profile = nix\nregion = eu-west-1\n"
		  "[profile d]\nsso_session = s\n"
		  "[profile e]\nservices = v\n"
		  "[foo]\n[profile f]\n" ROLE "source_profile = foo\n",
		  NULL,
		  "config:5: error: source_profile: no profile \"bsae\"; did "
		  "you mean \"base\"?\n"
		  "config:8: error: source_profile: no profile \"zebra\"\n"
		  "config:10: error: include_profile: no profile \"nix\"\n"
		  "config:13: error: sso_session: no [sso-session s]\n"
		  "config:15: error: services: no [services v]\n"
		  "config:16: error: [foo]: must be [profile foo] in this "
		  "file\n"
		  "config:19: error: source_profile: no profile \"foo\": "
		  "config:16: [foo] must be [profile foo]\n" },
		{ "[profile a]\n" ROLE "[profile b]\n" ROLE
		  "source_profile = c\ncredential_source = Environment\n"
		  "[profile c]\nregion = eu-west-1\n"
		  "[profile d]\nrole_arn = arn:aws:iam::222233334444:user/Dev\n"
		  "source_profile = c\n",
		  NULL,
		  "config:2: error: role_arn: needs a source_profile or a "
		  "credential_source\n"
		  "config:6: error: credential_source: excludes "
		  "source_profile, "
		  "in line 5\n"
		  "config:10: error: role_arn: "
		  "\"arn:aws:iam::222233334444:user/Dev\" is no ARN of a "
		  "role\n" },
		/* What one includes may lack what the other has. */
		{ "[profile common]\n" ROLE "[profile a]\n"
		  "include_profile = common\nsource_profile = base\n" BASE,
		  NULL, "" },
		{ "[profile common]\n" ROLE "[profile a]\n"
		  "include_profile = common\n[profile b]\n"
		  "include_profile = common\n",
		  NULL,
		  "config:2: error: role_arn: needs a source_profile or a "
		  "credential_source\n" },
		{ "[profile a]\nsource_profile = b\ncredential_source = "
		  "Environment\n",
		  "[b]\nregion = eu-west-1\n[a]\nsource_profile = b\n",
		  "config:3: error: credential_source: excludes "
		  "source_profile, "
		  "in credentials:4\n" },
		/* Only the planner knows. */
		{ "[profile a]\n" ROLE "credential_source = environment\n"
		  "[profile b]\nsso_session = s\nsso_account_id = "
		  "111122223333\n"
		  "[sso-session s]\nsso_region = eu-west-1\n"
		  "sso_start_url = https://x\n" BASE "[profile c]\n" ROLE
		  "source_profile = base\nrole_session_name = a b\n",
		  NULL,
		  "config:3: error: credential_source: \"environment\" is not "
		  "Environment, Ec2InstanceMetadata or EcsContainer\nconfig:6: "
		  "error: profile b has no sso_role_name\nconfig:15: error: "
		  "role_session_name: \"a b\" may contain only letters, digits "
		  "and _+=,.@-\n" },
	};

	(void)state;
	CHECK(examples);
}

static void says_each_circle_once_with_its_whole_path(void **state)
{
	static const struct example examples[] = {
		{ "[profile z]\n" ROLE "source_profile = a\n"
		  "[profile a]\n" ROLE "source_profile = b\n"
		  "[profile b]\n" ROLE "source_profile = c\n"
		  "[profile c]\n" ROLE "source_profile = a\n",
		  NULL,
		  "config:6: error: source_profile: goes in a loop: a -> b "
		  "-> "
		  "c -> a\n" },
		{ "[profile z]\ninclude_profile = a\n"
		  "[profile a]\ninclude_profile = b\n"
		  "[profile b]\ninclude_profile = a\n"
		  "[profile s]\ninclude_profile = s\n"
		  "[profile t]\n" ROLE "source_profile = z\n",
		  NULL,
		  "config:4: error: include_profile: goes in a loop: a -> b "
		  "-> a\n"
		  "config:8: error: include_profile: goes in a loop: s -> "
		  "s\n" },
		/* Its own key is no circle. */
		{ "[profile a]\n" ROLE "source_profile = a\n", NULL, "" },
		/* A source's keys end the way. */
		{ "[profile a]\n" ROLE "source_profile = b\n"
		  "[profile b]\n" ROLE "source_profile = a\n",
		  "[b]\n" TEMP_ID SECRET "aws_session_token = fake\n", "" },
	};

	(void)state;
	CHECK(examples);
}

static void stops_at_a_chain_that_nobody_has(void **state)
{
	static char text[65536];
	size_t len = 0;
	struct example e = {
		text, NULL,
		"config:3: warning: source_profile: a chain of "
		"more than 64 profiles, which is not looked at\n"
	};

	(void)state;
	for (int i = 0; i < 64; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len,
					"[profile p%d]\n" ROLE
					"source_profile = p%d\n",
					i, i + 1);
	(void)snprintf(text + len, sizeof(text) - len, "[profile p64]\n");
	check(&e, 1);
	e.config = strstr(text, "[profile p1]");
	e.printed = "";
	check(&e, 1);
}

static void says_what_is_wrong_with_static_keys(void **state)
{
	static const struct example examples[] = {
		{ "[profile e]\n" KEYS,
		  "[a]\n" KEYS "[b]\n" KEY_ID "[c]\n" SECRET
		  "[d]\n" TEMP_ID SECRET "[f]\naws_session_token = x\n"
		  "[g]\n" TEMP_ID SECRET "aws_session_token = x\n",
		  "config:3: warning: " PLAIN("e") "credentials:3: "
						   "warning: " PLAIN(
							   "a") "credentials:5:"
								" error: "
								"aws_access_"
								"key_id: there "
								"is no "
								"aws_secret_"
								"access_key\n"
								"credentials:7:"
								" error: "
								"aws_secret_"
								"access_key: "
								"there is no "
								"aws_access_"
								"key_id\n"
								"credentials:9:"
								" error: "
								"aws_access_"
								"key_id: a "
								"temporary key "
								"without its "
								"aws_session_"
								"token\n"
								"credentials:"
								"12: warning: "
								"aws_session_"
								"token: a "
								"token without "
								"a key stands "
								"for "
								"nothing\n" },
		{ NULL, "[a]\naws_access_key_id =\naws_secret_access_key =\n",
		  "" },
		/* A pair over two files is a pair. */
		{ "[profile a]\n" SECRET,
		  "[a]\n" TEMP_ID "aws_session_token = x\n", "" },
	};

	(void)state;
	CHECK(examples);
}

/* --- accounts and devices -------------------------------------------------------------- */

static void says_where_accounts_differ(void **state)
{
	static const struct example examples[] = {
		{ BASE
		  "[profile a]\nrolekey_expect_account = 111122223333\n" ROLE
		  "source_profile = base\n"
		  "[profile b]\naws_account_id = 111122223333\n" ROLE
		  "source_profile = base\n"
		  "[profile c]\naws_account_id = 111122223333\n"
		  "role_name = Dev\nsource_profile = base\n"
		  "rolekey_expect_account = 222233334444\n",
		  NULL,
		  "config:4: error: rolekey_expect_account: 111122223333 is "
		  "not "
		  "the account of role_arn in line 5, 222233334444\n"
		  "config:8: error: aws_account_id: 111122223333 is not the "
		  "account of role_arn in line 9, 222233334444\n"
		  "config:15: error: rolekey_expect_account: 222233334444 is "
		  "not the account of profile c, 111122223333\n" },
		{ "[profile a]\naws_account_id = 111122223333\n"
		  "sso_account_id = 222233334444\nsso_role_name = R\n"
		  "sso_start_url = https://x\nsso_region = eu-west-1\n",
		  NULL,
		  "config:2: error: aws_account_id: 111122223333 is not "
		  "sso_account_id in line 3, 222233334444\n" },
		/* An alias, for AWS Extend Switch Roles. */
		{ BASE "[profile a]\naws_account_id = our-alias\n" ROLE
		       "source_profile = base\n"
		       "rolekey_expect_account = 222233334444\n",
		  NULL, "" },
	};

	(void)state;
	CHECK(examples);
}

#define SERIAL(text) BASE "mfa_serial = " text "\n"

static void says_what_is_no_device(void **state)
{
	static const struct example examples[] = {
		{ SERIAL(DEVICE), NULL, "" },
		{ SERIAL("GAHT12345678"), NULL, "" },
		{ SERIAL("AKIAIOSFODNN7EXAMPLE"), NULL,
		  "config:3: error: mfa_serial: an access key's id is no MFA "
		  "device\n" },
		{ SERIAL("arn:aws:iam::111122223333:user/alex"), NULL,
		  "config:3: error: mfa_serial: \"arn:aws:iam::111122223333:"
		  "user/alex\" is no MFA device: one is "
		  "arn:aws:iam::ACCOUNT:mfa/NAME\n" },
		{ SERIAL("arn:aws:iam::111122223333:u2f/user/alex/key-1"), NULL,
		  "config:3: error: mfa_serial: \"arn:aws:iam::111122223333:"
		  "u2f/user/alex/key-1\" is a security key, which gives no "
		  "codes: STS takes only those of an authenticator\n" },
		{ SERIAL("arn:aws:iam"), NULL,
		  "config:3: error: mfa_serial: \"arn:aws:iam\" is no ARN\n" },
		{ SERIAL("123456"), NULL,
		  "config:3: error: mfa_serial: must be 9 to 256 characters "
		  "long\n" },
		{ SERIAL("arn:aws-cn:iam::111122223333:mfa/alex") "[profile "
								  "a]\n" ROLE
								  "source_"
								  "profile = "
								  "base\n",
		  NULL,
		  "config:5: error: role_arn: is of partition aws, and the MFA "
		  "device arn:aws-cn:iam::111122223333:mfa/alex is not\n" },
	};

	(void)state;
	CHECK(examples);
}

#define OTHER_DEVICE "arn:aws:iam::222233334444:mfa/alex"

/* Two devices of two accounts cannot both be those of one user. */
static const struct example two_devices = {
	SERIAL(DEVICE) "[profile a]\n" ROLE "source_profile = base\n"
		       "mfa_serial = " OTHER_DEVICE "\n",
	NULL,
	"config:7: error: mfa_serial: a device of account 222233334444, and "
	"the one in line 3, for the same key of profile base, is of account "
	"111122223333\n"
};

static void says_where_devices_of_one_key_differ(void **state)
{
	static const struct example examples[] = {
		{ BASE "[profile a]\n" ROLE "source_profile = base\n"
		       "mfa_serial = " DEVICE "\n"
		       "[profile b]\n" ROLE "source_profile = base\n"
		       "mfa_serial = " OTHER_DEVICE "\n",
		  NULL,
		  "config:10: error: mfa_serial: a device of account "
		  "222233334444, and the one in line 6, for the same key of "
		  "profile base, is of account 111122223333\n" },
		/* A user may have several. */
		{ SERIAL(DEVICE) "[profile a]\n" ROLE "source_profile = base\n"
				 "mfa_serial = " DEVICE "2\n",
		  NULL, "" },
	};

	(void)state;
	check(&two_devices, 1);
	CHECK(examples);
}

static void store_key(struct fake_world *fake, const char *user)
{
	const struct keyring_item item = { KEYRING_KEY, "base", "a key", "base",
					   0 };
	struct secbuf *value = secbuf_new(512);
	struct error err = { 0 };

	secbuf_puts(value, "rolekey key 1\naccess_key_id AKIAIOSFODNN7EXAMPLE\n"
			   "secret_key fake\nuser_arn ");
	secbuf_puts(value, user);
	secbuf_puts(value, "\n");
	assert_true(fake->world.keyring.put(fake, &item, value, &err));
	secbuf_free(value);
	fake_world_next(fake);
}

static void asks_the_keyring_whose_the_key_is(void **state)
{
	struct fake_world fake;
	struct error err = { 0 };

	(void)state;
	fake_world_init(&fake);
	store_key(&fake, "arn:aws:iam::222233334444:user/alex");
	assert_false(run(&fake, &two_devices, &err));
	assert_string_equal(
		strbuf_text(&fake.output),
		"config:3: error: mfa_serial: a device of account "
		"111122223333, and the key of profile base is of account "
		"222233334444\n");
	assert_string_equal(strbuf_text(&fake.log),
			    "files.read      config\n"
			    "files.facts     config\n"
			    "files.read      credentials\n"
			    "files.facts     credentials\n"
			    "keyring.get     key base\n");
	fake_world_clear(&fake);
}

/* One that cannot be read is asked once, and all else is said. */
static void needs_no_keyring(void **state)
{
	static const char config[] =
		SERIAL(DEVICE) "[profile other]\nmfa_serial = " DEVICE "\n";
	const struct example e = { config, NULL, "" };
	struct fake_world fake;
	struct error err = { 0 };

	(void)state;
	fake_world_init(&fake);
	fake.fail_at = 4;
	assert_true(run(&fake, &e, &err));
	assert_string_equal(strbuf_text(&fake.output), "");
	assert_string_equal(strbuf_text(&fake.said),
			    "config check: no problems found\n");
	assert_non_null(strstr(strbuf_text(&fake.log), "keyring.get"));
	assert_null(strstr(strbuf_text(&fake.log), "key other"));
	fake_world_clear(&fake);
}

/* --- files ------------------------------------------------------------------------------ */

static void says_who_else_can_get_at_the_files(void **state)
{
	static const struct {
		struct file_facts facts;
		struct example files;
	} examples[] = {
		{ { .exists = true, .mode = 0600 }, { BASE, "[a]\n", "" } },
		{ { .exists = true, .mode = 0666, .others_write = true },
		  { BASE, NULL,
		    "config:1: error: others can write this file (mode 0666), "
		    "and it can run programs as you: chmod go-w\n"
		    "credentials:1: error: others can write this file (mode "
		    "0666), and it can run programs as you: chmod go-w\n" } },
		{ { .exists = true, .foreign = true, .others_replace = true },
		  { BASE, NULL,
		    "config:1: error: this file belongs to another user, whose "
		    "programs it can run as you\n"
		    "config:1: error: others can put another file in this "
		    "one's place: look at owner and mode of its folder\n"
		    "credentials:1: error: this file belongs to another user, "
		    "whose programs it can run as you\n"
		    "credentials:1: error: others can put another file in this "
		    "one's place: look at owner and mode of its folder\n" } },
		{ { .exists = true, .mode = 0644, .others_read = true },
		  { BASE, "[a]\n" TEMP_ID SECRET "aws_session_token = x\n",
		    "credentials:1: warning: others can read this file (mode "
		    "0644): chmod 600\n" } },
		{ { .exists = true, .mode = 0644, .others_read = true },
		  { "[profile a]\n" KEYS, "",
		    "config:1: error: others can read this file (mode 0644), "
		    "and it holds long-lived keys: chmod 600\n"
		    "config:3: warning: " PLAIN(
			    "a") "credentials:1: warning: others can read this "
				 "file (mode "
				 "0644): chmod 600\n" } },
		{ { .exists = true, .mode = 0644, .others_read = true },
		  { "[profile a]\n" TEMP_ID SECRET "aws_session_token = x\n",
		    "[b]\n" KEYS,
		    "config:1: warning: others can read this file (mode 0644): "
		    "chmod 600\n"
		    "credentials:1: error: others can read this file (mode "
		    "0644), and it holds long-lived keys: chmod 600\n"
		    "credentials:3: warning: " PLAIN("b") } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		struct fake_world fake;
		struct error err = { 0 };

		fake_world_init(&fake);
		fake.facts = examples[i].facts;
		(void)run(&fake, &examples[i].files, &err);
		assert_string_equal(strbuf_text(&fake.output),
				    examples[i].files.printed);
		fake_world_next(&fake);
		for (long n = 0; fails_well(&fake, &examples[i].files, n);)
			n++;
		fake_world_clear(&fake);
	}
}

static void goes_on_behind_a_file_that_cannot_be_read(void **state)
{
	const struct example e = { BASE, "[a]\noops\n", "" };
	struct fake_world fake;
	struct error err = { 0 };

	(void)state;
	fake_world_init(&fake);
	fake.fail_at = 0;
	fake.fail_code = ERROR_CONFIG;
	fake.fail_text = "config: is a directory";
	assert_false(run(&fake, &e, &err));
	assert_string_equal(
		strbuf_text(&fake.output),
		"config:1: error: is a directory\n"
		"credentials:2: error: neither a section nor KEY = VALUE\n");
	assert_string_equal(err.text, "2 errors");
	fake_world_clear(&fake);
}

static void says_that_a_file_is_missing_if_it_was_named(void **state)
{
	const struct example e = { NULL, NULL, "" };
	struct fake_world fake;
	struct error err = { 0 };

	(void)state;
	fake_world_init(&fake);
	fake.environment[0] = "AWS_CONFIG_FILE=config";
	assert_true(run(&fake, &e, &err));
	assert_string_equal(strbuf_text(&fake.output),
			    "config:1: warning: there is no such file, and "
			    "AWS_CONFIG_FILE names it\n");
	assert_string_equal(strbuf_text(&fake.said),
			    "config check: 1 warning\n");
	fake_world_clear(&fake);
}

/* --- the whole ------------------------------------------------------------------------- */

static void sums_up(void **state)
{
	static const struct {
		const char *config;
		const char *sum;
	} examples[] = {
		{ "", "config check: no problems found\n" },
		{ BASE "x = y\n", "config check: 1 warning\n" },
		{ BASE "x = y\nz = y\n", "config check: 2 warnings\n" },
		{ "[foo]\n", "1 error" },
		{ "[foo]\n[bar]\n", "2 errors" },
		{ "[foo]\n[a b]\n", "1 error, 1 warning" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		const struct example e = { examples[i].config, NULL, "" };
		struct fake_world fake;
		struct error err = { 0 };
		bool ok;

		fake_world_init(&fake);
		ok = run(&fake, &e, &err);
		assert_string_equal(ok ? strbuf_text(&fake.said) : err.text,
				    examples[i].sum);
		fake_world_clear(&fake);
	}
}

static const struct example everything = {
	"[default]\nregion = eu-west-1 # x\noops\n[foo]\n" SERIAL(
		DEVICE) "[profile base]\nregion = x\nsts_regional_endpoints = "
			"x\n"
			"[profile a]\n" ROLE "source_profile = base\nx = y\n"
			"mfa_serial = " OTHER_DEVICE
			"\nendpoint_url = http://x\n"
			"[profile b]\n" ROLE "source_profile = c\n"
			"[profile c]\n" ROLE "source_profile = b\n"
			"[profile d]\n" ROLE "source_profile = nobody\n"
			"[profile e]\ninclude_profile = a\nsource_profile = "
			"base\n"
			"duration_seconds = 2h\n"
			"[services v]\nsts =\n  endpoint_url = http://y\n",
	"[a]\n" KEY_ID,
	NULL,
};

static void survives_any_allocation_failing(void **state)
{
	bool done = false;
	long n;

	(void)state;
	for (n = 0; !done; n++) {
		struct fake_world fake;
		struct error err = { 0 };

		fake_world_init(&fake);
		store_key(&fake, "arn:aws:iam::111122223333:user/alex");
		mem_fail_after(n);
		done = run(&fake, &everything, &err) ||
		       err.code == ERROR_CONFIG;
		/* A keyring that fails is one that says nothing. */
		assert_true(done || mem_has_failed());
		assert_true(done || err.code == ERROR_MEMORY);
		done = !mem_has_failed();
		mem_fail_after(-1);
		fake_world_clear(&fake);
		assert_int_equal(secbuf_alive(), 0);
	}
	assert_true(n > 10);
}

static void survives_any_call_failing(void **state)
{
	(void)state;
	for (int n = 0; n < 8; n++) {
		struct fake_world fake;
		struct error err = { 0 };

		fake_world_init(&fake);
		fake.fail_at = n;
		(void)run(&fake, &everything, &err);
		assert_true(err.code == ERROR_SYSTEM ||
			    err.code == ERROR_CONFIG);
		fake_world_clear(&fake);
		assert_int_equal(secbuf_alive(), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_each_line_that_cannot_be_read),
		cmocka_unit_test(counts_lines_behind_crlf_bom_and_long_lines),
		cmocka_unit_test(says_what_sdks_read_otherwise),
		cmocka_unit_test(says_which_sections_mean_nothing),
		cmocka_unit_test(says_what_is_there_twice),
		cmocka_unit_test(names_the_key_that_was_meant),
		cmocka_unit_test(says_which_values_cannot_be),
		cmocka_unit_test(says_which_durations_cannot_be),
		cmocka_unit_test(says_what_a_chain_lacks),
		cmocka_unit_test(says_each_circle_once_with_its_whole_path),
		cmocka_unit_test(stops_at_a_chain_that_nobody_has),
		cmocka_unit_test(says_what_is_wrong_with_static_keys),
		cmocka_unit_test(says_where_accounts_differ),
		cmocka_unit_test(says_what_is_no_device),
		cmocka_unit_test(says_where_devices_of_one_key_differ),
		cmocka_unit_test(asks_the_keyring_whose_the_key_is),
		cmocka_unit_test(needs_no_keyring),
		cmocka_unit_test(says_who_else_can_get_at_the_files),
		cmocka_unit_test(goes_on_behind_a_file_that_cannot_be_read),
		cmocka_unit_test(says_that_a_file_is_missing_if_it_was_named),
		cmocka_unit_test(sums_up),
		cmocka_unit_test(survives_any_allocation_failing),
		cmocka_unit_test(survives_any_call_failing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
