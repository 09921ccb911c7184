#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/strbuf.h"
#include "base/topic.h"
#include "plan/plan.h"
#include "support/check.h"
#include "support/config_text.h"
#include "support/conformance.h"
#include "support/mem_failing.h"

#define DEVICE "arn:aws:iam::111122223333:mfa/fohte"
#define ROLE   "arn:aws:iam::444455556666:role/"

/* The company of SPEC 1: one key, one device, a role for each account. */
#define COMPANY                                                 \
	"[profile custodian]\nmfa_serial = " DEVICE "\n"        \
	"[profile testing]\nrole_arn = " ROLE "Dev\n"           \
	"source_profile = custodian\nregion = eu-west-1\n"      \
	"[profile long]\nrole_arn = " ROLE "Long\n"             \
	"source_profile = custodian\nduration_seconds = 7200\n" \
	"[profile chain]\nrole_arn = " ROLE "Far\n"             \
	"source_profile = testing\n"                            \
	"[profile nomfa]\n"                                     \
	"[profile easy]\nrole_arn = " ROLE "Easy\n"             \
	"source_profile = nomfa\n"

struct example {
	const char *config;
	const char *credentials;
	struct plan_options options;
	const char *environment[4];
	const char *shown; /* or the error's text */
};

static void show_step(const struct step *s, struct strbuf *out)
{
	strbuf_printf(out, "%s %s", step_action(s->kind), s->profile);
	if (s->source)
		strbuf_printf(out, " by %s", s->source);
	if (s->role_arn)
		strbuf_printf(out, " %s", strrchr(s->role_arn, '/') + 1);
	if (s->mfa_serial)
		strbuf_puts(out, " code");
	if (s->duration > 0)
		strbuf_printf(out, " %" PRId64 " (%s)", s->duration, s->why);
	if (s->keys)
		strbuf_printf(out, " keys of %s", s->keys->name);
	strbuf_puts(out, "\n");
}

static void show(const struct plan *plan, struct strbuf *out)
{
	for (size_t i = 0; i < plan->n_steps; i++)
		show_step(&plan->steps[i], out);
	for (size_t i = 0; i < plan->n_warnings; i++)
		strbuf_printf(out, "warning: %s\n", plan->warnings[i]);
	for (size_t i = 0; i < plan->n_notes; i++)
		strbuf_printf(out, "note: %s\n", plan->notes[i]);
}

static bool make(const struct example *e, struct config_text *t,
		 struct plan *plan, struct error *err)
{
	const char *const *environment = e->environment;
	struct plan_options options = e->options;

	/* environ has no const of its own; nobody writes to it. */
	memcpy(&options.environment, &environment, sizeof(environment));
	return config_text_read(t, e->config, e->credentials, err) &&
	       plan_make(t->config, &options, t->arena, plan, err);
}

/* For examples that say how a plan is made, and not if. */
static void must_make(const struct example *e, struct config_text *t,
		      struct plan *plan)
{
	struct error err = { 0 };

	if (make(e, t, plan, &err))
		return;
	fail_msg("%s", err.text);
	abort(); /* which fail_msg() does, but does not declare */
}

static void check(const struct example *examples, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct strbuf out = strbuf_with_max(8192);
		struct config_text t;
		struct plan plan;
		struct error err = { 0 };

		if (make(&examples[i], &t, &plan, &err))
			show(&plan, &out);
		else
			strbuf_puts(&out, err.text);
		assert_string_equal(strbuf_text(&out), examples[i].shown);
		strbuf_clear(&out);
		config_text_clear(&t);
	}
}

#define CHECK(table) check(table, sizeof(table) / sizeof((table)[0]))

#define LENT "note: mfa_serial is that of source profile custodian\n"

static void one_code_serves_every_role_of_a_device(void **state)
{
	static const struct example examples[] = {
		{ .config = COMPANY,
		  .options = { .profile = "testing" },
		  .shown = "StoredKey custodian\n"
			   "GetSessionToken custodian by custodian code 43200 "
			   "(default)\n"
			   "AssumeRole testing by custodian Dev 3600 "
			   "(default)\n" LENT },
		{ .config = COMPANY,
		  .options = { .profile = "chain", .duration = 1800 },
		  .shown =
			  "StoredKey custodian\n"
			  "GetSessionToken custodian by custodian code 43200 "
			  "(default)\n"
			  "AssumeRole testing by custodian Dev 3600 (default)\n"
			  "AssumeRole chain by testing Far 1800 (-d)\n" LENT },
		{ .config = COMPANY,
		  .options = { .profile = "custodian", .duration = 7200 },
		  .shown = "StoredKey custodian\n"
			   "GetSessionToken custodian by custodian code 7200 "
			   "(-d)\n" },
		{ .config = COMPANY,
		  .options = { .profile = "testing",
			       .session_duration = 28800,
			       .role_duration = 1200 },
		  .shown = "StoredKey custodian\n"
			   "GetSessionToken custodian by custodian code 28800 "
			   "(session_duration)\n"
			   "AssumeRole testing by custodian Dev 1200 "
			   "(role_duration)\n" LENT },
		{ .config = COMPANY,
		  .options = { .profile = "testing",
			       .session_duration = 28800,
			       .role_duration = 1200 },
		  .environment = { "AWS_SESSION_TOKEN_TTL=1h",
				   "AWS_ASSUME_ROLE_TTL=15m" },
		  .shown = "StoredKey custodian\n"
			   "GetSessionToken custodian by custodian code 3600 "
			   "(AWS_SESSION_TOKEN_TTL)\n"
			   "AssumeRole testing by custodian Dev 900 "
			   "(AWS_ASSUME_ROLE_TTL)\n" LENT },
	};

	(void)state;
	CHECK(examples);
}

