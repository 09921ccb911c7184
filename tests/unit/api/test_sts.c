#include "api/sts.h"
#include "base/timefmt.h"
#include "support/check.h"
#include "support/facts.h"
#include "support/mem_failing.h"
#include "unit/api/recorder.h"

#define NS " xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\""
#define CREDENTIALS                                                    \
	"<Credentials><SessionToken>\n  tok+\n  en/=\n</SessionToken>" \
	"<SecretAccessKey>sec/ret</SecretAccessKey>"                   \
	"<Expiration>2015-08-30T12:46:05.678Z</Expiration>"            \
	"<AccessKeyId> ASIAIOSFODNN7EXAMPLE</AccessKeyId></Credentials>"
#define ROLE_ANSWER                                                     \
	"<AssumeRoleResponse" NS "><AssumeRoleResult>" CREDENTIALS      \
	"<AssumedRoleUser><Arn>arn:aws:sts::111122223333:assumed-role/" \
	"demo/me</Arn></AssumedRoleUser></AssumeRoleResult>"            \
	"</AssumeRoleResponse>"
#define TOKEN_ANSWER                                                         \
	"<GetSessionTokenResponse" NS "><GetSessionTokenResult>" CREDENTIALS \
	"</GetSessionTokenResult></GetSessionTokenResponse>"
#define FEDERATION_ANSWER                         \
	"<GetFederationTokenResponse" NS          \
	"><GetFederationTokenResult>" CREDENTIALS \
	"</GetFederationTokenResult></GetFederationTokenResponse>"
#define IDENTITY_ANSWER                                              \
	"<GetCallerIdentityResponse" NS "><GetCallerIdentityResult>" \
	"<Arn>arn:aws:iam::111122223333:user/fohte</Arn>"            \
	"<UserId>AIDACKCEVSQ6C2EXAMPLE</UserId>"                     \
	"<Account>111122223333</Account>"                            \
	"</GetCallerIdentityResult></GetCallerIdentityResponse>"
#define ERROR_ANSWER(code, message)                                  \
	"<ErrorResponse" NS "><Error><Type>Sender</Type><Code>" code \
	"</Code><Message>" message "</Message></Error><RequestId>r"  \
	"</RequestId></ErrorResponse>"

static void asks_for_a_session_token(void **state)
{
	static const struct recorded_answer answers[] = {
		{ .status = 200, .body = TOKEN_ANSWER }
	};
	struct secbuf *code = secbuf_from("123456");
	const struct sts_session_token in = {
		.mfa_serial = "arn:aws:iam::111122223333:mfa/fohte",
		.mfa_code = code,
		.duration = 43200,
	};
	struct credentials creds = { 0 };
	struct error err = { 0 };
	struct recorder r;
	bool sent = false;

	(void)state;
	recorder_begin(&r, answers);
	assert_true(sts_get_session_token(&r.caller, &in, &creds, &sent, &err));
	assert_true(sent);
	assert_string_equal(r.url, "POST https://sts.eu-west-1.amazonaws.com/");
	assert_string_equal(
		r.form, "Action=GetSessionToken&Version=2011-06-15"
			"&DurationSeconds=43200&SerialNumber=arn%3Aaws%3Aiam"
			"%3A%3A111122223333%3Amfa%2Ffohte&TokenCode=123456");
	assert_string_equal(creds.access_key_id, "ASIAIOSFODNN7EXAMPLE");
	assert_string_equal(secbuf_text(creds.secret_key), "sec/ret");
	assert_string_equal(secbuf_text(creds.session_token), "tok+en/=");
	assert_int_equal(creds.expires, 1440938765);
	credentials_clear(&creds);
	recorder_end(&r);
	secbuf_free(code);
}

static void asks_for_a_federation_token(void **state)
{
	static const struct recorded_answer answers[] = {
		{ .status = 200, .body = FEDERATION_ANSWER },
		{ .status = 200, .body = TOKEN_ANSWER },
	};
	const struct sts_federation_token in = {
		.name = "fohte",
		.policy = "{\"Statement\":[]}",
		.duration = 3600,
	};
	struct credentials creds = { 0 };
	struct error err = { 0 };
	struct recorder r;

	(void)state;
	recorder_begin(&r, answers);
	assert_true(sts_get_federation_token(&r.caller, &in, &creds, &err));
	assert_string_equal(r.form,
			    "Action=GetFederationToken&Version=2011-06-15"
			    "&Name=fohte&Policy=%7B%22Statement%22%3A%5B%5D%7D"
			    "&DurationSeconds=3600");
	assert_string_equal(creds.access_key_id, "ASIAIOSFODNN7EXAMPLE");
	assert_string_equal(secbuf_text(creds.secret_key), "sec/ret");
	assert_string_equal(secbuf_text(creds.session_token), "tok+en/=");
	credentials_clear(&creds);
	assert_false(sts_get_federation_token(&r.caller, &in, &creds, &err));
	assert_int_equal(err.code, ERROR_PROTOCOL);
	assert_null(creds.access_key_id);
	recorder_end(&r);
}

