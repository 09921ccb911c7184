#include "api/sts.h"

#include <string.h>

#include "api/query.h"
#include "aws/credentials.h"
#include "base/error.h"
#include "base/mem.h"
#include "base/secbuf.h"
#include "base/timefmt.h"
#include "format/xml.h"

#define VERSION    "2011-06-15"
#define KEY_ID_MAX 129   /* with its NUL */
#define SECRET_MAX 65536 /* our limit: AWS sets none */

/*
 * Returns the text of a key or token.  It contains no white space; if a
 * response has some, a line was broken on the way.  NULL if it is empty or not
 * visible ASCII.
 */
static struct secbuf *take_secret(const struct xml_node *node)
{
	struct secbuf *secret = xml_secret(node, SECRET_MAX);
	char *text = secbuf_edit(secret);
	size_t kept = 0;
	bool visible = true;

	for (size_t i = 0; i < secbuf_len(secret); i++) {
		if (strchr(" \t\r\n", text[i]))
			continue;
		visible = visible && text[i] > ' ' && text[i] <= '~';
		text[kept++] = text[i];
	}
	secbuf_cut(secret, kept);
	if (kept > 0 && visible)
		return secret;
	secbuf_free(secret);
	return NULL;
}

static bool take_key_id(const struct xml_node *node, char **id)
{
	char text[KEY_ID_MAX];

	if (!xml_text(node, text, sizeof(text)) || text[0] == '\0')
		return false;
	*id = mem_alloc(strlen(text) + 1);
	if (*id)
		memcpy(*id, text, strlen(text) + 1);
	return *id != NULL;
}

/* Reads all four values, or nothing. */
static bool take_credentials(const struct xml_node *from,
			     struct credentials *creds, struct error *err)
{
	struct credentials got = { 0 };
	char expires[64];

	got.secret_key = take_secret(xml_child(from, "SecretAccessKey"));
	got.session_token = take_secret(xml_child(from, "SessionToken"));
	if (take_key_id(xml_child(from, "AccessKeyId"), &got.access_key_id) &&
	    got.secret_key && got.session_token &&
	    xml_text(xml_child(from, "Expiration"), expires, sizeof(expires)) &&
	    timefmt_parse_iso(expires, &got.expires)) {
		*creds = got;
		return true;
	}
	credentials_clear(&got);
	return error_set(err, ERROR_PROTOCOL,
			 "AWS's answer lacks a part of the credentials");
}

static void put_mfa(struct query *query, const char *serial,
		    const struct secbuf *code)
{
	query_put(query, "SerialNumber", serial);
	query_put(query, "TokenCode", code ? secbuf_text(code) : NULL);
	query->spends_code = code != NULL;
}

bool sts_assume_role(const struct api_caller *caller,
		     const struct sts_assume_role *in,
		     struct credentials *creds, char assumed_arn[static 2049],
		     bool *sent, struct error *err)
{
	struct query query =
		query_begin(caller, AWS_STS, "AssumeRole", VERSION);
	struct xml *doc = NULL;
	const struct xml_node *result;
	bool ok;

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
	result = xml_at(xml_root(doc), "AssumeRoleResult");
	ok = doc &&
	     take_credentials(xml_child(result, "Credentials"), creds, err);
	(void)xml_text(xml_at(result, "AssumedRoleUser/Arn"), assumed_arn,
		       2049);
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
	     take_credentials(xml_at(xml_root(doc),
				     "GetSessionTokenResult/Credentials"),
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
		ok = error_set(err, ERROR_PROTOCOL,
			       "AWS's answer lacks a part of the identity");
	xml_free(doc);
	query_clear(&query);
	return ok;
}