#define DIRECT                                                              \
	") is more than AWS's 1 hour for chained roles: the role is taken " \
	"straight from the key, with a code of its own and no "             \
	"GetSessionToken\n"

static void a_long_role_is_taken_straight_from_the_key(void **state)
{
	static const struct example examples[] = {
		{ .config = COMPANY,
		  .options = { .profile = "long" },
		  .shown = "StoredKey custodian\n"
			   "AssumeRole long by custodian Long code 7200 "
			   "(duration_seconds of profile long)\n"
			   "note: 2h (duration_seconds of profile long" DIRECT
				   LENT },
		{ .config = COMPANY,
		  .options = { .profile = "testing", .duration = 43200 },
		  .shown = "StoredKey custodian\n"
			   "AssumeRole testing by custodian Dev code 43200 "
			   "(-d)\nnote: 12h (-d" DIRECT LENT },
		{ .config = COMPANY,
		  .options = { .profile = "easy", .role_duration = 7200 },
		  .shown = "StoredKey nomfa\n"
			   "AssumeRole easy by nomfa Easy 7200 "
			   "(role_duration)\n" },
		{ .config = COMPANY,
		  .options = { .profile = "chain", .duration = 7200 },
		  .shown =
			  "StoredKey custodian\n"
			  "GetSessionToken custodian by custodian code 43200 "
			  "(default)\n"
			  "AssumeRole testing by custodian Dev 3600 (default)\n"
			  "AssumeRole chain by testing Far 3600 (AWS's 1 hour "
			  "for chained roles)\n"
			  "warning: the role of profile chain is cut from 2h "
			  "(-d) to AWS's 1 hour for chained roles\n" LENT },
	};

	(void)state;
	CHECK(examples);
}

static void without_a_session_the_code_goes_with_the_first_role(void **state)
{
	static const struct example examples[] = {
		{ .config = COMPANY,
		  .options = { .profile = "chain", .no_session = true },
		  .shown = "StoredKey custodian\n"
			   "AssumeRole testing by custodian Dev code 3600 "
			   "(default)\n"
			   "AssumeRole chain by testing Far 3600 "
			   "(default)\n" LENT },
		{ .config = COMPANY,
		  .options = { .profile = "custodian", .no_session = true },
		  .shown = "StoredKey custodian\n"
			   "warning: --no-session: profile custodian gives out "
			   "its long-lived key\n"
			   "note: the MFA device " DEVICE
			   " is not used: no step of this plan takes a "
			   "code\n" },
		{ .config = COMPANY,
		  .options = { .profile = "nomfa" },
		  .shown = "StoredKey nomfa\n"
			   "GetSessionToken nomfa by nomfa 43200 (default)\n"
			   "warning: no MFA device of profile nomfa is known, "
			   "and AWS refuses IAM calls with a session without "
			   "MFA: set mfa_serial, or use --no-session\n" },
	};

	(void)state;
	CHECK(examples);
}

#define KEYS                                         \
	"aws_access_key_id = AKIAIOSFODNN7EXAMPLE\n" \
	"aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n"

static void static_keys_are_a_source(void **state)
{
	static const struct example examples[] = {
		{ .config = "[profile r]\nrole_arn = " ROLE "R\n"
			    "source_profile = k\n[profile k]\n" KEYS,
		  .options = { .profile = "r" },
		  .shown = "StoredKey k keys of k\n"
			   "AssumeRole r by k R 3600 (default)\n" },
		{ .config = "[profile r]\nrole_arn = " ROLE "R\n"
			    "source_profile = r\nmfa_serial = " DEVICE "\n",
		  .credentials = "[r]\n" KEYS,
		  .options = { .profile = "r" },
		  .shown = "StoredKey r keys of r\n"
			   "GetSessionToken r by r code 43200 (default)\n"
			   "AssumeRole r by r R 3600 (default)\n" },
		/* a source's keys beat its role */
		{ .config = COMPANY,
		  .credentials = "[testing]\n" KEYS,
		  .options = { .profile = "chain" },
		  .shown = "StoredKey testing keys of testing\n"
			   "AssumeRole chain by testing Far 3600 (default)\n" },
		/* the selected profile's do not */
		{ .config = COMPANY,
		  .credentials = "[easy]\n" KEYS,
		  .options = { .profile = "easy" },
		  .shown = "StoredKey nomfa\n"
			   "AssumeRole easy by nomfa Easy 3600 (default)\n" },
		/* a session's: AWS takes no code and an hour at most */
		{ .config = "[profile r]\nrole_arn = " ROLE "R\n"
			    "mfa_serial = " DEVICE "\nsource_profile = k\n",
		  .credentials = "[k]\n" KEYS "aws_session_token = TOKEN\n",
		  .options = { .profile = "r", .duration = 7200 },
		  .shown = "StaticKey k keys of k\n"
			   "AssumeRole r by k R 3600 (AWS's 1 hour for chained "
			   "roles)\n"
			   "warning: the role of profile r is cut from 2h (-d) "
			   "to AWS's 1 hour for chained roles\n"
			   "note: the MFA device " DEVICE
			   " is not used: no step of this plan takes a "
			   "code\n" },
		{ .credentials = "[k]\n" KEYS "aws_session_token = TOKEN\n",
		  .options = { .profile = "k" },
		  .shown = "StaticKey k keys of k\n" },
		{ .credentials = "\n[k]\naws_access_key_id = x\n",
		  .options = { .profile = "k" },
		  .shown = "credentials:3: profile k has no "
			   "aws_secret_access_key" },
		{ .config = "[profile k]\naws_secret_access_key = x\n"
			    "aws_access_key_id =\n",
		  .options = { .profile = "k" },
		  .shown = "config:2: profile k has no aws_access_key_id" },
	};

	(void)state;
	CHECK(examples);
}