static void asks_for_a_role_with_all_that_was_said(void **state)
{
	static const struct recorded_answer answers[] = {
		{ .status = 200, .body = ROLE_ANSWER }
	};
	const struct sts_assume_role in = {
		.role_arn = "arn:aws:iam::111122223333:role/demo",
		.session_name = "me@example",
		.external_id = "a b",
		.source_identity = "fohte",
		.session_tags = "team=core, cost center = 7=7 ,,empty=",
		.transitive_tags = " team ,",
		.policy_arns = "arn:aws:iam::aws:policy/A,"
			       "arn:aws:iam::aws:policy/B",
		.duration = 900,
	};
	char assumed[2049];
	struct credentials creds = { 0 };
	struct error err = { 0 };
	struct recorder r;

	(void)state;
	recorder_begin(&r, answers);
	assert_true(
		sts_assume_role(&r.caller, &in, &creds, assumed, NULL, &err));
	assert_string_equal(
		r.form,
		"Action=AssumeRole&Version=2011-06-15"
		"&RoleArn=arn%3Aaws%3Aiam%3A%3A111122223333%3Arole%2Fdemo"
		"&RoleSessionName=me%40example&DurationSeconds=900"
		"&ExternalId=a%20b&SourceIdentity=fohte"
		"&PolicyArns.member.1.arn=arn%3Aaws%3Aiam%3A%3Aaws%3Apolicy%2FA"
		"&PolicyArns.member.2.arn=arn%3Aaws%3Aiam%3A%3Aaws%3Apolicy%2FB"
		"&TransitiveTagKeys.member.1=team"
		"&Tags.member.1.Key=team&Tags.member.1.Value=core"
		"&Tags.member.2.Key=cost%20center&Tags.member.2.Value=7%3D7"
		"&Tags.member.3.Key=empty&Tags.member.3.Value=");
	assert_string_equal(assumed,
			    "arn:aws:sts::111122223333:assumed-role/demo/me");
	credentials_clear(&creds);
	recorder_end(&r);
}

/* A value of the config may go on in the next line: no key begins with it. */
static void lists_have_no_line_breaks_in_their_items(void **state)
{
	static const struct recorded_answer answers[] = {
		{ .status = 503, .body = "" },
	};
	const struct sts_assume_role in = {
		.role_arn = "r",
		.session_name = "me",
		.session_tags = "Team=blue,\nCost=42\n",
		.transitive_tags = "\nTeam,\r\n\tCost",
		.policy_arns = "\na,\nb",
	};
	char assumed[2049];
	struct credentials creds = { 0 };
	struct error err = { 0 };
	struct recorder r;

	(void)state;
	recorder_begin(&r, answers);
	assert_false(
		sts_assume_role(&r.caller, &in, &creds, assumed, NULL, &err));
	assert_string_equal(
		r.form,
		"Action=AssumeRole&Version=2011-06-15&RoleArn=r"
		"&RoleSessionName=me&PolicyArns.member.1.arn=a"
		"&PolicyArns.member.2.arn=b&TransitiveTagKeys.member.1=Team"
		"&TransitiveTagKeys.member.2=Cost&Tags.member.1.Key=Team"
		"&Tags.member.1.Value=blue&Tags.member.2.Key=Cost"
		"&Tags.member.2.Value=42");
	recorder_end(&r);
}

static void leaves_out_what_was_not_said(void **state)
{
	static const struct recorded_answer answers[] = {
		{ .status = 200, .body = ROLE_ANSWER }
	};
	const struct sts_assume_role in = { .role_arn = "r",
					    .session_name = "me" };
	char assumed[2049];
	struct credentials creds = { 0 };
	struct error err = { 0 };
	struct recorder r;

	(void)state;
	recorder_begin(&r, answers);
	assert_true(
		sts_assume_role(&r.caller, &in, &creds, assumed, NULL, &err));
	assert_string_equal(r.form, "Action=AssumeRole&Version=2011-06-15"
				    "&RoleArn=r&RoleSessionName=me");
	credentials_clear(&creds);
	recorder_end(&r);
}

