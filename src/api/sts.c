#include "api/sts.h"

#include <string.h>

#include "api/query.h"
#include "aws/credentials.h"
#include "aws/limits.h"
#include "base/error.h"
#include "base/mem.h"
#include "base/secbuf.h"
#include "base/timefmt.h"
#include "format/xml.h"
#include "port/clock.h"

#define VERSION    "2011-06-15"
#define KEY_ID_LEN (LIMITS_KEY_ID_MAX + 1)
#define SLACK      300 /* s: from the request to AWS's reckoning, and back */
#define SIGV4_WINDOW \
	INT64_C(900)     /* s: "Elements of an AWS API request signature" */
#define SECRET_MAX 65536 /* AWS sets a token no bound; this is ours */

/*
 * The text of a key or a token.  They have no white space in them: where an
 * answer does, a line was broken on its way.
 */
static struct secbuf *take_secret(const struct xml_node *node)
{
	struct secbuf *secret = xml_secret(node, SECRET_MAX);
	char *text = secbuf_edit(secret);
	size_t kept = 0;

	for (size_t i = 0; i < secbuf_len(secret); i++)
		if (!strchr(" \t\r\n", text[i]))
			text[kept++] = text[i];
	secbuf_cut(secret, kept);
	return secret;
}

static bool take_key_id(const struct xml_node *node, char **id)
{
	char text[KEY_ID_LEN];

	if (!xml_text(node, text, sizeof(text)) || text[0] == '\0')
		return false;
	*id = mem_strdup(text);
	return *id != NULL;
}

/*
 * How much later than our clock says AWS may be, as the answer's Date header
 * has it: no more than AWS allows a signature to be off.
 */
static int64_t lag(const struct api_caller *caller)
{
	const struct api_skew *skew = caller->skew;

	if (!skew || !skew->known || skew->ahead < 0)
		return 0;
	if (skew->correcting || skew->ahead < SIGV4_WINDOW)
		return skew->ahead;
	return SIGV4_WINDOW;
}

/* A session that outlives what was asked for is none of AWS's. */
static bool check_expiry(const struct api_caller *caller, const char *action,
			 int64_t duration, const struct credentials *creds,
			 struct error *err)
{
	int64_t left = creds->expires - clock_now(caller->clock);

	return left <= duration + SLACK + lag(caller) ||
	       error_fail(err, REASON_EXPIRY_TOO_LATE, .action = action,
			  .number = duration, .of = left);
}

/* All four of them, or nothing. */
static bool take_credentials(const struct query *query,
			     const struct xml_node *from, int64_t duration,
			     struct credentials *creds, struct error *err)
{
	struct credentials got = { 0 };
	char expires[64];
	bool ok;

	got.secret_key = take_secret(xml_child(from, "SecretAccessKey"));
	got.session_token = take_secret(xml_child(from, "SessionToken"));
	ok = (take_key_id(xml_child(from, "AccessKeyId"), &got.access_key_id) &&
	      got.secret_key && got.session_token &&
	      xml_text(xml_child(from, "Expiration"), expires,
		       sizeof(expires)) &&
	      timefmt_parse_iso(expires, &got.expires)) ||
	     error_fail(err, REASON_INCOMPLETE_ANSWER, .action = query->action,
			.other = "credentials");
	if (ok && !credentials_check(&got, err)) {
		err->code = ERROR_PROTOCOL;
		ok = error_add(err, .action = query->action);
	}
	ok = ok &&
	     check_expiry(query->caller, query->action, duration, &got, err);
	if (ok)
		*creds = got;
	else
		credentials_clear(&got);
	return ok;
}

static void put_mfa(struct query *query, const char *serial,
		    const struct secbuf *code)
{
	query_put(query, "SerialNumber", serial);
	query_put(query, "TokenCode", code ? secbuf_text(code) : NULL);
	query->spends_code = code != NULL;
}

/* Reads the credentials and the ARN of an assumed role. */
static bool take_role(const struct query *query, const struct xml_node *result,
		      int64_t duration, struct credentials *creds,
		      char assumed_arn[static 2049], struct error *err)
{
	(void)xml_text(xml_at(result, "AssumedRoleUser/Arn"), assumed_arn,
		       2049);
	return take_credentials(query, xml_child(result, "Credentials"),
				duration ? duration : LIMITS_ROLE_DEFAULT,
				creds, err);
}