static const struct example sources[] = {
	{ .config = "[profile p]\ncredential_process = x\n",
	  .options = { .profile = "p" },
	  .shown = "Process p\n" },
	/* a process may give a long-lived key: a code can go with it */
	{ .config = "[profile p]\ncredential_process = x\n"
		    "[profile r]\nrole_arn = " ROLE "R\n"
		    "source_profile = p\nmfa_serial = " DEVICE "\n",
	  .options = { .profile = "r" },
	  .shown = "Process p\n"
		   "AssumeRole r by p R code 3600 (default)\n" },
	{ .config = "[profile r]\nrole_arn = " ROLE "R\n"
		    "credential_source = Environment\n",
	  .options = { .profile = "r" },
	  .shown = "Environment r\n"
		   "AssumeRole r by r R 3600 (default)\n" },
	{ .config = "[profile r]\nrole_arn = " ROLE "R\n"
		    "credential_source = Ec2InstanceMetadata\n"
		    "duration_seconds = 7200\n",
	  .options = { .profile = "r" },
	  .shown = "Ec2InstanceMetadata r\n"
		   "AssumeRole r by r R 3600 (AWS's 1 hour for chained "
		   "roles)\n"
		   "warning: the role of profile r is cut from 2h "
		   "(duration_seconds of profile r) to AWS's 1 hour "
		   "for chained roles\n" },
	{ .config = "[profile r]\ncredential_source = EcsContainer\n",
	  .options = { .profile = "r" },
	  .shown = "EcsContainer r\n" },
	{ .config = "[profile w]\nrole_arn = " ROLE "W\n"
		    "web_identity_token_file = /t\n"
		    "[profile r]\nrole_arn = " ROLE "R\n"
		    "source_profile = w\n",
	  .options = { .profile = "r" },
	  .shown = "AssumeRoleWithWebIdentity w W 3600 (default)\n"
		   "AssumeRole r by w R 3600 (default)\n" },
	{ .config = "[profile s]\nsso_session = x\n"
		    "sso_account_id = 1\nsso_role_name = n\n"
		    "[sso-session x]\nsso_region = r\n"
		    "sso_start_url = u\n",
	  .options = { .profile = "s" },
	  .shown = "SSO s\n" },
	{ .config = "[profile l]\nlogin_session = x\n",
	  .options = { .profile = "l" },
	  .shown = "Login l\n" },
	/* without a role the source's credentials are the profile's */
	{ .config = "[profile a]\nsource_profile = b\nregion = x\n"
		    "[profile b]\ncredential_process = y\n",
	  .options = { .profile = "a" },
	  .shown = "Process b\n" },
	/* botocore's order */
	{ .config = "[profile p]\ncredential_process = x\n" KEYS,
	  .options = { .profile = "p" },
	  .shown = "Process p\n" },
	{ .config = "[profile p]\ncredential_process = x\n",
	  .credentials = "[p]\n" KEYS "aws_session_token = T\n",
	  .options = { .profile = "p" },
	  .shown = "StaticKey p keys of p\n" },
};

static void other_sources_are_steps(void **state)
{
	(void)state;
	CHECK(sources);
}