static void refuses_tags_that_are_no_pairs_before_sending(void **state)
{
	static const char *const cases[] = { "team", "a=b,team", "=core",
					     " = core" };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct sts_assume_role in = { .role_arn = "r",
						    .session_name = "me",
						    .session_tags = cases[i] };
		char assumed[2049];
		struct credentials creds = { 0 };
		struct error err = { 0 };
		struct recorder r;
		bool sent = true;

		recorder_begin(&r, NULL);
		assert_false(sts_assume_role(&r.caller, &in, &creds, assumed,
					     &sent, &err));
		assert_int_equal(err.code, ERROR_CONFIG);
		assert_int_equal(r.n_sent, 0);
		assert_false(sent);
		recorder_end(&r);
	}
}

static void says_who_the_caller_is(void **state)
{
	static const struct recorded_answer answers[] = {
		{ .status = 200, .body = IDENTITY_ANSWER },
		{ .status = 200, .body = "<GetCallerIdentityResponse/>" },
	};
	struct sts_identity identity;
	struct error err = { 0 };
	struct recorder r;

	(void)state;
	recorder_begin(&r, answers);
	assert_true(sts_get_caller_identity(&r.caller, &identity, &err));
	assert_string_equal(r.form,
			    "Action=GetCallerIdentity&Version=2011-06-15");
	assert_string_equal(identity.account, "111122223333");
	assert_string_equal(identity.arn,
			    "arn:aws:iam::111122223333:user/fohte");
	assert_string_equal(identity.user_id, "AIDACKCEVSQ6C2EXAMPLE");
	assert_false(sts_get_caller_identity(&r.caller, &identity, &err));
	assert_int_equal(err.code, ERROR_PROTOCOL);
	recorder_end(&r);
}

/*
 * The signature was made by botocore.auth.SigV4Auth over the same request:
 * another program's word for it.
 */
static void signs_what_it_sends(void **state)
{
	static const struct recorded_answer answers[] = {
		{ .status = 200, .body = IDENTITY_ANSWER },
		{ .status = 200, .body = IDENTITY_ANSWER }
	};
	struct sts_identity identity;
	struct error err = { 0 };
	struct recorder r;

	(void)state;
	recorder_begin(&r, answers);
	assert_true(sts_get_caller_identity(&r.caller, &identity, &err));
	assert_string_equal(
		r.headers,
		"Host: sts.eu-west-1.amazonaws.com\n"
		"Content-Type: application/x-www-form-urlencoded; "
		"charset=utf-8\n"
		"User-Agent: rolekey\n"
		"X-Amz-Date: 20150830T123600Z\n"
		"Authorization: AWS4-HMAC-SHA256 Credential="
		"AKIAIOSFODNN7EXAMPLE/20150830/eu-west-1/sts/aws4_request, "
		"SignedHeaders=content-type;host;x-amz-date, Signature="
		"5359a417f789ed5423d8176e7b9070e886aee892da54a9fbfdc9acaea6fea3"
		"42\n");

	r.creds.session_token = secbuf_from("FwoGZXIvYXdzEXAMPLE/+=");
	r.caller.endpoint.url = "http://127.0.0.1:4566/base//x/../a%3Ab/";
	assert_true(sts_get_caller_identity(&r.caller, &identity, &err));
	assert_string_equal(r.url, "POST http://127.0.0.1:4566/base/a%3Ab/");
	assert_string_equal(
		r.headers,
		"Host: 127.0.0.1:4566\n"
		"Content-Type: application/x-www-form-urlencoded; "
		"charset=utf-8\n"
		"User-Agent: rolekey\n"
		"X-Amz-Date: 20150830T123600Z\n"
		"Authorization: AWS4-HMAC-SHA256 Credential="
		"AKIAIOSFODNN7EXAMPLE/20150830/eu-west-1/sts/aws4_request, "
		"SignedHeaders=content-type;host;x-amz-date;"
		"x-amz-security-token, Signature="
		"545ffe9703d886b74cec6479302a0e72ff1c8f3cf7dbda34fb05e341e390e9"
		"17\n"
		"X-Amz-Security-Token: FwoGZXIvYXdzEXAMPLE/+=\n");
	recorder_end(&r);
}

