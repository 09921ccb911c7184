#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "base/strbuf.h"
#include "check/check.h"
#include "support/check.h"
#include "support/facts.h"
#include "support/mem_failing.h"

#define DEVICE  "arn:aws:iam::111122223333:mfa/alex"
#define ROLE    "role_arn = arn:aws:iam::222233334444:role/Dev\n"
#define KEY_ID  "aws_access_key_id = AKIAIOSFODNN7EXAMPLE\n"
#define TEMP_ID "aws_access_key_id = ASIAIOSFODNN7EXAMPLE\n"
#define SECRET  "aws_secret_access_key = wJalrXUtnFEMIfake\n"
#define KEYS    KEY_ID SECRET
#define BASE    "[profile base]\nregion = eu-west-1\n"

#define OUTPUT_MAX (1 << 20)

struct example {
	const char *config;
	const char *credentials;
	const char *found; /* "config:2: error: FACTS" lines */
};

/* The input of check besides the texts. */
static struct {
	struct file_facts facts;
	const char *failure[2]; /* why a file cannot be read */
	const char *variable[2];
	const char *account; /* of the key stored for base */
	const char *asked;   /* the last profile that was asked for */
	const char *stored;  /* the profile that a key is stored for */
	const struct check_files *files;
} given;

static bool account_of(void *self, const char *profile,
		       char account[static CHECK_ACCOUNT_LEN],
		       struct error *err)
{
	(void)self;
	(void)err;
	given.asked = strcmp(profile, "base") == 0 ? "base" : "another";
	(void)snprintf(account, CHECK_ACCOUNT_LEN, "%s",
		       given.account && strcmp(profile, "base") == 0
			       ? given.account
			       : "");
	return true;
}

static bool is_missing(void *self, const char *profile, bool *missing,
		       struct error *err)
{
	(void)self;
	(void)err;
	*missing = !given.stored || strcmp(given.stored, profile) != 0;
	return true;
}

static void give(struct check_file *file, int which, const char *text,
		 struct error *failure)
{
	*file = (struct check_file){
		.path = which == CONFIG_FILE ? "config" : "credentials",
		.variable = given.variable[which],
		.facts = given.facts,
	};
	if (given.failure[which]) {
		(void)error_fail(failure, REASON_SYSTEM_CALL,
				 .path = file->path,
				 .detail = given.failure[which]);
		file->failure = failure;
	} else if (text) {
		file->text = secbuf_new(strlen(text));
		secbuf_puts(file->text, text);
		assert_true(secbuf_ok(file->text));
	}
}

static void put_finding(struct strbuf *out, const struct finding *finding)
{
	char facts[FACTS_LEN];
	struct error err;

	findings_error(finding, &err);
	strbuf_printf(out, "%s:%u: %s: %s\n",
		      finding->file == CONFIG_FILE ? "config" : "credentials",
		      finding->line,
		      finding->severity == CHECK_ERROR ? "error" : "warning",
		      facts_of(&err, facts));
}

static void put_findings(struct strbuf *out, const struct findings *findings)
{
	size_t count[2] = { 0, 0 };

	for (size_t i = 0; i < findings->n; i++) {
		put_finding(out, &findings->list[i]);
		count[findings->list[i].severity]++;
	}
	assert_memory_equal(count, findings->count, sizeof(count));
}

/* The n-th allocation fails; -1: none.  False: there were fewer. */
static bool run(const struct example *e, long n, struct strbuf *out)
{
	const struct check_keys keys = { NULL, account_of, is_missing };
	struct check_input input = { .keys = &keys,
				     .other_files = given.files };
	struct arena *arena = arena_new();
	struct findings findings;
	struct error failures[2];
	struct error err = { 0 };
	bool failed;
	bool ok;

	give(&input.files[CONFIG_FILE], CONFIG_FILE, e->config, &failures[0]);
	give(&input.files[CREDENTIALS_FILE], CREDENTIALS_FILE, e->credentials,
	     &failures[1]);
	given.asked = NULL;
	mem_fail_after(n);
	ok = check_run(&input, arena, &findings, &err);
	failed = mem_has_failed();
	mem_fail_after(-1);
	for (size_t i = 0; i < 2; i++)
		secbuf_free(input.files[i].text);
	if (ok)
		put_findings(out, &findings);
	else
		assert_error(&err, REASON_OUT_OF_MEMORY);
	assert_true(ok || failed);
	arena_free(arena);
	assert_int_equal(secbuf_alive(), 0);
	return failed;
}

static void check(const struct example *examples, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct strbuf out = strbuf_with_max(OUTPUT_MAX);

		(void)run(&examples[i], -1, &out);
		assert_string_equal(strbuf_text(&out), examples[i].found);
		strbuf_clear(&out);
	}
}