static const struct example nowhere[] = {
	{ .config = "[profile r]\nrole_arn = " ROLE "R\n",
	  .options = { .profile = "r" },
	  .shown = "config:2: role_arn: profile r needs a "
		   "source_profile or a credential_source" },
	{ .config = "[profile r]\nrole_arn = " ROLE "R\n"
		    "source_profile = x\ncredential_source = y\n",
	  .options = { .profile = "r" },
	  .shown = "config:4: credential_source: profile r has a "
		   "source_profile, too" },
	{ .config = "[profile r]\nrole_arn = " ROLE "R\n"
		    "credential_source = environment\n",
	  .options = { .profile = "r" },
	  .shown = "config:3: credential_source: \"environment\" is "
		   "not Environment, Ec2InstanceMetadata or "
		   "EcsContainer" },
	{ .config = "[profile a]\nrole_arn = " ROLE "R\n"
		    "source_profile = b\n[profile b]\n"
		    "role_arn = " ROLE "R\nsource_profile = a\n",
	  .options = { .profile = "a" },
	  .shown = "config:6: source_profile: goes in a circle: "
		   "a -> b -> a" },
	{ .config = "[profile z]\nsource_profile = a\n"
		    "[profile a]\nsource_profile = b\n"
		    "[profile b]\nsource_profile = a\n",
	  .options = { .profile = "z" },
	  .shown = "config:6: source_profile: goes in a circle: "
		   "a -> b -> a" },
	{ .config = "[profile r]\nrole_arn = " ROLE "R\n"
		    "source_profile = custodain\n"
		    "[profile custodian]\n",
	  .options = { .profile = "r" },
	  .shown = "config:3: source_profile: no profile "
		   "\"custodain\"; did you mean \"custodian\"?" },
	{ .config = "[profile r]\nrole_arn = no\nsource_profile = r\n",
	  .options = { .profile = "r" },
	  .shown = "config:2: role_arn: \"no\" is no ARN of a role" },
	{ .config = "[profile r]\nweb_identity_token_file = t\n",
	  .options = { .profile = "r" },
	  .shown = "config:2: web_identity_token_file: profile r has "
		   "no role_arn" },
	{ .config = "[profile s]\nsso_account_id = 1\n"
		    "sso_region = r\nsso_start_url = u\n",
	  .options = { .profile = "s" },
	  .shown = "config:2: sso_account_id: there is no "
		   "sso_role_name" },
	{ .config = "[profile s]\nsso_session = x\n",
	  .options = { .profile = "s" },
	  .shown = "config:2: sso_session: no [sso-session x]" },
	{ .config = "[profile s]\nsso_session = x\nsso_region = r\n"
		    "[sso-session x]\nsso_region = q\n"
		    "sso_start_url = u\n",
	  .options = { .profile = "s" },
	  .shown = "config:3: sso_region: config:5 says another" },
	{ .config = "[profile s]\nsso_start_url = u\n",
	  .options = { .profile = "s" },
	  .shown = "profile s has no sso_region" },
	{ .config = "[profile testing]\n",
	  .options = { .profile = "tesing" },
	  .shown = "no profile \"tesing\"; did you mean "
		   "\"testing\"?" },
};

static void refuses_a_chain_that_leads_nowhere(void **state)
{
	(void)state;
	CHECK(nowhere);
}

static void account_and_role_name_make_an_arn(void **state)
{
	static const char config[] = "[profile r]\naws_account_id = "
				     "444455556666\nrole_name = p/Dev\n"
				     "source_profile = r\n";
	static const struct example chinese = {
		.config = config,
		.options = { .profile = "r", .region = "cn-north-1" },
	};
	static const struct example wrong[] = {
		{ .config = "[profile r]\nrole_name = Dev\n",
		  .options = { .profile = "r" },
		  .shown = "config:2: role_name: there is no "
			   "aws_account_id" },
		{ .config = "[profile r]\nrole_name = Dev\n"
			    "aws_account_id = alias\nsource_profile = r\n",
		  .options = { .profile = "r" },
		  .shown = "config:3: aws_account_id: "
			   "arn:aws:iam::alias:role/Dev is no role" },
		{ .config = "[profile r]\nrole_name = Dev\n"
			    "aws_account_id = 1\nrole_arn = " ROLE "Other\n"
			    "source_profile = r\n",
		  .options = { .profile = "r" },
		  .shown = "StoredKey r\n"
			   "AssumeRole r by r Other 3600 (default)\n" },
	};
	struct config_text t;
	struct plan plan;

	(void)state;
	CHECK(wrong);
	must_make(&chinese, &t, &plan);
	assert_string_equal(plan.steps[1].role_arn,
			    "arn:aws-cn:iam::444455556666:role/p/Dev");
	assert_string_equal(plan.account, "444455556666");
	config_text_clear(&t);
}

static void the_words_of_a_role_go_with_it(void **state)
{
	static const struct example e = {
		.config = "[profile a]\nrole_arn = " ROLE "A\n"
			  "source_profile = b\nrole_session_name = an\n"
			  "external_id = a:id\nsource_identity = ai\n"
			  "session_tags = k = v, l = w\n"
			  "transitive_session_tags = k, l\n"
			  "rolekey_policy_arns = "
			  "arn:aws:iam::aws:policy/ReadOnlyAccess\n"
			  "rolekey_expect_account = 444455556666\n"
			  "rolekey_confirm = true\n"
			  "[profile b]\nrole_arn = " ROLE "B\n"
			  "source_profile = b\nrole_session_name = bn\n",
		.options = { .profile = "a" },
		.environment = { "AWS_ROLE_SESSION_NAME=en",
				 "AWS_SESSION_TAGS=x=y", "AWS_MFA_SERIAL=" },
	};
	struct config_text t;
	struct plan plan;

	(void)state;
	must_make(&e, &t, &plan);
	assert_int_equal(plan.n_steps, 3);
	assert_string_equal(plan.steps[1].session_name, "bn");
	assert_null(plan.steps[1].session_tags);
	assert_string_equal(plan.steps[2].session_name, "en");
	assert_string_equal(plan.steps[2].external_id, "a:id");
	assert_string_equal(plan.steps[2].source_identity, "ai");
	assert_string_equal(plan.steps[2].session_tags, "x=y");
	assert_string_equal(plan.steps[2].transitive_tags, "k, l");
	assert_string_equal(plan.steps[2].policy_arns,
			    "arn:aws:iam::aws:policy/ReadOnlyAccess");
	assert_string_equal(plan.expect_account, "444455556666");
	assert_true(plan.confirm);
	assert_null(plan.mfa_serial);
	assert_false(plan.steps[0].cached);
	assert_true(plan.steps[1].cached && plan.steps[2].cached);
	assert_null(plan.steps[0].endpoint.url);
	assert_string_equal(plan.steps[2].endpoint.url,
			    "https://sts.amazonaws.com");
	config_text_clear(&t);
}