static void makes_an_endpoints_path_normal(void **state)
{
	static const struct {
		const char *url;
		const char *sent;
	} cases[] = {
		{ "http://h:1", "POST http://h:1/" },
		{ "http://h:80/", "POST http://h/" },
		{ "https://h/a", "POST https://h/a" },
		{ "https://h/a/", "POST https://h/a/" },
		{ "https://h/a/./b", "POST https://h/a/b" },
		{ "https://h/a/../../b", "POST https://h/b" },
		{ "https://h/..", "POST https://h/" },
		{ "https://h//", "POST https://h/" },
		{ "https://[::1]:8443/.a/..b",
		  "POST https://[::1]:8443/.a/..b" },
	};
	static const struct recorded_answer answers[] = {
		{ .status = 200, .body = IDENTITY_ANSWER }
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct sts_identity identity;
		struct error err = { 0 };
		struct recorder r;

		recorder_begin(&r, answers);
		r.caller.endpoint.url = cases[i].url;
		assert_true(
			sts_get_caller_identity(&r.caller, &identity, &err));
		assert_string_equal(r.url, cases[i].sent);
		recorder_end(&r);
	}
}

static void refuses_an_endpoint_that_is_no_url(void **state)
{
	struct sts_identity identity;
	struct error err = { 0 };
	struct recorder r;

	(void)state;
	recorder_begin(&r, NULL);
	r.caller.endpoint.url = "ftp://h";
	assert_false(sts_get_caller_identity(&r.caller, &identity, &err));
	assert_int_equal(err.code, ERROR_CONFIG);
	assert_int_equal(r.n_sent, 0);
	recorder_end(&r);
}

static const struct failure {
	const char *body;
	const char *facts;
	int status;
	enum error_code code;
} failures[] = {
	{ ERROR_ANSWER("AccessDenied", "MultiFactorAuthentication failed with "
				       "invalid MFA one time pass code. "),
	  "aws-refused aws_code=AccessDenied detail=MultiFactorAuthentication "
	  "failed with invalid MFA one time pass code. number=403",
	  403, ERROR_DENIED },
	{ ERROR_ANSWER("Throttling", "Rate exceeded"),
	  "aws-busy aws_code=Throttling detail=Rate exceeded number=400", 400,
	  ERROR_NETWORK },
	{ ERROR_ANSWER("Whatever", "m"),
	  "aws-busy aws_code=Whatever detail=m number=503", 503,
	  ERROR_NETWORK },
	{ ERROR_ANSWER("InternalFailure", ""),
	  "aws-busy aws_code=InternalFailure number=500", 500, ERROR_NETWORK },
	{ ERROR_ANSWER("AccessDenied", "m"),
	  "aws-refused aws_code=AccessDenied detail=m number=200", 200,
	  ERROR_DENIED },
	{ "<Response><Errors><Error><Code>AuthFailure</Code><Message>m"
	  "</Message></Error></Errors></Response>",
	  "aws-refused aws_code=AuthFailure detail=m number=400", 400,
	  ERROR_DENIED },
	{ "<ErrorResponse><Errors><Error><Code>AuthFailure</Code><Message>m"
	  "</Message></Error></Errors></ErrorResponse>",
	  "aws-refused aws_code=AuthFailure detail=m number=400", 400,
	  ERROR_DENIED },
	{ "<Error><Code>AccessDenied</Code></Error>",
	  "aws-refused aws_code=AccessDenied number=403", 403, ERROR_DENIED },
	{ "<ErrorResponse><Error><Message>m</Message></Error>"
	  "</ErrorResponse>",
	  "error-without-code path=https://sts.eu-west-1.amazonaws.com "
	  "number=403",
	  403, ERROR_PROTOCOL },
	{ "", "not-aws path=https://sts.eu-west-1.amazonaws.com number=503",
	  503, ERROR_NETWORK },
	{ "<html><body>no</body></html>",
	  "not-aws path=https://sts.eu-west-1.amazonaws.com number=403", 403,
	  ERROR_PROTOCOL },
	{ "", "not-aws path=https://sts.eu-west-1.amazonaws.com number=302",
	  302, ERROR_PROTOCOL },
	{ ROLE_ANSWER,
	  "not-aws path=https://sts.eu-west-1.amazonaws.com number=200", 200,
	  ERROR_PROTOCOL },
	{ TOKEN_ANSWER,
	  "not-aws path=https://sts.eu-west-1.amazonaws.com number=201", 201,
	  ERROR_PROTOCOL },
	{ ERROR_ANSWER("SignatureDoesNotMatch",
		       "It does not match.\n\nThe canonical string is "
		       "'x-amz-security-token:the-token-of-EXAMPLE'"),
	  "aws-refused aws_code=SignatureDoesNotMatch detail=It does not "
	  "match. number=403",
	  403, ERROR_DENIED },
	{ ERROR_ANSWER("InvalidClientTokenId", "no the-token-of-EXAMPLE here"),
	  "aws-refused aws_code=InvalidClientTokenId number=403", 403,
	  ERROR_DENIED },
	{ NULL, "connection-lost", 0, ERROR_NETWORK },
};

