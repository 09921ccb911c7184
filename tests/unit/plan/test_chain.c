#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "examples.h"
#include "support/conformance.h"

#define KEYS                                         \
	"aws_access_key_id = AKIAIOSFODNN7EXAMPLE\n" \
	"aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n"

#define GIVEN_OUT "warning: long-lived-key profile=k\n"

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
		  .shown = "StaticKey k keys of k\nAssumeRole r by k R 3600 "
			   "(AWS's limit for chained roles)\nwarning: "
			   "role-cut profile=r other=-d number=7200\nnote: "
			   "unused-device arn=" DEVICE "\n" },
		{ .credentials = "[k]\n" KEYS "aws_session_token = TOKEN\n",
		  .options = { .profile = "k" },
		  .shown = "StaticKey k keys of k\n" },
		{ .credentials = "\n[k]\naws_access_key_id = x\n",
		  .options = { .profile = "k" },
		  .shown = "missing-key profile=k path=credentials "
			   "key=aws_secret_access_key line=3" },
		{ .config = "[profile k]\naws_secret_access_key = x\n"
			    "aws_access_key_id =\n",
		  .options = { .profile = "k" },
		  .shown = "missing-key profile=k path=config "
			   "key=aws_access_key_id line=2" },
		/* empty is not there, and turns off what is included */
		{ .config = "[profile k]\naws_access_key_id =\n",
		  .options = { .profile = "k", .no_session = true },
		  .shown = "StoredKey k\n" GIVEN_OUT },
		{ .config = "[profile k]\ninclude_profile = l\n"
			    "aws_secret_access_key =\n[profile l]\n" KEYS,
		  .options = { .profile = "k", .no_session = true },
		  .shown = "StoredKey k\n" GIVEN_OUT },
		/* never a pair of two profiles */
		{ .config = "[profile k]\ninclude_profile = l\n"
			    "aws_secret_access_key = x\n[profile l]\n" KEYS,
		  .options = { .profile = "k" },
		  .shown = "missing-key profile=k path=config "
			   "key=aws_access_key_id line=3" },
		/* part of a key in a source, too */
		{ .config = COMPANY,
		  .credentials = "[testing]\naws_access_key_id = x\n",
		  .options = { .profile = "chain" },
		  .shown = "missing-key profile=testing path=credentials "
			   "key=aws_secret_access_key line=2" },
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
	  .shown = "Ec2InstanceMetadata r\nAssumeRole r by r R 3600 (AWS's "
		   "limit for chained roles)\nwarning: role-cut profile=r "
		   "other=duration_seconds of profile r number=7200\n" },
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
	  .shown = "Login l 900 (AWS's limit for login sessions)\n" },
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

#define SSO                                                       \
	"sso_account_id = 1\nsso_role_name = n\nsso_region = r\n" \
	"sso_start_url = u\n"

/*
 * botocore's order of what one profile says: SSO, keys of the credentials
 * file, login, process, keys of the config file.
 */