/* Each allocation fails in turn: everything is found, or the check fails. */
static void torture(const struct example *examples, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		bool failed = true;

		for (long nth = 0; failed; nth++) {
			struct strbuf out = strbuf_with_max(OUTPUT_MAX);

			failed = run(&examples[i], nth, &out);
			if (out.len > 0)
				assert_string_equal(strbuf_text(&out),
						    examples[i].found);
			strbuf_clear(&out);
		}
	}
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
		  "config:2: error: not-a-key\n"
		  "config:4: error: section-not-closed\n"
		  "config:6: error: key-without-name\n"
		  "credentials:2: warning: unknown-key key=s\n"
		  "credentials:3: error: not-a-subkey\n" },
		{ "region = x\n", NULL,
		  "config:1: error: key-outside-section\n" },
		{ "[default]\nregion = \xff\n", NULL,
		  "config:2: error: not-utf8\n" },
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
	e.found = "config:1: warning: byte-order-mark\n"
		  "config:4: warning: key-meant key=regoin other=region\n"
		  "config:5: error: not-a-key\n";
	check(&e, 1);
}

static void says_what_sdks_read_otherwise(void **state)
{
	static const struct example examples[] = {
		{ "[default]\nregion = eu-west-1 # home\noutput = json ; x\n",
		  NULL,
		  "config:2: warning: comment-in-value key=region\n"
		  "config:3: warning: comment-in-value key=output\n" },
		{ "[default]\nsso_start_url = https://x.awsapps.com/start#/\n"
		  "sso_region = eu-west-1\nsso_account_id = 111122223333\n"
		  "sso_role_name = R\n",
		  NULL, "" },
		{ "[default]\n  region = eu-west-1\n  output = json\n"
		  "[ profile a ]\nregion = eu-west-1\n  # c\n",
		  NULL,
		  "config:2: warning: indented-key key=region\n"
		  "config:4: warning: spaced-section value=profile a\n"
		  "config:6: warning: indented-comment\n" },
		{ "[default]\ncredential_process = x\n  region = eu-west-1\n"
		  "  --like=this\n  [profile b]\n",
		  NULL,
		  "config:3: warning: continued-key key=region\n"
		  "config:5: error: continued-section\n" },
		{ "[default]\nregion: eu-west-1 = x\naws:x = y\na b = c\n",
		  NULL,
		  "config:2: warning: colon-for-equals value=region: "
		  "eu-west-1\n"
		  "config:3: warning: colon-in-key value=aws:x\n"
		  "config:4: warning: key-name value=a b\n" },
		{ "[default]\noutput = 'json'\nregion = \"eu-west-1\"\n"
		  "credential_process = \"/opt/a b/c\"\n"
		  "[profile \"q\"]\nregion = eu-west-1\n",
		  NULL,
		  "config:2: warning: value-quoted key=output\n"
		  "config:3: error: value-quoted key=region\n"
		  "config:4: warning: value-quoted key=credential_process\n"
		  "config:5: warning: section-skipped value=profile \"q\"\n" },
	};

	(void)state;
	CHECK(examples);
}

static void says_what_some_sdks_refuse(void **state)
{
	static const struct example examples[] = {
		{ "[profile a];note\nREGION = eu-west-1\n[profile  b]\n"
		  "[profile\tc]\n[profile d] ;note\n",
		  NULL,
		  "config:1: warning: glued-comment value=profile a\n"
		  "config:2: warning: key-capitals key=region\n"
		  "config:3: warning: section-blanks value=profile  b\n"
		  "config:4: warning: section-blanks value=profile?c\n" },
		{ "[profile a]\n" ROLE "source_profile = b\n"
		  "credential_process = x\n[profile b]\n"
		  "web_identity_token_file = /t\n" ROLE
		  "credential_process = y\n",
		  NULL,
		  "config:4: warning: sources-conflict key=credential_process "
		  "other=source_profile (line 3)\n"
		  "config:6: warning: sources-conflict "
		  "key=web_identity_token_file other=credential_process "
		  "(line 8)\n" },
		{ "[default]\ns3 = signature_version = s3v4\n"
		  "[profile a]\ns3 =\n  signature_version = s3v4\n"
		  "api_versions = x\n",
		  NULL,
		  "config:2: warning: value-not-nested key=s3\n"
		  "config:6: warning: value-not-nested key=api_versions\n" },
		{ "[profile a]\ncredential_process = ~/bin/x y\n"
		  "[profile b]\ncredential_process = $HOME/x\n"
		  "[profile c]\ncredential_process = A=1 x\n"
		  "[profile d]\ncredential_process = x 2>/dev/null\n"
		  "[profile e]\ncredential_process = sh -c 'x | y > z; $A'\n"
		  "[profile f]\ncredential_process = /a\\ b/x \"$c\" k=v a~b\n"
		  "[profile g]\ncredential_process = \"/a b\" \"c\n"
		  "[profile h]\ncredential_process = ~/x 'c\n"
		  "[profile i]\ncredential_process = /x c\\\n",
		  NULL,
		  "config:2: warning: process-without-shell "
		  "key=credential_process value=~\n"
		  "config:4: warning: process-without-shell "
		  "key=credential_process value=$\n"
		  "config:6: warning: process-without-shell "
		  "key=credential_process value=NAME=VALUE\n"
		  "config:8: warning: process-without-shell "
		  "key=credential_process value=>\n"
		  "config:14: error: open-quote key=credential_process\n"
		  "config:16: error: open-quote key=credential_process\n"
		  "config:18: error: open-quote key=credential_process\n" },
	};

	(void)state;
	CHECK(examples);
}

