#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "examples.h"
#include "support/mem_failing.h"

#define LENT "note: inherited-key profile=custodian key=mfa_serial\n"

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

static void a_long_role_is_taken_straight_from_the_key(void **state)
{
	static const struct example examples[] = {
		{ .config = COMPANY,
		  .options = { .profile = "long" },
		  .shown = "StoredKey custodian\nAssumeRole long by custodian "
			   "Long code 7200 (duration_seconds of profile "
			   "long)\nnote: direct-role other=duration_seconds of "
			   "profile long number=7200\n" LENT },
		{ .config = COMPANY,
		  .options = { .profile = "testing", .duration = 43200 },
		  .shown = "StoredKey custodian\nAssumeRole testing by "
			   "custodian Dev code 43200 (-d)\nnote: direct-role "
			   "other=-d number=43200\n" LENT },
		{ .config = COMPANY,
		  .options = { .profile = "easy", .role_duration = 7200 },
		  .shown = "StoredKey nomfa\n"
			   "AssumeRole easy by nomfa Easy 7200 "
			   "(role_duration)\n" },
		{ .config = COMPANY,
		  .options = { .profile = "long", .one_hour = true },
		  .shown = "StoredKey custodian\n"
			   "GetSessionToken custodian by custodian code 43200 "
			   "(default)\n"
			   "AssumeRole long by custodian Long 3600 "
			   "(role_duration = auto: more was denied)\n" LENT },
		{ .config = COMPANY,
		  .options = { .profile = "chain", .duration = 7200 },
		  .shown = "StoredKey custodian\nGetSessionToken custodian by "
			   "custodian code 43200 (default)\nAssumeRole testing "
			   "by custodian Dev 3600 (default)\nAssumeRole chain "
			   "by testing Far 3600 (AWS's limit for chained "
			   "roles)\nwarning: role-cut profile=chain other=-d "
			   "number=7200\n" LENT },
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
		  .shown = "StoredKey custodian\nwarning: long-lived-key "
			   "profile=custodian\nnote: unused-device arn=" DEVICE
			   "\n" },
		{ .config = COMPANY,
		  .options = { .profile = "nomfa" },
		  .shown = "StoredKey nomfa\nGetSessionToken nomfa by nomfa "
			   "43200 (default)\nwarning: no-mfa-device "
			   "profile=nomfa\n" },
	};

	(void)state;
	CHECK(examples);
}