static const struct example precedence[] = {
	{ .config = "[profile p]\nlogin_session = x\n"
		    "credential_process = y\n" SSO,
	  .credentials = "[p]\n" KEYS,
	  .options = { .profile = "p" },
	  .shown = "SSO p\n" },
	{ .config = "[profile p]\nlogin_session = x\n"
		    "credential_process = y\n",
	  .credentials = "[p]\n" KEYS "aws_session_token = T\n",
	  .options = { .profile = "p" },
	  .shown = "StaticKey p keys of p\n" },
	{ .config = "[profile p]\ncredential_process = y\n"
		    "login_session = x\n" KEYS,
	  .options = { .profile = "p" },
	  .shown = "Login p 900 (AWS's limit for login sessions)\n" },
	{ .config = "[profile p]\n" KEYS "credential_process = y\n",
	  .options = { .profile = "p" },
	  .shown = "Process p\n" },
	/* SSO without account and role is a token, and comes last */
	{ .config = "[profile p]\nsso_session = s\n" KEYS
		    "aws_session_token = T\n[sso-session s]\nsso_region = r\n"
		    "sso_start_url = u\n",
	  .options = { .profile = "p" },
	  .shown = "StaticKey p keys of p\n" },
	{ .config = "[profile p]\nsso_session = s\n"
		    "[sso-session s]\nsso_region = r\n"
		    "sso_start_url = u\n",
	  .options = { .profile = "p" },
	  .shown = "SSO p\n" },
	/* the same in a source without a role */
	{ .config = "[profile r]\nrole_arn = " ROLE "R\n"
		    "source_profile = p\n[profile p]\n" KEYS
		    "credential_process = y\n",
	  .options = { .profile = "r" },
	  .shown = "Process p\nAssumeRole r by p R 3600 (default)\n" },
	/* its keys beat its role, however that is taken */
	{ .config = "[profile r]\nrole_arn = " ROLE "R\n"
		    "source_profile = p\n[profile p]\n" KEYS "role_arn = " ROLE
		    "P\nweb_identity_token_file = t\n",
	  .options = { .profile = "r" },
	  .shown = "StoredKey p keys of p\n"
		   "AssumeRole r by p R 3600 (default)\n" },
	{ .config = "[profile r]\nrole_arn = " ROLE "R\n"
		    "source_profile = p\n[profile p]\n" KEYS
		    "role_name = only-the-login-is-meant\n",
	  .options = { .profile = "r" },
	  .shown = "StoredKey p keys of p\n"
		   "AssumeRole r by p R 3600 (default)\n" },
	/* the selected profile's role beats all that */
	{ .config =
		  "[profile r]\nrole_arn = " ROLE "R\n"
		  "web_identity_token_file = t\nsource_profile = k\n" KEYS SSO,
	  .options = { .profile = "r" },
	  .shown = "AssumeRoleWithWebIdentity r R 3600 (default)\n" },
	{ .config = "[profile r]\nrole_arn = " ROLE "R\n"
		    "credential_source = EcsContainer\n" KEYS SSO
		    "credential_process = y\n",
	  .options = { .profile = "r" },
	  .shown = "EcsContainer r\nAssumeRole r by r R 3600 (default)\n" },
	/* its own source: keys alone, and they beat the rest */
	{ .config = "[profile r]\nrole_arn = " ROLE "R\n"
		    "source_profile = r\n" KEYS SSO "credential_process = y\n",
	  .options = { .profile = "r" },
	  .shown = "StoredKey r keys of r\n"
		   "AssumeRole r by r R 3600 (default)\n" },
	{ .config = "[profile r]\nrole_arn = " ROLE "R\n"
		    "source_profile = r\ncredential_process = y\n",
	  .options = { .profile = "r" },
	  .shown = "own-source profile=r path=config key=source_profile "
		   "other=credential_process line=3" },
};

static void one_profile_of_many_sources_has_an_order(void **state)
{
	(void)state;
	CHECK(precedence);
}

static void other_sources_are_steps(void **state)
{
	(void)state;
	CHECK(sources);
}

#define BASE                                              \
	"[profile base]\naws_account_id = 111122223333\n" \
	"target_role_name = p/Dev\n"

/* AWS Extend Switch Roles: what a base says for those that have it as source */
static const struct {
	const char *config;
	const char *roles[3]; /* of the steps that take one */
} targets[] = {
	{ "[profile t]\naws_account_id = 444455556666\n"
	  "source_profile = base\n" BASE,
	  { ROLE "p/Dev" } },
	/* its own word counts before */
	{ "[profile t]\naws_account_id = 444455556666\nrole_name = Own\n"
	  "source_profile = base\n" BASE,
	  { ROLE "Own" } },
	{ "[profile t]\nrole_arn = " ROLE "Arn\n"
	  "aws_account_id = 444455556666\nsource_profile = base\n" BASE,
	  { ROLE "Arn" } },
	/* a target can be a base, too */
	{ "[profile t]\naws_account_id = 444455556666\nsource_profile = u\n"
	  "[profile u]\naws_account_id = 444455556667\n"
	  "source_profile = base\ntarget_role_name = Far\n" BASE,
	  { "arn:aws:iam::444455556667:role/p/Dev", ROLE "Far" } },
	/* both may be inherited */
	{ "[profile t]\ninclude_profile = common\n"
	  "aws_account_id = 444455556666\n"
	  "[profile common]\nsource_profile = c\n"
	  "[profile c]\ninclude_profile = base\n" BASE,
	  { ROLE "p/Dev" } },
	/* but the base's own account is not a target */
	{ "[profile t]\ninclude_profile = base\nsource_profile = base\n" BASE,
	  { NULL } },
	/* nor is a target without an account */
	{ "[profile t]\nsource_profile = base\n" BASE, { NULL } },
	/* of an include the nearer word counts, in whichever form */
	{ "[profile t]\ninclude_profile = i\naws_account_id = 444455556666\n"
	  "role_name = Own\n[profile i]\nrole_arn = " ROLE "Included\n"
	  "source_profile = base\n" BASE,
	  { ROLE "Own" } },
	{ "[profile t]\ninclude_profile = i\nrole_arn = " ROLE "Own\n"
	  "[profile i]\naws_account_id = 1\nrole_name = Included\n"
	  "source_profile = base\n" BASE,
	  { ROLE "Own" } },
};