static bool is_there(void *self, const char *path)
{
	(void)self;
	return strcmp(path, "/there.pem") == 0;
}

static void says_which_ca_bundles_cannot_be_used(void **state)
{
	static const struct check_files files = { NULL, is_there };
	static const struct example examples[] = {
		{ "[profile a]\nca_bundle = /there.pem\n"
		  "[profile b]\nca_bundle = /gone.pem\n"
		  "[profile c]\nca_bundle = ~/there.pem\n"
		  "[profile d]\nca_bundle = there.pem\n",
		  NULL,
		  "config:4: error: path-missing path=/gone.pem "
		  "key=ca_bundle\n"
		  "config:6: error: bad-value key=ca_bundle "
		  "value=~/there.pem expected=an absolute path\n"
		  "config:8: error: bad-value key=ca_bundle "
		  "value=there.pem expected=an absolute path\n" },
	};

	(void)state;
	given.files = &files;
	CHECK(examples);
	given.files = NULL;
}

/* --- sections ----------------------------------------------------------------- */

static void says_which_sections_mean_nothing(void **state)
{
	static const struct example examples[] = {
		{ "[foo]\nregion = eu-west-1\n[profilefoo]\n[profile-foo]\n"
		  "[profil foo]\n[Profile foo]\n[sso_session s]\n",
		  NULL,
		  "config:1: error: section-in-file value=foo other=profile "
		  "foo\n"
		  "config:3: error: section-meant value=profilefoo "
		  "other=profile foo\n"
		  "config:4: error: section-meant value=profile-foo "
		  "other=profile foo\n"
		  "config:5: error: section-meant value=profil foo "
		  "other=profile foo\n"
		  "config:6: error: section-meant value=Profile foo "
		  "other=profile foo\n"
		  "config:7: error: section-meant value=sso_session s "
		  "other=sso-session s\n" },
		{ "[profile]\n[sso-session]\n[services ]\n[]\n[profile a b]\n"
		  "[profile \xc3\xbc]\n[a!]\n[other thing]\n[Default]\n",
		  NULL,
		  "config:1: error: section-without-name value=profile "
		  "other=profile\n"
		  "config:2: error: section-without-name value=sso-session "
		  "other=sso-session\n"
		  "config:3: error: section-without-name value=services "
		  "other=services\n"
		  "config:4: error: section-without-name\n"
		  "config:5: error: section-words value=profile a b "
		  "other=profile \"a b\"\n"
		  "config:6: warning: section-skipped value=profile ü\n"
		  "config:7: error: section-in-file value=a! other=profile a!\n"
		  "config:8: warning: unknown-section value=other thing\n"
		  "config:9: error: section-meant value=Default "
		  "other=default\n" },
		{ "[DEFAULT]\n", "[DEFAULT]\n",
		  "config:1: error: python-default\n"
		  "config:1: error: section-meant value=DEFAULT other=default\n"
		  "credentials:1: error: python-default\n" },
		{ NULL, "[profile a]\n[sso-session s]\n[a b]\n[]\n",
		  "credentials:1: error: section-in-file value=profile a "
		  "other=a\n"
		  "credentials:2: error: section-of-config value=sso-session "
		  "s\n"
		  "credentials:3: error: section-name value=a b\n"
		  "credentials:4: error: section-without-name\n" },
		{ "[default]\nregion = eu-west-1\n[profile default]\n"
		  "region = eu-west-2\n[default]\n",
		  NULL,
		  "config:1: warning: default-ignored number=3\n"
		  "config:5: warning: default-ignored number=3\n" },
		{ "[a\x1b[31m]\n", NULL,
		  "config:1: error: section-name value=a?[31m\n" },
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
		  "config:5: warning: key-capitals key=region\n"
		  "config:5: warning: key-repeated key=region number=4\n"
		  "config:6: warning: key-repeated key=region number=4\n"
		  "config:7: warning: section-repeated value=profile a "
		  "number=1\n"
		  "config:9: warning: key-overridden key=region number=2\n"
		  "config:10: warning: section-blanks value=profile  a\n"
		  "config:10: warning: section-continued value=profile  a "
		  "number=1\n" },
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
		  "config:3: warning: key-meant key=mfa_serail "
		  "other=mfa_serial\n"
		  "config:4: warning: key-meant key=source-profile "
		  "other=source_profile\n"
		  "config:5: warning: key-meant key=regionn other=region\n"
		  "config:6: warning: key-meant key=role_anr "
		  "other=role_arn\n" },
		{ BASE "what_is_this = x\nx = y\n", NULL,
		  "config:3: warning: unknown-key key=what_is_this\n"
		  "config:4: warning: unknown-key key=x\n" },
		/* A guard that is not on. */
		{ BASE "rolekey_confrim = yes\nrolekey_nonsense = x\n", NULL,
		  "config:3: error: key-meant key=rolekey_confrim "
		  "other=rolekey_confirm\n"
		  "config:4: error: unknown-key key=rolekey_nonsense\n" },
		{ "[sso-session s]\nsso_start_ulr = https://x\nregion = x\n",
		  NULL,
		  "config:2: warning: key-meant key=sso_start_ulr "
		  "other=sso_start_url\n"
		  "config:3: warning: unknown-key key=region\n" },
		/* The end of a token that was broken over two lines. */
		{ NULL,
		  "[a]\nFwoGZXIvYXdzEBYaDHfakefakefakefakefakefakefake==\n",
		  "credentials:2: warning: unknown-key key=a very long key\n" },
		{ BASE "parent_profile = x\n",
		  "[a]\nassume_role = arn:aws:iam::222233334444:role/Dev\n"
		  "aws_credential_expiration = 2030-01-01T00:00:00Z\n",
		  "" },
		/* Services of older tools in the profile itself. */
		{ BASE "dynamodb =\n  endpoint_url = http://localhost\n", NULL,
		  "" },
	};

	(void)state;
	CHECK(examples);
}