static void tells_failures_apart(void **state)
{
	const struct sts_session_token in = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(failures) / sizeof(failures[0]); i++) {
		const struct failure *f = &failures[i];
		char facts[FACTS_LEN];
		const struct recorded_answer answer = { .status = f->status,
							.body = f->body };
		struct credentials creds = { 0 };
		struct error err = { 0 };
		struct recorder r;
		bool sent = false;

		print_message("%d %s\n", f->status, f->body ? f->body : "");
		recorder_begin(&r, &answer);
		r.creds.session_token = secbuf_from("the-token-of-EXAMPLE");
		assert_false(sts_get_session_token(&r.caller, &in, &creds,
						   &sent, &err));
		assert_true(sent);
		assert_int_equal(err.code, f->code);
		assert_string_equal(facts_of(&err, facts), f->facts);
		assert_int_equal(r.n_sent, 1);
		assert_null(creds.access_key_id);
		recorder_end(&r);
	}
}

static void takes_all_of_the_credentials_or_none(void **state)
{
	static const char *const lacking[] = {
		"<SecretAccessKey>k</SecretAccessKey><SessionToken>t"
		"</SessionToken><Expiration>2015-08-30T13:00:00Z</Expiration>",
		"<AccessKeyId>ASIAIOSFODNN7EXAMPLE</"
		"AccessKeyId><SessionToken>t</SessionToken>"
		"<Expiration>2015-08-30T13:00:00Z</Expiration>",
		"<AccessKeyId>ASIAIOSFODNN7EXAMPLE</"
		"AccessKeyId><SecretAccessKey>k"
		"</SecretAccessKey><Expiration>2015-08-30T13:00:00Z"
		"</Expiration>",
		"<AccessKeyId>ASIAIOSFODNN7EXAMPLE</"
		"AccessKeyId><SecretAccessKey>k"
		"</SecretAccessKey><SessionToken>t</SessionToken>",
		"<AccessKeyId>ASIAIOSFODNN7EXAMPLE</"
		"AccessKeyId><SecretAccessKey>k"
		"</SecretAccessKey><SessionToken>t</SessionToken>"
		"<Expiration>tomorrow</Expiration>",
		"<AccessKeyId>ASIAIOSFODNN7EXAMPLE</"
		"AccessKeyId><SecretAccessKey> "
		"</SecretAccessKey><SessionToken>t</SessionToken>"
		"<Expiration>2015-08-30T13:00:00Z</Expiration>",
		/* an invalid key id could become another variable, or a path */
		"<AccessKeyId>ASIAIOSFODNN7EXAMPLE&#10;LD_PRELOAD=/tmp/x.so"
		"</AccessKeyId><SecretAccessKey>k</SecretAccessKey>"
		"<SessionToken>t</SessionToken>"
		"<Expiration>2015-08-30T13:00:00Z</Expiration>",
		"<AccessKeyId>ASIAIOSFODNN7EXAMPLE ]</AccessKeyId>"
		"<SecretAccessKey>k</SecretAccessKey><SessionToken>t"
		"</SessionToken><Expiration>2015-08-30T13:00:00Z</Expiration>",
		"<AccessKeyId>ASIA</AccessKeyId><SecretAccessKey>k"
		"</SecretAccessKey><SessionToken>t</SessionToken>"
		"<Expiration>2015-08-30T13:00:00Z</Expiration>",
		"<AccessKeyId>ASIAIOSFODNN7EXAMPLE</"
		"AccessKeyId><SecretAccessKey>\xc3\xa9"
		"</SecretAccessKey><SessionToken>t</SessionToken>"
		"<Expiration>2015-08-30T13:00:00Z</Expiration>",
	};
	const struct sts_session_token in = { 0 };
	long before = secbuf_alive();

	(void)state;
	for (size_t i = 0; i < sizeof(lacking) / sizeof(lacking[0]); i++) {
		char body[1024];
		const struct recorded_answer answer = { .status = 200,
							.body = body };
		struct credentials creds = { 0 };
		struct error err = { 0 };
		struct recorder r;

		(void)snprintf(body, sizeof(body),
			       "<GetSessionTokenResponse>"
			       "<GetSessionTokenResult><Credentials>%s"
			       "</Credentials></GetSessionTokenResult>"
			       "</GetSessionTokenResponse>",
			       lacking[i]);
		recorder_begin(&r, &answer);
		assert_false(sts_get_session_token(&r.caller, &in, &creds, NULL,
						   &err));
		assert_int_equal(err.code, ERROR_PROTOCOL);
		assert_null(creds.access_key_id);
		assert_null(creds.secret_key);
		recorder_end(&r);
	}
	assert_int_equal(secbuf_alive(), before);
}

