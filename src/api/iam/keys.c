#include "api/iam/keys.h"

#include <string.h>

#include "api/query.h"
#include "aws/credentials.h"
#include "aws/limits.h"
#include "base/error.h"
#include "base/mem.h"
#include "base/secbuf.h"
#include "base/timefmt.h"
#include "format/xml.h"

#define VERSION    "2010-05-08"
#define SECRET_MAX 1024 /* bytes; AWS gives 40 */

static bool no_sense(struct error *err)
{
	return error_fail(err, REASON_BAD_ANSWER, .action = "ListAccessKeys");
}

static bool read_key(const struct xml_node *member, struct iam_key *key,
		     struct error *err)
{
	char created[64];
	char status[32];

	if (!xml_text(xml_child(member, "AccessKeyId"), key->id,
		      sizeof(key->id)) ||
	    !limits_fit(&limits_key_id, key->id) ||
	    !xml_text(xml_child(member, "Status"), status, sizeof(status)) ||
	    !xml_text(xml_child(member, "CreateDate"), created,
		      sizeof(created)) ||
	    !timefmt_parse_iso(created, &key->created))
		return no_sense(err);
	key->active = strcmp(status, "Active") == 0;
	return true;
}

static bool read_list(const struct xml *doc, struct iam_key *keys, size_t *n,
		      struct error *err)
{
	const struct xml_node *member = xml_at(
		xml_root(doc), "ListAccessKeysResult/AccessKeyMetadata/member");

	for (*n = 0; member; member = xml_next(member)) {
		if (*n == IAM_KEYS_MAX)
			return no_sense(err);
		if (!read_key(member, &keys[(*n)++], err))
			return false;
	}
	return true;
}

bool iam_keys_list(const struct api_caller *caller, const char *user,
		   struct iam_key keys[static IAM_KEYS_MAX], size_t *n,
		   struct error *err)
{
	struct query query =
		query_begin(caller, AWS_IAM, "ListAccessKeys", VERSION);
	struct xml *doc;
	bool ok;

	query_put(&query, "UserName", user);
	doc = query_send(&query, NULL, err);
	ok = doc && read_list(doc, keys, n, err);
	xml_free(doc);
	query_clear(&query);
	return ok;
}

static bool read_created(const struct xml *doc, struct credentials *creds,
			 struct error *err)
{
	const struct xml_node *key =
		xml_at(xml_root(doc), "CreateAccessKeyResult/AccessKey");
	char id[LIMITS_KEY_ID_MAX + 1];

	if (!xml_text(xml_child(key, "AccessKeyId"), id, sizeof(id)))
		return error_fail(err, REASON_INCOMPLETE_ANSWER,
				  .action = "CreateAccessKey",
				  .other = "access key");
	creds->access_key_id = mem_alloc(sizeof(id));
	creds->secret_key =
		xml_secret(xml_child(key, "SecretAccessKey"), SECRET_MAX);
	if (!creds->access_key_id)
		return error_memory(err);
	memcpy(creds->access_key_id, id, sizeof(id));
	if (!creds->secret_key)
		return error_fail(err, REASON_INCOMPLETE_ANSWER,
				  .action = "CreateAccessKey",
				  .other = "access key");
	return credentials_check(creds, err) || error_as(err, ERROR_PROTOCOL);
}

bool iam_keys_create(const struct api_caller *caller, const char *user,
		     struct credentials *creds, bool *sent, struct error *err)
{
	struct query query =
		query_begin(caller, AWS_IAM, "CreateAccessKey", VERSION);
	struct xml *doc;
	bool ok;

	*creds = (struct credentials){ 0 };
	query_put(&query, "UserName", user);
	query.spends_code = true; /* a second one would make a second key */
	doc = query_send(&query, sent, err);
	ok = doc && read_created(doc, creds, err);
	if (!ok)
		credentials_clear(creds);
	xml_free(doc);
	query_clear(&query);
	return ok;
}

/* Sends an action on a key, whose response has no content. */
static bool act(struct query *query, const char *user, const char *id,
		struct error *err)
{
	struct xml *doc;
	bool ok;

	query_put(query, "UserName", user);
	query_put(query, "AccessKeyId", id);
	doc = query_send(query, NULL, err);
	ok = doc != NULL;
	xml_free(doc);
	query_clear(query);
	return ok;
}

bool iam_keys_set_active(const struct api_caller *caller, const char *user,
			 const char *id, bool active, struct error *err)
{
	struct query query =
		query_begin(caller, AWS_IAM, "UpdateAccessKey", VERSION);

	query_put(&query, "Status", active ? "Active" : "Inactive");
	return act(&query, user, id, err);
}

bool iam_keys_delete(const struct api_caller *caller, const char *user,
		     const char *id, struct error *err)
{
	struct query query =
		query_begin(caller, AWS_IAM, "DeleteAccessKey", VERSION);

	return act(&query, user, id, err);
}

static bool read_use(const struct xml *doc, struct iam_key_use *use,
		     struct error *err)
{
	const struct xml_node *last = xml_at(
		xml_root(doc), "GetAccessKeyLastUsedResult/AccessKeyLastUsed");
	char when[64];

	*use = (struct iam_key_use){ .when = 0 };
	if (!last)
		return error_fail(err, REASON_BAD_ANSWER,
				  .action = "GetAccessKeyLastUsed");
	if (!xml_child(last, "LastUsedDate"))
		return true;
	(void)xml_text(xml_child(last, "ServiceName"), use->service,
		       sizeof(use->service));
	(void)xml_text(xml_child(last, "Region"), use->region,
		       sizeof(use->region));
	return (xml_text(xml_child(last, "LastUsedDate"), when, sizeof(when)) &&
		timefmt_parse_iso(when, &use->when)) ||
	       error_fail(err, REASON_BAD_ANSWER,
			  .action = "GetAccessKeyLastUsed");
}

bool iam_keys_last_used(const struct api_caller *caller, const char *id,
			struct iam_key_use *use, struct error *err)
{
	struct query query =
		query_begin(caller, AWS_IAM, "GetAccessKeyLastUsed", VERSION);
	struct xml *doc;
	bool ok;

	query_put(&query, "AccessKeyId", id);
	doc = query_send(&query, NULL, err);
	ok = doc && read_use(doc, use, err);
	xml_free(doc);
	query_clear(&query);
	return ok;
}