bool sts_assume_role(const struct api_caller *caller,
		     const struct sts_assume_role *in,
		     struct credentials *creds, char assumed_arn[static 2049],
		     bool *sent, struct error *err)
{
	struct query query =
		query_begin(caller, AWS_STS, "AssumeRole", VERSION);
	struct xml *doc = NULL;
	bool ok;

	assumed_arn[0] = '\0';
	if (sent)
		*sent = false;
	query_put(&query, "RoleArn", in->role_arn);
	query_put(&query, "RoleSessionName", in->session_name);
	query_put_number(&query, "DurationSeconds", in->duration);
	query_put(&query, "ExternalId", in->external_id);
	query_put(&query, "SourceIdentity", in->source_identity);
	query_put_list(&query, "PolicyArns", ".arn", in->policy_arns);
	query_put_list(&query, "TransitiveTagKeys", "", in->transitive_tags);
	put_mfa(&query, in->mfa_serial, in->mfa_code);
	if (query_put_pairs(&query, "Tags", in->session_tags, err))
		doc = query_send(&query, sent, err);
	ok = doc && take_role(&query, xml_at(xml_root(doc), "AssumeRoleResult"),
			      in->duration, creds, assumed_arn, err);
	xml_free(doc);
	query_clear(&query);
	return ok;
}

bool sts_assume_role_with_web_identity(const struct api_caller *caller,
				       const struct sts_web_identity *in,
				       struct credentials *creds,
				       char assumed_arn[static 2049],
				       struct error *err)
{
	struct query query = query_begin(caller, AWS_STS,
					 "AssumeRoleWithWebIdentity", VERSION);
	struct xml *doc;
	bool ok;

	assumed_arn[0] = '\0';
	query.secret = in->token;
	query_put(&query, "RoleArn", in->role_arn);
	query_put(&query, "RoleSessionName", in->session_name);
	query_put(&query, "WebIdentityToken", secbuf_text(in->token));
	query_put_number(&query, "DurationSeconds", in->duration);
	query_put_list(&query, "PolicyArns", ".arn", in->policy_arns);
	doc = query_send(&query, NULL, err);
	ok = doc &&
	     take_role(&query,
		       xml_at(xml_root(doc), "AssumeRoleWithWebIdentityResult"),
		       in->duration, creds, assumed_arn, err);
	xml_free(doc);
	query_clear(&query);
	return ok;
}

bool sts_get_session_token(const struct api_caller *caller,
			   const struct sts_session_token *in,
			   struct credentials *creds, bool *sent,
			   struct error *err)
{
	struct query query =
		query_begin(caller, AWS_STS, "GetSessionToken", VERSION);
	struct xml *doc;
	bool ok;

	query_put_number(&query, "DurationSeconds", in->duration);
	put_mfa(&query, in->mfa_serial, in->mfa_code);
	doc = query_send(&query, sent, err);
	ok = doc &&
	     take_credentials(
		     &query,
		     xml_at(xml_root(doc), "GetSessionTokenResult/Credentials"),
		     in->duration ? in->duration : LIMITS_SESSION_DEFAULT,
		     creds, err);
	xml_free(doc);
	query_clear(&query);
	return ok;
}

bool sts_get_federation_token(const struct api_caller *caller,
			      const struct sts_federation_token *in,
			      struct credentials *creds, struct error *err)
{
	struct query query =
		query_begin(caller, AWS_STS, "GetFederationToken", VERSION);
	struct xml *doc;
	bool ok;

	query_put(&query, "Name", in->name);
	query_put(&query, "Policy", in->policy);
	query_put_number(&query, "DurationSeconds", in->duration);
	doc = query_send(&query, NULL, err);
	ok = doc &&
	     take_credentials(&query,
			      xml_at(xml_root(doc),
				     "GetFederationTokenResult/Credentials"),
			      in->duration ? in->duration
					   : LIMITS_SESSION_DEFAULT,
			      creds, err);
	xml_free(doc);
	query_clear(&query);
	return ok;
}

bool sts_get_caller_identity(const struct api_caller *caller,
			     struct sts_identity *out, struct error *err)
{
	struct query query =
		query_begin(caller, AWS_STS, "GetCallerIdentity", VERSION);
	struct xml *doc = query_send(&query, NULL, err);
	const struct xml_node *result =
		xml_at(xml_root(doc), "GetCallerIdentityResult");
	bool ok = doc != NULL;

	if (ok &&
	    !(xml_text(xml_child(result, "Account"), out->account,
		       sizeof(out->account)) &&
	      xml_text(xml_child(result, "Arn"), out->arn, sizeof(out->arn)) &&
	      xml_text(xml_child(result, "UserId"), out->user_id,
		       sizeof(out->user_id))))
		ok = error_fail(err, REASON_INCOMPLETE_ANSWER,
				.action = query.action, .other = "identity");
	xml_free(doc);
	query_clear(&query);
	return ok;
}