#define LOOP(line) \
	"[profile r]\nrole_arn = " ROLE "R\nsource_profile = r\n" line "\n"

static const struct example refused_words[] = {
	{ .config = LOOP("role_session_name = x"),
	  .options = { .profile = "r" },
	  .shown = "config:4: role_session_name: must be 2 to 64 "
		   "characters long" },
	{ .config = LOOP("role_session_name = a b"),
	  .options = { .profile = "r" },
	  .shown = "config:4: role_session_name: \"a b\" has more "
		   "than letters, digits and _+=,.@-" },
	{ .config = LOOP("external_id = a!b"),
	  .options = { .profile = "r" },
	  .shown = "config:4: external_id: \"a!b\" has more than "
		   "letters, digits and _+=,.@:/-" },
	{ .config = LOOP("mfa_serial = short"),
	  .options = { .profile = "r" },
	  .shown = "config:4: mfa_serial: must be 9 to 256 characters "
		   "long" },
	{ .config = LOOP("session_tags = a"),
	  .options = { .profile = "r" },
	  .shown = "config:4: session_tags: \"a\" is no KEY=VALUE" },
	{ .config = LOOP("rolekey_policy_arns = a, b"),
	  .options = { .profile = "r" },
	  .shown = "config:4: rolekey_policy_arns: \"a\" is no ARN" },
	{ .config = LOOP("duration_seconds = 899"),
	  .options = { .profile = "r" },
	  .shown = "config:4: duration_seconds: 14m59s is not from 15m "
		   "to 12h, AWS's limits" },
	{ .config = LOOP("duration_seconds = x"),
	  .options = { .profile = "r" },
	  .shown = "config:4: duration_seconds: \"x\" is no "
		   "duration" },
	{ .config = LOOP(""),
	  .options = { .profile = "r", .duration = 43201 },
	  .shown = "-d: 12h is not from 15m to 12h, AWS's limits" },
	{ .config = "[profile k]\n",
	  .options = { .profile = "k", .session_duration = 129601 },
	  .shown = "session_duration: 36h is not from 15m to 36h, "
		   "AWS's limits" },
	{ .config = "[profile k]\n",
	  .options = { .profile = "k" },
	  .environment = { "AWS_SESSION_TOKEN_TTL=x" },
	  .shown = "AWS_SESSION_TOKEN_TTL: \"x\" is no duration" },
	{ .config = LOOP(""),
	  .options = { .profile = "r" },
	  .environment = { "AWS_ROLE_SESSION_NAME=a/b" },
	  .shown = "AWS_ROLE_SESSION_NAME: \"a/b\" has more than "
		   "letters, digits and _+=,.@-" },
	{ .config = LOOP("rolekey_expect_account = 12"),
	  .options = { .profile = "r" },
	  .shown = "config:4: rolekey_expect_account: \"12\" is no "
		   "account" },
	{ .config = LOOP("rolekey_confirm = maybe"),
	  .options = { .profile = "r" },
	  .shown = "config:4: rolekey_confirm: \"maybe\" is neither "
		   "true nor false" },
};

static void refuses_words_that_aws_would_refuse(void **state)
{
	(void)state;
	CHECK(refused_words);
}

static void only_the_command_line_is_wrong_usage(void **state)
{
	static const struct example flag = {
		.config = LOOP(""), .options = { .profile = "r", .duration = 1 }
	};
	static const struct example line = {
		.config = LOOP("duration_seconds = 1"),
		.options = { .profile = "r" },
	};
	struct config_text t;
	struct plan plan;
	struct error err = { 0 };

	(void)state;
	assert_false(make(&flag, &t, &plan, &err));
	assert_int_equal(err.code, ERROR_USAGE);
	config_text_clear(&t);
	assert_false(make(&line, &t, &plan, &err));
	assert_int_equal(err.code, ERROR_CONFIG);
	config_text_clear(&t);
}