/* --- values ----------------------------------------------------------------------- */

static void says_which_values_cannot_be(void **state)
{
	static const struct example examples[] = {
		{ "[profile a]\nregion = eu-wst1\nsso_region = xx-1\n"
		  "use_fips_endpoint = maybe\nuse_dualstack_endpoint = yes\n"
		  "sts_regional_endpoints = global\nretry_mode = fast\n"
		  "max_attempts = 0\ntcp_keepalive = 2\noutput = jsn\n",
		  NULL,
		  "config:2: warning: unknown-region key=region value=eu-wst1\n"
		  "config:3: warning: unknown-region key=sso_region "
		  "value=xx-1\n"
		  "config:4: error: bad-value key=use_fips_endpoint "
		  "value=maybe expected=true or false\n"
		  "config:5: warning: not-sdk-bool key=use_dualstack_endpoint "
		  "value=yes\n"
		  "config:6: error: bad-value key=sts_regional_endpoints "
		  "value=global expected=one of: regional legacy\n"
		  "config:7: warning: bad-value key=retry_mode value=fast "
		  "expected=one of: standard adaptive legacy\n"
		  "config:8: error: bad-value key=max_attempts value=0 "
		  "expected=a whole number from 1 to 100\n"
		  "config:9: warning: bad-value key=tcp_keepalive value=2 "
		  "expected=true or false\n"
		  "config:10: warning: bad-value key=output value=jsn "
		  "expected=one of: json text table yaml yaml-stream off\n" },
		{ "[profile a]\nregion = not a region\n", NULL,
		  "config:2: error: bad-value key=region value=not a region "
		  "expected=a valid region\n" },
		/* Another server's regions are its own affair. */
		{ "[profile a]\nregion = auto\nendpoint_url = https://r2.x\n",
		  NULL, "" },
		{ "[profile a]\nregion = wJalrXUtnFEMIfakefakefakefakefake"
		  "fakefake\n",
		  NULL, "config:2: warning: unknown-region key=region\n" },
		{ "[profile a]\nendpoint_url = ftp://x\nregion = eu-west-1\n"
		  "[profile b]\nendpoint_url = http://sts.example.com:80/\n"
		  "[profile c]\nendpoint_url = http://127.0.0.1:4566\n"
		  "[profile d]\nendpoint_url = http://[::1]:1\n"
		  "[profile e]\nendpoint_url = http://x.localhost\n"
		  "[profile f]\nservices = v\n"
		  "[services v]\nsts =\n  endpoint_url = http://10.0.0.1\n"
		  "iam =\n  endpoint_ulr = x\nendpoint_url = https://x\n",
		  NULL,
		  "config:2: error: bad-url key=endpoint_url value=ftp://x\n"
		  "config:5: warning: plain-http key=endpoint_url "
		  "value=sts.example.com\n"
		  "config:15: warning: plain-http key=sts.endpoint_url "
		  "value=10.0.0.1\n"
		  "config:17: warning: service-key key=iam\n"
		  "config:19: warning: service-without-keys "
		  "key=endpoint_url\n" },
		{ "[profile a]\nrolekey_expect_account = 1234\n"
		  "rolekey_confirm = yes\n"
		  "[profile b]\nsso_account_id = 11112222333\n"
		  "sso_role_name = R\nsso_session = s\n"
		  "[sso-session s]\nsso_start_url = x.awsapps.com\n"
		  "sso_region = eu-west-1\n",
		  NULL,
		  "config:2: error: bad-value key=rolekey_expect_account "
		  "value=1234 expected=a valid account (12 digits)\n"
		  "config:5: error: bad-value key=sso_account_id "
		  "value=11112222333 expected=a valid account (12 digits)\n"
		  "config:9: warning: bad-value key=sso_start_url "
		  "value=x.awsapps.com expected=an https URL\n" },
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
		  "config:6: error: out-of-range key=duration_seconds "
		  "value=899 expected=15m to 12h\n"
		  "config:10: error: out-of-range key=duration_seconds "
		  "value=13h expected=15m to 12h\n"
		  "config:14: error: bad-value key=duration_seconds value=soon "
		  "expected=a valid duration (900, 90m, 1h30m, 12h)\n"
		  "config:18: warning: not-seconds key=duration_seconds "
		  "number=3600\n" },
		{ BASE "assume_role_ttl = 13h\nsession_ttl = 48h\n"
		       "[profile a]\nsession_ttl = 12h\n",
		  NULL,
		  "config:3: warning: out-of-range key=assume_role_ttl "
		  "value=13h expected=15m to 12h\n"
		  "config:4: warning: out-of-range key=session_ttl value=48h "
		  "expected=15m to 36h\n" },
		/* A source that lasts longer when it is used by itself. */
		{ BASE "mfa_serial = " DEVICE "\n"
		       "[profile near]\n" ROLE "source_profile = base\n"
		       "duration_seconds = 43200\n"
		       "[profile far]\n" ROLE "source_profile = near\n",
		  NULL, "" },
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
		  "config:10: warning: duration-cut profile=far "
		  "key=duration_seconds "
		  "number=7200\n" },
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
		  "config:5: error: no-such-profile profile=bsae "
		  "key=source_profile other=\"base\"\n"
		  "config:8: error: no-such-profile profile=zebra "
		  "key=source_profile\n"
		  "config:10: error: no-such-profile profile=nix "
		  "key=include_profile\n"
		  "config:13: error: no-such-section key=sso_session value=s "
		  "other=sso-session\n"
		  "config:15: error: no-such-section key=services value=v "
		  "other=services\n"
		  "config:16: error: section-in-file value=foo other=profile "
		  "foo\n"
		  "config:19: error: bare-section profile=foo path=config "
		  "key=source_profile line=16\n" },
		{ "[profile a]\n" ROLE "[profile b]\n" ROLE
		  "source_profile = c\ncredential_source = Environment\n"
		  "[profile c]\nregion = eu-west-1\n"
		  "[profile d]\nrole_arn = arn:aws:iam::222233334444:user/Dev\n"
		  "source_profile = c\n",
		  NULL,
		  "config:2: error: role-without-source profile=a "
		  "key=role_arn\n"
		  "config:6: error: two-sources profile=b "
		  "key=credential_source\n"
		  "config:10: error: bad-value key=role_arn "
		  "value=arn:aws:iam::222233334444:user/Dev expected=a valid "
		  "role ARN\n" },
		/* A profile that is included need not be complete. */
		{ "[profile common]\n" ROLE "[profile a]\n"
		  "include_profile = common\nsource_profile = base\n" BASE,
		  NULL, "" },
		{ "[profile common]\n" ROLE "[profile a]\n"
		  "include_profile = common\n[profile b]\n"
		  "include_profile = common\n",
		  NULL,
		  "config:2: error: role-without-source profile=a "
		  "key=role_arn\n" },
		{ "[profile a]\nsource_profile = b\ncredential_source = "
		  "Environment\n",
		  "[b]\nregion = eu-west-1\n[a]\nsource_profile = b\n",
		  "config:3: error: two-sources profile=a "
		  "key=credential_source\n" },
		/* Only the planner knows. */
		{ "[profile a]\n" ROLE "credential_source = environment\n"
		  "[profile b]\nsso_session = s\nsso_account_id = "
		  "111122223333\n"
		  "[sso-session s]\nsso_region = eu-west-1\n"
		  "sso_start_url = https://x\n" BASE "[profile c]\n" ROLE
		  "source_profile = base\nrole_session_name = a b\n",
		  NULL,
		  "config:3: error: bad-value key=credential_source "
		  "value=environment expected=Environment, Ec2InstanceMetadata "
		  "or EcsContainer\n"
		  "config:6: error: missing-key profile=b key=sso_role_name\n"
		  "config:15: error: bad-characters key=role_session_name "
		  "value=a b expected=_+=,.@-\n" },
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
		  "config:6: error: profile-loop key=source_profile detail=a "
		  "-> b -> c -> a\n" },
		{ "[profile z]\ninclude_profile = a\n"
		  "[profile a]\ninclude_profile = b\n"
		  "[profile b]\ninclude_profile = a\n"
		  "[profile s]\ninclude_profile = s\n"
		  "[profile t]\n" ROLE "source_profile = z\n",
		  NULL,
		  "config:4: error: profile-loop key=include_profile detail=a "
		  "-> b -> a\n"
		  "config:8: error: profile-loop key=include_profile detail=s "
		  "-> s\n" },
		/* A profile that is its own source is not a circle. */
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
	struct example e = { text, NULL,
			     "config:3: warning: chain-too-long "
			     "key=source_profile number=64\n" };

	(void)state;
	for (int i = 0; i < 64; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len,
					"[profile p%d]\n" ROLE
					"source_profile = p%d\n",
					i, i + 1);
	(void)snprintf(text + len, sizeof(text) - len, "[profile p64]\n");
	check(&e, 1);
	e.config = strstr(text, "[profile p1]");
	e.found = "";
	check(&e, 1);
}