static void a_base_names_the_role_of_its_targets(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
		struct example e = { .config = targets[i].config,
				     .options = { .profile = "t",
						  .no_session = true } };
		struct config_text t;
		struct plan plan;
		size_t n = 1;

		must_make(&e, &t, &plan);
		assert_string_equal(plan.steps[0].profile,
				    strstr(e.config, "profile c]") ? "c"
								   : "base");
		for (; targets[i].roles[n - 1]; n++)
			assert_string_equal(plan.steps[n].role_arn,
					    targets[i].roles[n - 1]);
		assert_int_equal(plan.n_steps, n);
		config_text_clear(&t);
	}
}

/* aws-vault's layouts: a role with a key of its own, a process that asks us. */
static const struct example own_keys[] = {
	{ .config = "[profile r]\nrole_arn = " ROLE "R\n"
		    "mfa_serial = " DEVICE "\n",
	  .options = { .profile = "r" },
	  .shown = "StoredKey r\nlacks: role-without-source profile=r "
		   "path=config key=role_arn line=2\n"
		   "GetSessionToken r by r code 43200 (default)\n"
		   "AssumeRole r by r R 3600 (default)\n"
		   "note: own-key profile=r\n" },
	{ .config = "[profile r]\nrole_arn = " ROLE "R\n",
	  .credentials = "[r]\n" KEYS,
	  .options = { .profile = "r" },
	  .shown = "StoredKey r keys of r\n"
		   "AssumeRole r by r R 3600 (default)\n" },
	{ .config = "[profile far]\nrole_arn = " ROLE "Far\n"
		    "source_profile = r\n"
		    "[profile r]\nrole_arn = " ROLE "R\n",
	  .options = { .profile = "far" },
	  .shown = "StoredKey r\nlacks: role-without-source profile=r "
		   "path=config key=role_arn line=5\n"
		   "AssumeRole r by r R 3600 (default)\n"
		   "AssumeRole far by r Far 3600 (default)\n"
		   "note: own-key profile=r\n" },
	{ .config = "[profile r]\nrole_arn = " ROLE "R\n"
		    "source_profile = r\n",
	  .options = { .profile = "r" },
	  .shown = "StoredKey r\nAssumeRole r by r R 3600 (default)\n" },
	{ .config = "[profile foo]\n"
		    "credential_process = rolekey credential-process foo\n"
		    "[profile r]\nrole_arn = " ROLE "R\n"
		    "source_profile = foo\n",
	  .options = { .profile = "r" },
	  .shown = "StoredKey foo\nlacks: process-is-itself profile=foo "
		   "path=config key=credential_process other=rolekey line=2\n"
		   "AssumeRole r by foo R 3600 (default)\n"
		   "note: process-ignored profile=foo other=rolekey\n" },
	/* the rest of the profile counts as if there were no process */
	{ .config = "[profile foo]\nsource_profile = k\n"
		    "credential_process = aws-vault exec foo --json\n"
		    "[profile k]\n",
	  .options = { .profile = "foo", .no_session = true },
	  .shown = "StoredKey k\nwarning: long-lived-key profile=foo\n" },
	{ .config = "[profile foo]\nrole_arn = " ROLE "R\n"
		    "credential_process = rolekey credential-process foo\n",
	  .options = { .profile = "foo" },
	  .shown = "StoredKey foo\nlacks: process-is-itself profile=foo "
		   "path=config key=credential_process other=rolekey line=3\n"
		   "AssumeRole foo by foo R 3600 (default)\n"
		   "note: process-ignored profile=foo other=rolekey\n" },
	/* for another profile it is a process like any */
	{ .config = "[profile foo]\n"
		    "credential_process = rolekey credential-process bar\n",
	  .options = { .profile = "foo" },
	  .shown = "Process foo\n" },
};

