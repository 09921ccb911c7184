#include "api/iam/keys.h"

#include <string.h>

#include "api/query.h"
#include "aws/limits.h"
#include "base/error.h"
#include "base/timefmt.h"
#include "format/xml.h"

#define VERSION "2010-05-08"

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

bool iam_keys_list(const struct api_caller *caller,
		   struct iam_key keys[static IAM_KEYS_MAX], size_t *n,
		   struct error *err)
{
	struct query query =
		query_begin(caller, AWS_IAM, "ListAccessKeys", VERSION);
	struct xml *doc = query_send(&query, NULL, err);
	bool ok = doc && read_list(doc, keys, n, err);

	xml_free(doc);
	query_clear(&query);
	return ok;
}