static void says_what_is_wrong_with_static_keys(void **state)
{
	static const struct example examples[] = {
		{ "[profile e]\n" KEYS,
		  "[a]\n" KEYS "[b]\n" KEY_ID "[c]\n" SECRET
		  "[d]\n" TEMP_ID SECRET "[f]\naws_session_token = x\n"
		  "[g]\n" TEMP_ID SECRET "aws_session_token = x\n",
		  "config:3: warning: key-in-file profile=e "
		  "key=aws_secret_access_key\n"
		  "credentials:3: warning: key-in-file profile=a "
		  "key=aws_secret_access_key\n"
		  "credentials:5: error: missing-key profile=b "
		  "key=aws_secret_access_key\n"
		  "credentials:7: error: missing-key profile=c "
		  "key=aws_access_key_id\n"
		  "credentials:9: error: key-without-token "
		  "key=aws_access_key_id\n"
		  "credentials:12: warning: token-without-key "
		  "key=aws_session_token\n" },
		{ NULL, "[a]\naws_access_key_id =\naws_secret_access_key =\n",
		  "" },
		/* rolekey takes a pair over two files. */
		{ "[profile a]\n" SECRET,
		  "[a]\n" TEMP_ID "aws_session_token = x\n",
		  "config:2: warning: pair-in-two-files "
		  "key=aws_secret_access_key "
		  "other=aws_access_key_id (credentials:2)\n" },
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
		  "config:4: error: account-conflict profile=a "
		  "key=rolekey_expect_account value=111122223333 "
		  "expected=222233334444 other=role_arn (line 5)\n"
		  "config:8: error: account-conflict key=aws_account_id "
		  "value=111122223333 expected=222233334444 other=role_arn "
		  "(line 9)\n"
		  "config:15: error: account-conflict profile=c "
		  "key=rolekey_expect_account value=222233334444 "
		  "expected=111122223333\n" },
		{ "[profile a]\naws_account_id = 111122223333\n"
		  "sso_account_id = 222233334444\nsso_role_name = R\n"
		  "sso_start_url = https://x\nsso_region = eu-west-1\n",
		  NULL,
		  "config:2: error: account-conflict key=aws_account_id "
		  "value=111122223333 expected=222233334444 "
		  "other=sso_account_id (line 3)\n" },
		{ "[profile a]\nrole_arn = arn:aws:iam::11112222333:role/R\n"
		  "source_profile = b\n[profile b]\nregion = eu-west-1\n"
		  "mfa_serial = arn:aws:iam::1111222233334:mfa/alex\n"
		  "[profile c]\naws_account_id = 11112222333\n",
		  NULL,
		  "config:2: error: bad-value key=role_arn value=11112222333 "
		  "expected=a valid account (12 digits)\n"
		  "config:6: error: bad-value key=mfa_serial "
		  "value=1111222233334 "
		  "expected=a valid account (12 digits)\n"
		  "config:8: error: bad-value key=aws_account_id "
		  "value=11112222333 "
		  "expected=a valid account (12 digits)\n" },
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
		  "config:3: error: serial-is-key-id key=mfa_serial\n" },
		{ SERIAL("arn:aws:iam::111122223333:user/alex"), NULL,
		  "config:3: error: bad-value key=mfa_serial "
		  "value=arn:aws:iam::111122223333:user/alex expected=the ARN "
		  "of an MFA device (arn:aws:iam::ACCOUNT:mfa/NAME)\n" },
		{ SERIAL("arn:aws:iam::111122223333:u2f/user/alex/key-1"), NULL,
		  "config:3: error: serial-is-fido key=mfa_serial "
		  "arn=arn:aws:iam::111122223333:u2f/user/alex/key-1\n" },
		{ SERIAL("arn:aws:iam"), NULL,
		  "config:3: error: bad-value key=mfa_serial value=arn:aws:iam "
		  "expected=a valid ARN\n" },
		{ SERIAL("123456"), NULL,
		  "config:3: error: bad-length key=mfa_serial number=9 "
		  "of=256\n" },
		{ SERIAL("arn:aws-cn:iam::111122223333:mfa/alex") "[profile "
								  "a]\n" ROLE
								  "source_"
								  "profile = "
								  "base\n",
		  NULL,
		  "config:2: warning: foreign-region key=region "
		  "value=eu-west-1 expected=aws-cn other=aws\n"
		  "config:5: error: partition-conflict key=role_arn value=aws "
		  "arn=arn:aws-cn:iam::111122223333:mfa/alex\n" },
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
	"config:7: error: devices-conflict profile=base key=mfa_serial "
	"value=222233334444 expected=111122223333 other=mfa_serial (line 3)\n"
};