static void the_nearest_word_about_the_device_counts(void **state)
{
	static const char config[] =
		"[profile k]\nmfa_serial = device-of-k\nmfa_process = code-k\n"
		"[profile r]\nrole_arn = " ROLE "R\nsource_profile = k\n"
		"mfa_serial = device-of-r\n"
		"[profile s]\ninclude_profile = r\nrole_arn = " ROLE "S\n";
	static const struct {
		struct example example;
		const char *serial;
		const char *from;
		size_t n_notes;
	} examples[] = {
		{ { .config = config, .options = { .profile = "k" } },
		  "device-of-k",
		  "profile k",
		  0 },
		{ { .config = config, .options = { .profile = "r" } },
		  "device-of-r",
		  "profile r",
		  1 },
		{ { .config = config, .options = { .profile = "s" } },
		  "device-of-r",
		  "profile r",
		  1 },
		{ { .config = config,
		    .options = { .profile = "r" },
		    .environment = { "AWS_MFA_SERIAL=device-of-e" } },
		  "device-of-e",
		  "AWS_MFA_SERIAL",
		  1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		struct config_text t;
		struct plan plan;

		must_make(&examples[i].example, &t, &plan);
		assert_string_equal(plan.mfa_serial, examples[i].serial);
		assert_string_equal(plan.mfa_from, examples[i].from);
		assert_string_equal(plan.mfa_process, "code-k");
		assert_int_equal(plan.n_notes, examples[i].n_notes);
		assert_string_equal(plan.steps[1].mfa_serial,
				    examples[i].serial);
		config_text_clear(&t);
	}
}

static void the_region_is_the_selected_profiles(void **state)
{
	static const char config[] = "[default]\nregion = eu-north-1\n"
				     "[profile k]\nregion = us-west-2\n"
				     "[profile r]\nrole_arn = " ROLE "R\n"
				     "source_profile = k\n"
				     "[profile q]\ninclude_profile = r\n"
				     "region = eu-west-3\n";
	static const struct {
		struct example example;
		const char *region;
		const char *from;
		size_t n_notes;
	} examples[] = {
		{ { .config = config, .options = { .profile = "r" } },
		  "eu-north-1",
		  "[default]",
		  1 },
		{ { .config = config, .options = { .profile = "q" } },
		  "eu-west-3",
		  "profile q",
		  0 },
		{ { .config = config,
		    .options = { .profile = "q" },
		    .environment = { "AWS_DEFAULT_REGION=eu-west-1" } },
		  "eu-west-1",
		  "AWS_DEFAULT_REGION",
		  0 },
		{ { .config = config,
		    .options = { .profile = "q" },
		    .environment = { "AWS_DEFAULT_REGION=eu-west-1",
				     "AWS_REGION=eu-west-2" } },
		  "eu-west-2",
		  "AWS_REGION",
		  0 },
		{ { .config = config,
		    .options = { .profile = "q", .region = "ap-south-1" },
		    .environment = { "AWS_REGION=eu-west-2" } },
		  "ap-south-1",
		  "--region",
		  0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		struct config_text t;
		struct plan plan;

		must_make(&examples[i].example, &t, &plan);
		assert_string_equal(plan.region, examples[i].region);
		assert_string_equal(plan.region_from, examples[i].from);
		assert_int_equal(plan.n_notes, examples[i].n_notes);
		assert_string_equal(plan.steps[1].region, examples[i].region);
		assert_string_equal(plan.sts.signing_region,
				    examples[i].region);
		config_text_clear(&t);
	}
}

#define SERVICES "[services s]\nsts =\n endpoint_url = http://services\n"
#define URLS                                                      \
	"[profile r]\nrole_arn = " ROLE "R\nsource_profile = k\n" \
	"endpoint_url = http://profile\nregion = eu-west-1\n"     \
	"[profile k]\nendpoint_url = http://source\n"

static const struct {
	struct example example;
	const char *sts;
	const char *iam;
} endpoints[] = {
	{ { .config = URLS, .options = { .profile = "r" } },
	  "http://profile",
	  "http://profile" },
	{ { .config = "[profile r]\nservices = s\n"
		      "endpoint_url = http://profile\n" SERVICES,
	    .options = { .profile = "r" } },
	  "http://services",
	  "http://profile" },
	{ { .config = "[profile r]\nservices = s\n" SERVICES,
	    .options = { .profile = "r" },
	    .environment = { "AWS_ENDPOINT_URL=http://all",
			     "AWS_ENDPOINT_URL_IAM=http://iam" } },
	  "http://all",
	  "http://iam" },
	{ { .config = URLS,
	    .options = { .profile = "r" },
	    .environment = { "AWS_ENDPOINT_URL_STS=http://sts/" } },
	  "http://sts",
	  "http://profile" },
	{ { .config = URLS,
	    .options = { .profile = "r" },
	    .environment = { "AWS_ENDPOINT_URL_STS=http://sts/",
			     "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS="
			     "true" } },
	  "https://sts.eu-west-1.amazonaws.com",
	  "https://iam.amazonaws.com" },
	{ { .config = "[profile r]\nregion = eu-west-1\n"
		      "sts_regional_endpoints = legacy\n",
	    .options = { .profile = "r" } },
	  "https://sts.amazonaws.com",
	  "https://iam.amazonaws.com" },
	{ { .config = "[profile r]\nregion = eu-west-1\n"
		      "use_fips_endpoint = true\n"
		      "use_dualstack_endpoint = true\n",
	    .options = { .profile = "r" },
	    .environment = { "AWS_USE_DUALSTACK_ENDPOINT=false" } },
	  "https://sts-fips.eu-west-1.amazonaws.com",
	  "https://iam-fips.amazonaws.com" },
	/* without a region, the role's partition says where */
	{ { .config = "[profile r]\nrole_arn = "
		      "arn:aws-cn:iam::444455556666:role/R\n"
		      "source_profile = r\n",
	    .options = { .profile = "r" } },
	  "https://sts.cn-northwest-1.amazonaws.com.cn",
	  "https://iam.cn-north-1.amazonaws.com.cn" },
};

static void the_endpoint_is_the_nearest_that_is_said(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(endpoints) / sizeof(endpoints[0]); i++) {
		struct config_text t;
		struct plan plan;

		must_make(&endpoints[i].example, &t, &plan);
		assert_string_equal(plan.sts.url, endpoints[i].sts);
		assert_string_equal(plan.iam.url, endpoints[i].iam);
		config_text_clear(&t);
	}
}

static void refuses_endpoints_that_cannot_be(void **state)
{
	static const struct example examples[] = {
		{ .config = "[profile r]\nendpoint_url = http://x\n"
			    "use_fips_endpoint = true\n",
		  .options = { .profile = "r" },
		  .shown = "config:2: endpoint_url: FIPS and the custom "
			   "endpoint http://x exclude each other" },
		{ .config = "[profile r]\nuse_dualstack_endpoint = true\n",
		  .options = { .profile = "r" },
		  .environment = { "AWS_ENDPOINT_URL_STS=http://x" },
		  .shown = "AWS_ENDPOINT_URL_STS: dual-stack and the custom "
			   "endpoint http://x exclude each other" },
		{ .config = "[profile r]\nregion = eu west\n",
		  .options = { .profile = "r" },
		  .shown = "config:2: region: \"eu west\" is no region" },
		{ .config = "[profile r]\nservices = s\n",
		  .options = { .profile = "r" },
		  .shown = "config:2: services: no [services s]" },
		{ .config = "[profile r]\nuse_fips_endpoint = ja\n",
		  .options = { .profile = "r" },
		  .shown = "config:2: use_fips_endpoint: \"ja\" is neither "
			   "true nor false" },
		{ .config = "[profile r]\n",
		  .options = { .profile = "r" },
		  .environment = { "AWS_STS_REGIONAL_ENDPOINTS=x" },
		  .shown = "AWS_STS_REGIONAL_ENDPOINTS: \"x\" is neither "
			   "regional nor legacy" },
	};

	(void)state;
	CHECK(examples);
}

static void endpoints_need_no_profile(void **state)
{
	static const char *const names[] = { "new", "known" };
	static const char *const regions[] = { "eu-north-1", "eu-west-1" };
	struct config_text t;
	struct error err = { 0 };

	(void)state;
	assert_true(config_text_read(&t,
				     "[default]\nregion = eu-north-1\n"
				     "[profile known]\nregion = eu-west-1\n",
				     NULL, &err));
	for (size_t i = 0; i < 2; i++) {
		const struct plan_options options = { .profile = names[i] };
		struct plan plan;

		assert_true(plan_endpoints(t.config, &options, t.arena, &plan,
					   &err));
		assert_string_equal(plan.region, regions[i]);
		assert_string_equal(plan.sts.signing_region, regions[i]);
		assert_string_equal(plan.iam.url, "https://iam.amazonaws.com");
		assert_int_equal(plan.n_steps, 0);
	}
	config_text_clear(&t);
}

#define LONG 500

static void follows_a_chain_of_any_length(void **state)
{
	char *text = malloc((size_t)(LONG + 1) * 128);
	struct example e = { .config = text, .options = { .profile = "p0" } };
	struct config_text t;
	struct plan plan;
	size_t len = 0;

	(void)state;
	assert_non_null(text);
	for (int i = 0; i < LONG; i++)
		len += (size_t)snprintf(text + len, 128,
					"[profile p%d]\nrole_arn = " ROLE
					"R%d\nsource_profile = p%d\n",
					i, i, i + 1);
	(void)snprintf(text + len, 128, "[profile p%d]\n", LONG);
	must_make(&e, &t, &plan);
	assert_int_equal(plan.n_steps, LONG + 1);
	assert_string_equal(plan.steps[0].profile, "p500");
	assert_string_equal(plan.steps[1].profile, "p499");
	assert_string_equal(plan.steps[LONG].role_arn, ROLE "R0");
	config_text_clear(&t);
	free(text);
}

static void survives_any_allocation_failing(void **state)
{
	static const struct example examples[] = {
		{ .config = COMPANY SERVICES
		  "[profile x]\nservices = s\ninclude_profile = chain\n",
		  .credentials = "[default]\nregion = eu-west-1\n",
		  .options = { .profile = "x", .duration = 7200 } },
		{ .config = COMPANY,
		  .options = { .profile = "long" },
		  .environment = { "AWS_REGION=eu-west-1" } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		bool done = false;

		for (long n = 0; !done; n++) {
			struct config_text t;
			struct plan plan;
			struct error err = { 0 };

			mem_fail_after(n);
			done = make(&examples[i], &t, &plan, &err);
			assert_true(done != mem_has_failed());
			assert_true(done || err.code == ERROR_MEMORY);
			mem_fail_after(-1);
			config_text_clear(&t);
		}
	}
}

/* --- the SDKs' cases of chains ------------------------------------------- */

static void write_sections(struct strbuf *out, json_t *sections,
			   const char *word)
{
	const char *name;
	const char *key;
	json_t *section;
	json_t *value;

	if (!sections)
		return;
	json_object_foreach(sections, name, section)
	{
		strbuf_printf(out, "[%s %s]\n", word, name);
		json_object_foreach(section, key, value) strbuf_printf(
			out, "%s = %s\n", key, json_string_value(value));
	}
}

static bool same_member(const json_t *want, const char *member, const char *got)
{
	const char *text = json_string_value(json_object_get(want, member));

	return !text || (got && strcmp(text, got) == 0);
}

static bool same_keys(const json_t *want, const struct step *got)
{
	return got->kind == STEP_STORED_KEY && got->keys &&
	       same_member(want, "access_key_id",
			   config_value(got->keys, "aws_access_key_id")->text);
}

/* One link of the expected chain: an object with the kind as its member. */
static bool same_step(const json_t *want, const struct step *got)
{
	const json_t *inner = json_object_get(want, "AssumeRole");

	if (inner)
		return got->kind == STEP_ASSUME_ROLE &&
		       same_member(inner, "role_arn", got->role_arn) &&
		       same_member(inner, "role_session_name",
				   got->session_name);
	inner = json_object_get(want, "AccessKey");
	if (inner)
		return same_keys(inner, got);
	inner = json_object_get(want, "WebIdentityToken");
	if (inner)
		return got->kind == STEP_WEB_IDENTITY &&
		       same_member(inner, "role_arn", got->role_arn);
	return json_object_get(want, "Sso") && got->kind == STEP_SSO;
}

static bool same_chain(const json_t *want, const struct plan *got)
{
	if (json_array_size(want) != got->n_steps)
		return false;
	for (size_t i = 0; i < got->n_steps; i++)
		if (!same_step(json_array_get(want, i), &got->steps[i]))
			return false;
	return true;
}

/*
 * A source without credentials of its own is where our stored keys come in:
 * what is an error for an SDK is the main way here.
 */
static bool differs_on_purpose(const json_t *one)
{
	const char *text = json_string_value(
		json_object_get(json_object_get(one, "output"), "Error"));

	return text && strstr(text, "did not contain credential information");
}

static bool agrees(const json_t *one)
{
	const json_t *input = json_object_get(one, "input");
	const json_t *chain =
		json_object_get(json_object_get(one, "output"), "ProfileChain");
	struct strbuf config = strbuf_with_max(65536);
	struct example e = { .options = { .no_session = true } };
	struct config_text t;
	struct plan plan;
	struct error err = { 0 };
	bool ok;

	write_sections(&config, json_object_get(input, "profiles"), "profile");
	write_sections(&config, json_object_get(input, "sso_sessions"),
		       "sso-session");
	e.config = strbuf_text(&config);
	e.options.profile =
		json_string_value(json_object_get(input, "selected_profile"));
	ok = make(&e, &t, &plan, &err);
	ok = chain ? ok && same_chain(chain, &plan)
		   : !ok && err.code == ERROR_CONFIG;
	config_text_clear(&t);
	strbuf_clear(&config);
	return ok;
}

static void agrees_with_the_chain_cases_of_the_sdks(void **state)
{
	size_t failed = 0;
	json_t *file;
	json_t *one;
	size_t i;

	(void)state;
	if (!conformance_is_here())
		skip();
	file = conformance_json("assume-role-chain/assume-role-tests.json");
	assert_non_null(file);
	json_array_foreach(file, i, one)
	{
		const char *docs =
			json_string_value(json_object_get(one, "docs"));

		if (differs_on_purpose(one))
			print_message("ours is another on purpose: %s\n", docs);
		else if (!agrees(one))
			print_error("%zu: %s\n", ++failed, docs);
	}
	print_message("%zu cases\n", i);
	assert_true(i > 0);
	assert_int_equal(failed, 0);
	json_decref(file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_code_serves_every_role_of_a_device),
		cmocka_unit_test(a_long_role_is_taken_straight_from_the_key),
		cmocka_unit_test(
			without_a_session_the_code_goes_with_the_first_role),
		cmocka_unit_test(static_keys_are_a_source),
		cmocka_unit_test(other_sources_are_steps),
		cmocka_unit_test(refuses_a_chain_that_leads_nowhere),
		cmocka_unit_test(account_and_role_name_make_an_arn),
		cmocka_unit_test(the_words_of_a_role_go_with_it),
		cmocka_unit_test(refuses_words_that_aws_would_refuse),
		cmocka_unit_test(only_the_command_line_is_wrong_usage),
		cmocka_unit_test(the_nearest_word_about_the_device_counts),
		cmocka_unit_test(the_region_is_the_selected_profiles),
		cmocka_unit_test(the_endpoint_is_the_nearest_that_is_said),
		cmocka_unit_test(refuses_endpoints_that_cannot_be),
		cmocka_unit_test(endpoints_need_no_profile),
		cmocka_unit_test(follows_a_chain_of_any_length),
		cmocka_unit_test(survives_any_allocation_failing),
		cmocka_unit_test(agrees_with_the_chain_cases_of_the_sdks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