/* A list may go on in the next lines, and is shown in one. */
static void lists_may_be_continued(void **state)
{
	static const struct example e = {
		.config = "[profile a]\nrole_arn = " ROLE "A\n"
			  "source_profile = b\n"
			  "session_tags = Team=blue,\n  Cost=42\n"
			  "transitive_session_tags = Team,\n  Cost\n"
			  "rolekey_policy_arns = arn:aws:iam::aws:policy/A,\n"
			  "  arn:aws:iam::aws:policy/B\n"
			  "[profile b]\n",
		.options = { .profile = "a" },
	};
	struct config_text t;
	struct plan plan;

	(void)state;
	must_make(&e, &t, &plan);
	assert_string_equal(plan.steps[1].session_tags, "Team=blue, Cost=42");
	assert_string_equal(plan.steps[1].transitive_tags, "Team, Cost");
	assert_string_equal(plan.steps[1].policy_arns,
			    "arn:aws:iam::aws:policy/A, "
			    "arn:aws:iam::aws:policy/B");
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
	  .shown = "bad-length path=config key=role_session_name line=4 "
		   "number=2 of=64" },
	{ .config = LOOP("role_session_name = a b"),
	  .options = { .profile = "r" },
	  .shown = "bad-characters path=config key=role_session_name value=a b "
		   "expected=_+=,.@- line=4" },
	{ .config = LOOP("external_id = a!b"),
	  .options = { .profile = "r" },
	  .shown = "bad-characters path=config key=external_id value=a!b "
		   "expected=_+=,.@:/- line=4" },
	{ .config = LOOP("mfa_serial = short"),
	  .options = { .profile = "r" },
	  .shown = "bad-length path=config key=mfa_serial line=4 number=9 "
		   "of=256" },
	{ .config = LOOP("session_tags = a"),
	  .options = { .profile = "r" },
	  .shown = "bad-value path=config key=session_tags value=a expected=a "
		   "valid tag (KEY=VALUE) line=4" },
	{ .config = LOOP("session_tags = k=a,\n  b"),
	  .options = { .profile = "r" },
	  .shown = "bad-value path=config key=session_tags value=b expected=a "
		   "valid tag (KEY=VALUE) line=4" },
	{ .config = LOOP("session_tags = k=a#b"),
	  .options = { .profile = "r" },
	  .shown = "bad-value path=config key=session_tags value=k=a#b "
		   "expected=a valid tag (KEY=VALUE) line=4" },
	{ .config = LOOP("transitive_session_tags = a;b"),
	  .options = { .profile = "r" },
	  .shown = "bad-value path=config key=transitive_session_tags "
		   "value=a;b expected=a valid tag key line=4" },
	{ .config = LOOP("rolekey_policy_arns = a, b"),
	  .options = { .profile = "r" },
	  .shown = "bad-value path=config key=rolekey_policy_arns value=a "
		   "expected=a valid ARN line=4" },
	{ .config = LOOP("duration_seconds = 899"),
	  .options = { .profile = "r" },
	  .shown = "out-of-range path=config key=duration_seconds value=899 "
		   "expected=AWS allows 15m to 12h line=4" },
	{ .config = LOOP("duration_seconds = x"),
	  .options = { .profile = "r" },
	  .shown = "bad-value path=config key=duration_seconds value=x "
		   "expected=a valid duration (900, 90m, 1h30m, 12h) line=4" },
	{ .config = LOOP(""),
	  .options = { .profile = "r", .duration = 43201 },
	  .shown = "out-of-range key=-d value=43201 expected=AWS allows 15m to "
		   "12h" },
	{ .config = "[profile k]\n",
	  .options = { .profile = "k", .session_duration = 129601 },
	  .shown = "out-of-range key=session_duration value=129601 "
		   "expected=AWS allows 15m to 36h" },
	{ .config = "[profile k]\n",
	  .options = { .profile = "k" },
	  .environment = { "AWS_SESSION_TOKEN_TTL=x" },
	  .shown = "bad-value key=AWS_SESSION_TOKEN_TTL value=x expected=a "
		   "valid duration (900, 90m, 1h30m, 12h)" },
	{ .config = LOOP(""),
	  .options = { .profile = "r" },
	  .environment = { "AWS_ROLE_SESSION_NAME=a/b" },
	  .shown = "bad-characters key=AWS_ROLE_SESSION_NAME value=a/b "
		   "expected=_+=,.@-" },
	{ .config = LOOP("rolekey_expect_account = 12"),
	  .options = { .profile = "r" },
	  .shown = "bad-value path=config key=rolekey_expect_account value=12 "
		   "expected=a valid account (12 digits) line=4" },
	{ .config = LOOP("rolekey_confirm = maybe"),
	  .options = { .profile = "r" },
	  .shown = "bad-value path=config key=rolekey_confirm value=maybe "
		   "expected=true or false line=4" },
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
		"[profile s]\ninclude_profile = r\nrole_arn = " ROLE "S\n"
		"[profile t]\nrole_arn = " ROLE "T\nsource_profile = k\n"
		"[profile any]\nmfa_process = any-code\n"
		"[profile u]\nrole_arn = " ROLE "U\nsource_profile = any\n"
		"mfa_serial = device-of-u\n";
	static const struct {
		struct example example;
		const char *serial;
		const char *from;
		const char *process;
		size_t n_notes;
	} examples[] = {
		{ { .config = config, .options = { .profile = "k" } },
		  "device-of-k",
		  "profile k",
		  "code-k",
		  0 },
		{ { .config = config, .options = { .profile = "r" } },
		  "device-of-r",
		  "profile r",
		  NULL, /* k's process is for another device */
		  1 },
		{ { .config = config, .options = { .profile = "s" } },
		  "device-of-r",
		  "profile r",
		  NULL,
		  1 },
		{ { .config = config, .options = { .profile = "t" } },
		  "device-of-k",
		  "profile k",
		  "code-k",
		  2 },
		{ { .config = config, .options = { .profile = "u" } },
		  "device-of-u",
		  "profile u",
		  "any-code",
		  1 },
		{ { .config = config,
		    .options = { .profile = "r" },
		    .environment = { "AWS_MFA_SERIAL=device-of-e" } },
		  "device-of-e",
		  "AWS_MFA_SERIAL",
		  NULL,
		  1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		struct config_text t;
		struct plan plan;

		must_make(&examples[i].example, &t, &plan);
		assert_string_equal(plan.mfa_serial, examples[i].serial);
		assert_string_equal(plan.mfa_from, examples[i].from);
		assert_int_equal(plan.mfa_process != NULL,
				 examples[i].process != NULL);
		if (plan.mfa_process)
			assert_string_equal(plan.mfa_process,
					    examples[i].process);
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

#define GOV_DEVICE "arn:aws-us-gov:iam::111122223333:mfa/fohte"
#define CN_DEVICE  "arn:aws-cn:iam::111122223333:mfa/fohte"
#define EUROPE     "[default]\nregion = eu-north-1\n"
#define NORTH      "https://sts.eu-north-1.amazonaws.com"

/* The ARNs of a chain say where it is, if nothing else does. */
static void the_region_is_one_of_the_chains_partition(void **state)
{
	static const struct {
		struct example example;
		const char *region; /* NULL: none is known */
		const char *from;
		const char *sts;
	} examples[] = {
		/* the MFA device, of the profile or of its source */
		{ { .config = "[profile k]\nmfa_serial = " GOV_DEVICE "\n",
		    .options = { .profile = "k" } },
		  "us-gov-west-1",
		  "partition aws-us-gov",
		  "https://sts.us-gov-west-1.amazonaws.com" },
		{ { .config = EUROPE "[profile k]\nmfa_serial = " CN_DEVICE
				     "\n[profile r]\nrole_name = R\n"
				     "aws_account_id = 444455556666\n"
				     "source_profile = k\n",
		    .options = { .profile = "r" } },
		  "cn-northwest-1",
		  "partition aws-cn",
		  "https://sts.cn-northwest-1.amazonaws.com.cn" },
		{ { .config = EUROPE "[profile k]\n",
		    .options = { .profile = "k" },
		    .environment = { "AWS_MFA_SERIAL=" GOV_DEVICE } },
		  "us-gov-west-1",
		  "partition aws-us-gov",
		  "https://sts.us-gov-west-1.amazonaws.com" },
		/* [default] in that partition, and in another one */
		{ { .config = "[default]\nregion = us-gov-east-1\n"
			      "[profile k]\nmfa_serial = " GOV_DEVICE "\n",
		    .options = { .profile = "k" } },
		  "us-gov-east-1",
		  "[default]",
		  "https://sts.us-gov-east-1.amazonaws.com" },
		{ { .config = "[default]\nregion = cn-north-1\n"
			      "[profile k]\nmfa_serial = " DEVICE "\n",
		    .options = { .profile = "k" } },
		  "us-east-1",
		  "partition aws",
		  "https://sts.us-east-1.amazonaws.com" },
		{ { .config = EUROPE "[profile k]\nmfa_serial = " DEVICE "\n",
		    .options = { .profile = "k" } },
		  "eu-north-1",
		  "[default]",
		  NORTH },
		/* a role of each partition */
		{ { .config = EUROPE "[profile k]\n[profile r]\n"
				     "source_profile = k\nrole_arn = "
				     "arn:aws-eusc:iam::444455556666:role/R\n",
		    .options = { .profile = "r" } },
		  "eusc-de-east-1",
		  "partition aws-eusc",
		  "https://sts.eusc-de-east-1.amazonaws.eu" },
		{ { .config = EUROPE "[profile k]\n[profile r]\n"
				     "source_profile = k\nrole_arn = arn:aws-"
				     "iso-b:iam::444455556666:role/R\n",
		    .options = { .profile = "r" } },
		  "us-isob-east-1",
		  "partition aws-iso-b",
		  "https://sts.us-isob-east-1.sc2s.sgov.gov" },
		/* what is set counts, and without ARNs [default] does */
		{ { .config = EUROPE "[profile k]\nregion = us-gov-east-1\n"
				     "mfa_serial = " DEVICE "\n",
		    .options = { .profile = "k" } },
		  "us-gov-east-1",
		  "profile k",
		  "https://sts.us-gov-east-1.amazonaws.com" },
		{ { .config = EUROPE "[profile k]\nmfa_serial = GAHT12345678\n",
		    .options = { .profile = "k" } },
		  "eu-north-1",
		  "[default]",
		  NORTH },
		{ { .config = "[profile k]\nmfa_serial = " DEVICE "\n",
		    .options = { .profile = "k" } },
		  NULL,
		  NULL,
		  "https://sts.amazonaws.com" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		struct config_text t;
		struct plan plan;
		const char *role;

		must_make(&examples[i].example, &t, &plan);
		role = plan.steps[plan.n_steps - 1].role_arn;
		if (!examples[i].region) {
			assert_null(plan.region);
		} else {
			assert_string_equal(plan.region, examples[i].region);
			assert_string_equal(plan.region_from, examples[i].from);
		}
		assert_string_equal(plan.sts.url, examples[i].sts);
		if (i == 1)
			assert_string_equal(role, "arn:aws-cn:iam::"
						  "444455556666:role/R");
		config_text_clear(&t);
	}
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++)
		torture(&examples[i].example);
}

/* A key of one partition is not sent to another without a word. */
static void a_region_of_another_partition_is_a_warning(void **state)
{
	static const struct {
		struct example example;
		const char *from; /* who sets the region; NULL: no warning */
		const char *other;
		const char *expected;
	} examples[] = {
		{ { .config = "[profile k]\nregion = eu-west-1\n"
			      "mfa_serial = " GOV_DEVICE "\n",
		    .options = { .profile = "k" } },
		  "profile k",
		  "aws",
		  "aws-us-gov" },
		{ { .config = "[profile k]\n[profile r]\nrole_arn = " ROLE
			      "R\nsource_profile = k\nmfa_serial =\n",
		    .options = { .profile = "r" },
		    .environment = { "AWS_REGION=cn-north-1" } },
		  "AWS_REGION",
		  "aws-cn",
		  "aws" },
		{ { .config = "[profile k]\nmfa_serial = " DEVICE "\n",
		    .options = { .profile = "k", .region = "us-gov-east-1" } },
		  "--region",
		  "aws-us-gov",
		  "aws" },
		{ { .config = "[profile k]\nmfa_serial = " GOV_DEVICE "\n",
		    .options = { .profile = "k", .region = "us-gov-east-1" } },
		  NULL,
		  NULL,
		  NULL },
		/* a partition or a region that nobody knows yet */
		{ { .config = "[profile k]\nmfa_serial = "
			      "arn:aws-new:iam::111122223333:mfa/x\n",
		    .options = { .profile = "k", .region = "eu-west-1" } },
		  NULL,
		  NULL,
		  NULL },
		{ { .config = "[profile k]\nmfa_serial = " GOV_DEVICE "\n",
		    .options = { .profile = "k", .region = "local" } },
		  NULL,
		  NULL,
		  NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		const struct error_facts *found = NULL;
		struct config_text t;
		struct plan plan;

		must_make(&examples[i].example, &t, &plan);
		for (size_t w = 0; w < plan.n_warnings; w++)
			if (plan.warnings[w].reason == REASON_FOREIGN_REGION)
				found = &plan.warnings[w];
		assert_int_equal(found != NULL, examples[i].from != NULL);
		if (found) {
			assert_string_equal(found->detail, examples[i].from);
			assert_string_equal(found->other, examples[i].other);
			assert_string_equal(found->expected,
					    examples[i].expected);
		}
		config_text_clear(&t);
	}
	torture(&examples[0].example);
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
	/* ignored are those of the files, too, and what is wrong with them */
	{ { .config = "[profile r]\nendpoint_url = http://profile\n"
		      "services = gone\nregion = eu-west-1\n"
		      "ignore_configured_endpoint_urls = true\n"
		      "use_fips_endpoint = true\n",
	    .options = { .profile = "r" },
	    .environment = { "AWS_ENDPOINT_URL=http://all" } },
	  "https://sts-fips.eu-west-1.amazonaws.com",
	  "https://iam-fips.amazonaws.com" },
	/* the variable's word counts before the file's */
	{ { .config = "[profile r]\nendpoint_url = http://profile\n"
		      "ignore_configured_endpoint_urls = true\n",
	    .options = { .profile = "r" },
	    .environment = { "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=false" } },
	  "http://profile",
	  "http://profile" },
	/* one service of the section, and an empty value is none */
	{ { .config = "[profile r]\nservices = s\nregion = eu-west-1\n"
		      "[services s]\nsts =\n endpoint_url =\n"
		      "iam =\n other = x\n ENDPOINT_URL = http://iam\n",
	    .options = { .profile = "r" } },
	  "https://sts.eu-west-1.amazonaws.com",
	  "http://iam" },
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
		  .shown = "endpoint-conflict path=config key=endpoint_url "
			   "value=http://x other=FIPS line=2" },
		{ .config = "[profile r]\nuse_dualstack_endpoint = true\n",
		  .options = { .profile = "r" },
		  .environment = { "AWS_ENDPOINT_URL_STS=http://x" },
		  .shown = "endpoint-conflict key=AWS_ENDPOINT_URL_STS "
			   "value=http://x other=dual-stack" },
		{ .config = "[profile r]\nregion = eu west\n",
		  .options = { .profile = "r" },
		  .shown = "bad-value path=config key=region value=eu west "
			   "expected=a valid region line=2" },
		{ .config = "[profile r]\nservices = s\n",
		  .options = { .profile = "r" },
		  .shown = "no-such-section path=config key=services value=s "
			   "other=services line=2" },
		{ .config = "[profile r]\nuse_fips_endpoint = ja\n",
		  .options = { .profile = "r" },
		  .shown = "bad-value path=config key=use_fips_endpoint "
			   "value=ja expected=true or false line=2" },
		{ .config = "[profile r]\n",
		  .options = { .profile = "r" },
		  .environment = { "AWS_STS_REGIONAL_ENDPOINTS=x" },
		  .shown = "bad-value key=AWS_STS_REGIONAL_ENDPOINTS value=x "
			   "expected=regional or legacy" },
	};

	(void)state;
	CHECK(examples);
}

static void endpoints_need_no_profile(void **state)
{
	static const char *const names[] = { "new", "known", "gov" };
	static const char *const regions[] = { "eu-north-1", "eu-west-1",
					       "us-gov-west-1" };
	static const char *const iam[] = { "https://iam.amazonaws.com",
					   "https://iam.amazonaws.com",
					   "https://iam.us-gov.amazonaws.com" };
	struct config_text t;
	struct error err = { 0 };

	(void)state;
	assert_true(config_text_read(&t,
				     "[default]\nregion = eu-north-1\n"
				     "[profile known]\nregion = eu-west-1\n"
				     "[profile gov]\nmfa_serial = " GOV_DEVICE
				     "\n",
				     NULL, &err));
	for (size_t i = 0; i < 3; i++) {
		const struct plan_options options = { .profile = names[i] };
		struct plan plan;

		assert_true(plan_endpoints(t.config, &options, t.arena, &plan,
					   &err));
		assert_string_equal(plan.region, regions[i]);
		assert_string_equal(plan.sts.signing_region, regions[i]);
		assert_string_equal(plan.iam.url, iam[i]);
		assert_int_equal(plan.n_steps, 0);
	}
	config_text_clear(&t);
}

/* A console of GovCloud must not get its session from another partition. */
static void signs_in_where_the_chain_is(void **state)
{
	const struct plan_options options = { .profile = "r" };
	struct config_text t;
	struct endpoint endpoint;
	struct error err = { 0 };

	(void)state;
	assert_true(config_text_read(
		&t,
		EUROPE "[profile k]\n[profile r]\nsource_profile = k\n"
		       "role_arn = arn:aws-us-gov:iam::444455556666:role/R\n",
		NULL, &err));
	assert_true(plan_signin(t.config, &options, t.arena, &endpoint, &err));
	assert_non_null(strstr(endpoint.url, "amazonaws-us-gov.com"));
	config_text_clear(&t);
}

/* access/remedy.h may take an hour instead, once AWS denied the role. */
static void says_if_the_key_itself_takes_the_role(void **state)
{
	static const struct {
		struct plan_options options;
		bool direct;
	} examples[] = {
		{ { .profile = "long" }, true },
		{ { .profile = "long", .one_hour = true }, false },
		{ { .profile = "long", .no_session = true }, false },
		{ { .profile = "testing" }, false },
		{ { .profile = "testing", .duration = 3600 }, false },
		{ { .profile = "testing", .duration = 3601 }, true },
		{ { .profile = "chain", .duration = 7200 }, false },
		{ { .profile = "easy", .duration = 7200 }, false },
		{ { .profile = "custodian", .duration = 7200 }, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		const struct example e = { .config = COMPANY,
					   .options = examples[i].options };
		struct config_text t;
		struct plan plan;

		must_make(&e, &t, &plan);
		assert_int_equal(plan.direct, examples[i].direct);
		config_text_clear(&t);
	}
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_code_serves_every_role_of_a_device),
		cmocka_unit_test(a_long_role_is_taken_straight_from_the_key),
		cmocka_unit_test(
			without_a_session_the_code_goes_with_the_first_role),
		cmocka_unit_test(lists_may_be_continued),
		cmocka_unit_test(the_words_of_a_role_go_with_it),
		cmocka_unit_test(refuses_words_that_aws_would_refuse),
		cmocka_unit_test(only_the_command_line_is_wrong_usage),
		cmocka_unit_test(the_nearest_word_about_the_device_counts),
		cmocka_unit_test(the_region_is_the_selected_profiles),
		cmocka_unit_test(the_region_is_one_of_the_chains_partition),
		cmocka_unit_test(a_region_of_another_partition_is_a_warning),
		cmocka_unit_test(the_endpoint_is_the_nearest_that_is_said),
		cmocka_unit_test(refuses_endpoints_that_cannot_be),
		cmocka_unit_test(endpoints_need_no_profile),
		cmocka_unit_test(signs_in_where_the_chain_is),
		cmocka_unit_test(says_if_the_key_itself_takes_the_role),
		cmocka_unit_test(survives_any_allocation_failing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