static void says_where_devices_of_one_key_differ(void **state)
{
	static const struct example examples[] = {
		{ BASE "[profile a]\n" ROLE "source_profile = base\n"
		       "mfa_serial = " DEVICE "\n"
		       "[profile b]\n" ROLE "source_profile = base\n"
		       "mfa_serial = " OTHER_DEVICE "\n",
		  NULL,
		  "config:10: error: devices-conflict profile=base "
		  "key=mfa_serial value=222233334444 expected=111122223333 "
		  "other=mfa_serial (line 6)\n" },
		/* A user may have several. */
		{ SERIAL(DEVICE) "[profile a]\n" ROLE "source_profile = base\n"
				 "mfa_serial = " DEVICE "2\n",
		  NULL, "" },
	};

	(void)state;
	check(&two_devices, 1);
	CHECK(examples);
}

static void asks_for_the_account_of_the_stored_key(void **state)
{
	static const struct example e = {
		SERIAL(DEVICE) "[profile a]\n" ROLE "source_profile = base\n"
			       "mfa_serial = " OTHER_DEVICE "\n",
		NULL,
		"config:3: error: device-of-other-user profile=base "
		"key=mfa_serial value=111122223333 expected=222233334444\n"
	};

	(void)state;
	given.account = "222233334444";
	check(&e, 1);
	assert_string_equal(given.asked, "base");
	given.account = NULL;
}