static void a_profile_may_have_a_key_of_its_own(void **state)
{
	(void)state;
	CHECK(own_keys);
}

/* The warning about a key in plaintext names an import only if it is taken. */
static void says_if_the_key_of_the_files_can_move(void **state)
{
	static const struct {
		const char *config;
		const char *profile;
		bool movable;
	} examples[] = {
		{ "[profile k]\n", "k", true },
		{ "[profile k]\n[profile y]\nsource_profile = k\n", "y", true },
		{ "[profile k]\n[profile y]\nrole_arn = " ROLE "Y\n"
		  "source_profile = k\n",
		  "y", true },
		{ "[profile k]\nrole_arn = " ROLE "K\n", "k", true },
		{ "[profile k]\nrole_arn = " ROLE "K\n[profile y]\n"
		  "source_profile = k\n",
		  "y", false }, /* K comes in between */
		{ "[profile k]\n[profile y]\ninclude_profile = k\n", "y",
		  false },
		{ "[profile k]\ncredential_process = x\n", "k", false },
		{ "[profile k]\nsource_profile = y\n[profile y]\n", "k",
		  false },
		{ "[profile k]\nsource_profile = nobody\n", "k", false },
		{ "[profile k]\ncredential_process = rolekey "
		  "credential-process k\n",
		  "k", true },
		{ "[profile k]\n[profile y]\n", "y", false }, /* no key */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		const struct example e = {
			.config = examples[i].config,
			.credentials = "[k]\n" KEYS,
			.options = { .profile = examples[i].profile },
		};
		struct config_text t;
		struct plan plan;

		must_make(&e, &t, &plan);
		if (plan.movable != examples[i].movable)
			fail_msg("%s", e.config);
		config_text_clear(&t);
	}
}