/* AWS's clock and ours, as seconds ahead, and how long a session may live. */
static const struct lifetime {
	int64_t duration; /* 0: AWS's default, 12 hours */
	int64_t ahead;    /* of AWS's clock, by its Date header; 0: none */
	bool correcting;
	int64_t lives;
	bool good;
} lifetimes[] = {
	{ 0, 0, false, 43200, true },
	{ 0, 0, false, 43200 + 300, true },
	{ 0, 0, false, 43200 + 301, false },
	{ 900, 0, false, 900, true },
	{ 900, 0, false, 3600, false },
	{ 900, 0, false, -10, true },
	/* AWS is late or early, by no more than a signature may be off */
	{ 900, 600, false, 1500, true },
	{ 900, -600, false, 900, true },
	{ 900, 900, false, 1800, true },
	{ 900, 30000000, false, 30000000, false },
	/* but we sign by its clock */
	{ 900, 7200, true, 8100, true },
	{ 900, 7200, true, 9000, false },
};

static void refuses_a_session_that_outlives_the_request(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(lifetimes) / sizeof(lifetimes[0]); i++) {
		const struct lifetime *l = &lifetimes[i];
		const struct sts_session_token in = { .duration = l->duration };
		char body[1024];
		char iso[TIMEFMT_ISO_LEN];
		const struct recorded_answer answer = {
			.status = 200,
			.body = body,
			.date = l->ahead ? 1440938160 + l->ahead : 0,
		};
		struct credentials creds = { 0 };
		struct error err = { 0 };
		struct recorder r;
		bool ok;

		timefmt_iso(1440938160 + l->lives, iso);
		(void)snprintf(body, sizeof(body),
			       "<GetSessionTokenResponse>"
			       "<GetSessionTokenResult><Credentials>"
			       "<AccessKeyId>ASIAIOSFODNN7EXAMPLE"
			       "</AccessKeyId><SecretAccessKey>k"
			       "</SecretAccessKey><SessionToken>t"
			       "</SessionToken><Expiration>%s</Expiration>"
			       "</Credentials></GetSessionTokenResult>"
			       "</GetSessionTokenResponse>",
			       iso);
		recorder_begin(&r, &answer);
		r.skew.correcting = l->correcting;
		r.skew.ahead = l->correcting ? l->ahead : 0;
		ok = sts_get_session_token(&r.caller, &in, &creds, NULL, &err);
		if (ok != l->good)
			fail_msg("row %zu: %s", i,
				 ok ? "taken" : facts_show(&err));
		if (!ok)
			assert_error(&err, REASON_EXPIRY_TOO_LATE,
				     .action = "GetSessionToken");
		if (!ok)
			assert_int_equal(err.code, ERROR_PROTOCOL);
		credentials_clear(&creds);
		recorder_end(&r);
	}
}