/* Only a stored key makes it work: aws-vault's layouts. */
static void asks_if_the_key_of_the_profile_is_stored(void **state)
{
	static const struct example examples[] = {
		{ "[profile a]\n" ROLE, NULL,
		  "config:2: error: role-without-source profile=a "
		  "key=role_arn\n" },
		{ "[profile a]\ncredential_process = rolekey "
		  "credential-process a\n[profile b]\n" ROLE
		  "source_profile = a\n",
		  NULL,
		  "config:2: error: process-is-itself profile=a "
		  "key=credential_process other=rolekey\n" },
		{ "[profile a]\ncredential_process = aws-vault export "
		  "--format=json a\n",
		  NULL,
		  "config:2: error: process-is-itself profile=a "
		  "key=credential_process other=aws-vault\n" },
	};

	(void)state;
	CHECK(examples);
	given.stored = "a";
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		const struct example good = { examples[i].config, NULL, "" };

		check(&good, 1);
	}
	given.stored = NULL;
}

/* The suggestion is made only where `import` takes the key. */
static void suggests_an_import_that_is_not_refused(void **state)
{
	static const struct example examples[] = {
		{ "[profile a]\n" KEYS, NULL,
		  "config:3: warning: key-in-file profile=a "
		  "key=aws_secret_access_key\n" },
		{ "[profile a]\ncredential_process = x\n", "[a]\n" KEYS,
		  "credentials:3: warning: key-in-file "
		  "key=aws_secret_access_key\n" },
		{ BASE "[profile a]\n" ROLE "source_profile = base\n",
		  "[a]\n" KEYS,
		  "credentials:3: warning: key-in-file "
		  "key=aws_secret_access_key\n" },
		{ "[profile a]\n" KEYS "[profile b]\ninclude_profile = a\n",
		  NULL,
		  "config:3: warning: key-in-file "
		  "key=aws_secret_access_key\n" },
		{ BASE "[profile a]\nsource_profile = base\n" KEYS, NULL,
		  "config:6: warning: key-in-file "
		  "key=aws_secret_access_key\n" },
	};

	(void)state;
	CHECK(examples);
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
		  { BASE, "[a]\n",
		    "config:1: error: file-writable value=0666\n"
		    "credentials:1: error: file-writable value=0666\n" } },
		{ { .exists = true, .foreign = true, .others_replace = true },
		  { BASE, "[a]\n",
		    "config:1: error: file-foreign\n"
		    "config:1: error: file-replaceable\n"
		    "credentials:1: error: file-foreign\n"
		    "credentials:1: error: file-replaceable\n" } },
		{ { .exists = true, .mode = 0644, .others_read = true },
		  { BASE, "[a]\n" TEMP_ID SECRET "aws_session_token = x\n",
		    "credentials:1: warning: file-readable value=0644\n" } },
		{ { .exists = true, .mode = 0644, .others_read = true },
		  { "[profile a]\n" KEYS, "",
		    "config:1: error: keys-readable value=0644\n"
		    "config:3: warning: key-in-file profile=a "
		    "key=aws_secret_access_key\n"
		    "credentials:1: warning: file-readable value=0644\n" } },
		{ { .exists = true, .mode = 0644, .others_read = true },
		  { "[profile a]\n" TEMP_ID SECRET "aws_session_token = x\n",
		    "[b]\n" KEYS,
		    "config:1: warning: file-readable value=0644\n"
		    "credentials:1: error: keys-readable value=0644\n"
		    "credentials:3: warning: key-in-file profile=b "
		    "key=aws_secret_access_key\n" } },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(examples); i++) {
		given.facts = examples[i].facts;
		check(&examples[i].files, 1);
		torture(&examples[i].files, 1);
	}
	given.facts = (struct file_facts){ 0 };
}