static const struct example nowhere[] = {
	{ .config = "[profile r]\nrole_arn = " ROLE "R\n"
		    "credential_process = y\n",
	  .options = { .profile = "r" },
	  .shown = "role-without-source profile=r path=config key=role_arn "
		   "line=2" },
	{ .config = "[profile r]\nrole_arn = " ROLE "R\n"
		    "source_profile = p\n[profile p]\n"
		    "credential_process = rolekey credential-process r\n",
	  .options = { .profile = "r" },
	  .shown = "profile-loop path=config key=credential_process "
		   "detail=r -> p -> r line=5" },
	{ .config = "[profile r]\nrole_arn = " ROLE "R\n"
		    "source_profile = x\ncredential_source = y\n",
	  .options = { .profile = "r" },
	  .shown = "two-sources profile=r path=config key=credential_source "
		   "line=4" },
	{ .config = "[profile r]\nrole_arn = " ROLE "R\n"
		    "credential_source = environment\n",
	  .options = { .profile = "r" },
	  .shown = "bad-value path=config key=credential_source "
		   "value=environment expected=Environment, "
		   "Ec2InstanceMetadata or EcsContainer line=3" },
	{ .config = "[profile a]\nrole_arn = " ROLE "R\n"
		    "source_profile = b\n[profile b]\n"
		    "role_arn = " ROLE "R\nsource_profile = a\n",
	  .options = { .profile = "a" },
	  .shown = "profile-loop path=config key=source_profile detail=a -> b "
		   "-> a line=6" },
	{ .config = "[profile z]\nsource_profile = a\n"
		    "[profile a]\nsource_profile = b\n"
		    "[profile b]\nsource_profile = a\n",
	  .options = { .profile = "z" },
	  .shown = "profile-loop path=config key=source_profile detail=z -> a "
		   "-> b -> a line=6" },
	{ .config = "[profile r]\nrole_arn = " ROLE "R\n"
		    "source_profile = custodain\n"
		    "[profile custodian]\n",
	  .options = { .profile = "r" },
	  .shown = "no-such-profile profile=custodain path=config "
		   "key=source_profile other=\"custodian\" line=3" },
	{ .config = "[profile r]\nrole_arn = no\nsource_profile = r\n",
	  .options = { .profile = "r" },
	  .shown = "bad-value path=config key=role_arn value=no expected=a "
		   "valid role ARN line=2" },
	{ .config = "[profile r]\nweb_identity_token_file = t\n",
	  .options = { .profile = "r" },
	  .shown = "missing-key profile=r path=config key=role_arn line=2" },
	{ .config = "[profile s]\nsso_account_id = 1\n"
		    "sso_region = r\nsso_start_url = u\n",
	  .options = { .profile = "s" },
	  .shown = "missing-key profile=s path=config key=sso_role_name "
		   "line=2" },
	{ .config = "[profile s]\nsso_session = x\n",
	  .options = { .profile = "s" },
	  .shown = "no-such-section path=config key=sso_session value=x "
		   "other=sso-session line=2" },
	{ .config = "[profile s]\nsso_session = x\nsso_region = r\n"
		    "[sso-session x]\nsso_region = q\n"
		    "sso_start_url = u\n",
	  .options = { .profile = "s" },
	  .shown = "key-conflict path=config key=sso_region other=config:5 "
		   "line=3" },
	{ .config = "[profile s]\nsso_start_url = u\n",
	  .options = { .profile = "s" },
	  .shown = "missing-key profile=s key=sso_region" },
	{ .config = "[profile testing]\n",
	  .options = { .profile = "tesing" },
	  .shown = "no-such-profile profile=tesing other=\"testing\"" },
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
		  .shown = "missing-key profile=r path=config "
			   "key=aws_account_id line=2" },
		{ .config = "[profile r]\nrole_name = Dev\n"
			    "aws_account_id = alias\nsource_profile = r\n",
		  .options = { .profile = "r" },
		  .shown = "bad-value path=config key=aws_account_id "
			   "value=arn:aws:iam::alias:role/Dev expected=a valid "
			   "role ARN line=3" },
		/* one section, one role */
		{ .config = "[profile r]\nrole_name = Dev\n"
			    "aws_account_id = 444455556666\n"
			    "role_arn = " ROLE "Other\nsource_profile = r\n",
		  .options = { .profile = "r" },
		  .shown = "role-conflict path=config key=role_name arn=" ROLE
			   "Other line=2" },
		{ .config = "[profile r]\nrole_name = Dev\n"
			    "aws_account_id = 1\nrole_arn = " ROLE "Dev\n"
			    "source_profile = r\n",
		  .options = { .profile = "r" },
		  .shown = "role-conflict path=config key=role_name arn=" ROLE
			   "Dev line=2" },
		{ .config = "[profile r]\nrole_name = p/Dev\n"
			    "aws_account_id = 444455556666\n"
			    "role_arn = " ROLE "p/Dev\nsource_profile = r\n",
		  .options = { .profile = "r" },
		  .shown = "StoredKey r\n"
			   "AssumeRole r by r Dev 3600 (default)\n" },
		/* the account of keys is not a role */
		{ .config = "[profile r]\nrole_arn = " ROLE "R\n"
			    "aws_account_id = 1\nsource_profile = r\n",
		  .options = { .profile = "r" },
		  .shown = "StoredKey r\n"
			   "AssumeRole r by r R 3600 (default)\n" },
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

#define LONG 10000

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
	assert_string_equal(plan.steps[0].profile, "p10000");
	assert_string_equal(plan.steps[1].profile, "p9999");
	assert_string_equal(plan.steps[LONG].role_arn, ROLE "R0");
	config_text_clear(&t);
	free(text);
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

	return text &&
	       (strstr(text, "did not contain credential information") ||
		strstr(text, "must contain `source_profile`"));
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
		cmocka_unit_test(static_keys_are_a_source),
		cmocka_unit_test(other_sources_are_steps),
		cmocka_unit_test(one_profile_of_many_sources_has_an_order),
		cmocka_unit_test(a_base_names_the_role_of_its_targets),
		cmocka_unit_test(refuses_a_chain_that_leads_nowhere),
		cmocka_unit_test(a_profile_may_have_a_key_of_its_own),
		cmocka_unit_test(says_if_the_key_of_the_files_can_move),
		cmocka_unit_test(account_and_role_name_make_an_arn),
		cmocka_unit_test(follows_a_chain_of_any_length),
		cmocka_unit_test(agrees_with_the_chain_cases_of_the_sdks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