static void tells_of_a_request_without_its_secrets(void **state)
{
	static const struct recorded_answer answers[] = {
		{ .status = 200, .body = TOKEN_ANSWER }, { .status = 0 }
	};
	struct secbuf *code = secbuf_from("123456");
	const struct sts_session_token in = { .mfa_serial = "s",
					      .mfa_code = code };
	struct credentials creds = { 0 };
	struct error err = { 0 };
	struct recorder r;

	(void)state;
	recorder_begin(&r, answers);
	assert_true(sts_get_session_token(&r.caller, &in, &creds, NULL, &err));
	assert_string_equal(r.notice.about.detail,
			    "http POST https://sts.eu-west-1.amazonaws.com "
			    "GetSessionToken sts eu-west-1: 200 in 0.12 s");
	credentials_clear(&creds);
	assert_false(sts_get_session_token(&r.caller, &in, &creds, NULL, &err));
	assert_string_equal(r.notice.about.detail,
			    "http POST https://sts.eu-west-1.amazonaws.com "
			    "GetSessionToken sts eu-west-1: no answer");
	recorder_end(&r);
	secbuf_free(code);
}

static void survives_any_allocation_failing(void **state)
{
	static const struct recorded_answer answers[] = {
		{ .status = 200, .body = ROLE_ANSWER }
	};
	const struct sts_assume_role in = { .role_arn = "r",
					    .session_name = "me",
					    .session_tags = "a=b" };
	long before = secbuf_alive();
	bool done = false;
	long n;

	(void)state;
	for (n = 0; !done; n++) {
		char assumed[2049];
		struct credentials creds = { 0 };
		struct error err = { 0 };
		struct recorder r;

		recorder_begin(&r, answers);
		mem_fail_after(n);
		done = sts_assume_role(&r.caller, &in, &creds, assumed, NULL,
				       &err) &&
		       assumed[0] != '\0';
		assert_true(done != mem_has_failed());
		if (!done && !creds.access_key_id)
			assert_true(err.code == ERROR_MEMORY ||
				    err.code == ERROR_PROTOCOL);
		mem_fail_after(-1);
		credentials_clear(&creds);
		recorder_end(&r);
	}
	print_message("%ld allocations failed one by one\n", n - 1);
	assert_int_equal(secbuf_alive(), before);
}

static int secrets_seen;

static void context(const unsigned char *block, size_t size)
{
	static const char *const secrets[] = { "sec/ret", "tok+", "123456",
					       "wJalrXUtnFEMI" };

	for (size_t i = 0; i < sizeof(secrets) / sizeof(secrets[0]); i++)
		if (memmem(block, size, secrets[i], strlen(secrets[i])))
			secrets_seen++;
}

static void leaves_no_secret_in_the_heap_it_gives_back(void **state)
{
	static const struct recorded_answer answers[] = {
		{ .status = 200, .body = TOKEN_ANSWER }
	};
	struct secbuf *code = secbuf_from("123456");
	const struct sts_session_token in = { .mfa_serial = "s",
					      .mfa_code = code };
	struct credentials creds = { 0 };
	struct error err = { 0 };
	struct recorder r;
	char *planted = mem_alloc(16);

	(void)state;
	assert_non_null(planted);
	recorder_begin(&r, answers);
	mem_look(context);
	assert_true(sts_get_session_token(&r.caller, &in, &creds, NULL, &err));
	credentials_clear(&creds);
	assert_int_equal(secrets_seen, 0);
	(void)snprintf(planted, 16,
		       "tok+"); /* it would be seen, if it were there */
	mem_free(planted);
	assert_int_equal(secrets_seen, 1);
	mem_look(NULL);
	recorder_end(&r);
	secbuf_free(code);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(asks_for_a_session_token),
		cmocka_unit_test(asks_for_a_federation_token),
		cmocka_unit_test(asks_for_a_role_with_all_that_was_said),
		cmocka_unit_test(lists_have_no_line_breaks_in_their_items),
		cmocka_unit_test(leaves_out_what_was_not_said),
		cmocka_unit_test(refuses_tags_that_are_no_pairs_before_sending),
		cmocka_unit_test(says_who_the_caller_is),
		cmocka_unit_test(signs_what_it_sends),
		cmocka_unit_test(makes_an_endpoints_path_normal),
		cmocka_unit_test(refuses_an_endpoint_that_is_no_url),
		cmocka_unit_test(tells_failures_apart),
		cmocka_unit_test(takes_all_of_the_credentials_or_none),
		cmocka_unit_test(refuses_a_session_that_outlives_the_request),
		cmocka_unit_test(tells_of_a_request_without_its_secrets),
		cmocka_unit_test(leaves_no_secret_in_the_heap_it_gives_back),
		cmocka_unit_test(survives_any_allocation_failing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