static void goes_on_after_a_file_that_cannot_be_read(void **state)
{
	static const struct example e = { NULL, "[a]\noops\n",
					  "config:1: error: system-call "
					  "detail=is a directory\n"
					  "credentials:2: error: not-a-key\n" };

	(void)state;
	given.failure[CONFIG_FILE] = "is a directory";
	check(&e, 1);
	torture(&e, 1);
	given.failure[CONFIG_FILE] = NULL;
}

static void says_that_a_file_is_missing_if_it_was_named(void **state)
{
	static const struct example e = {
		NULL, NULL,
		"config:1: warning: no-such-file key=AWS_CONFIG_FILE\n"
	};

	(void)state;
	given.variable[CONFIG_FILE] = "AWS_CONFIG_FILE";
	check(&e, 1);
	torture(&e, 1);
	given.variable[CONFIG_FILE] = NULL;
}

/* --- everything together ----------------------------------------------------------------- */

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
	"config:2: warning: comment-in-value key=region\n"
	"config:3: error: not-a-key\n"
	"config:4: error: section-in-file value=foo other=profile foo\n"
	"config:8: warning: section-repeated value=profile base number=5\n"
	"config:9: warning: key-overridden key=region number=6\n"
	"config:9: warning: unknown-region key=region value=x\n"
	"config:10: error: bad-value key=sts_regional_endpoints value=x "
	"expected=one of: regional legacy\n"
	"config:14: warning: unknown-key key=x\n"
	"config:15: error: device-of-other-user profile=base key=mfa_serial "
	"value=222233334444 expected=111122223333\n"
	"config:16: warning: plain-http key=endpoint_url value=x\n"
	"config:19: error: profile-loop key=source_profile detail=b -> c -> b\n"
	"config:25: error: no-such-profile profile=nobody key=source_profile\n"
	"config:29: warning: not-seconds key=duration_seconds number=7200\n"
	"config:31: warning: plain-http key=sts.endpoint_url value=y\n"
	"credentials:2: error: missing-key profile=a "
	"key=aws_secret_access_key\n"
};

static void survives_any_allocation_failing(void **state)
{
	(void)state;
	given.account = "111122223333";
	check(&everything, 1);
	torture(&everything, 1);
	given.account = NULL;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_each_line_that_cannot_be_read),
		cmocka_unit_test(counts_lines_behind_crlf_bom_and_long_lines),
		cmocka_unit_test(says_what_sdks_read_otherwise),
		cmocka_unit_test(says_what_some_sdks_refuse),
		cmocka_unit_test(says_which_ca_bundles_cannot_be_used),
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
		cmocka_unit_test(asks_for_the_account_of_the_stored_key),
		cmocka_unit_test(asks_if_the_key_of_the_profile_is_stored),
		cmocka_unit_test(suggests_an_import_that_is_not_refused),
		cmocka_unit_test(says_who_else_can_get_at_the_files),
		cmocka_unit_test(goes_on_after_a_file_that_cannot_be_read),
		cmocka_unit_test(says_that_a_file_is_missing_if_it_was_named),
		cmocka_unit_test(survives_any_allocation_failing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
