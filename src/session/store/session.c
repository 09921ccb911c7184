#include "session/store/session.h"

#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/secbuf.h"
#include "format/record.h"

#define WHAT      "session"
#define VERSION   2
#define ID_MAX    129
#define FIXED_MAX 4096 /* names, ids, ARN and times: all but the secrets */

static const char *or_none(const char *text)
{
	return *text != '\0' ? text : NULL;
}

struct secbuf *session_record_write(const struct session_record *session)
{
	const struct credentials *creds = &session->creds;
	size_t cap = secbuf_len(creds->secret_key) +
		     secbuf_len(creds->session_token) + FIXED_MAX;
	struct secbuf *record = record_new(WHAT, VERSION, cap);

	record_put(record, "access_key_id", creds->access_key_id);
	record_put(record, "secret_key", secbuf_text(creds->secret_key));
	record_put(record, "session_token", secbuf_text(creds->session_token));
	record_put_time(record, "expires", creds->expires);
	record_put_time(record, "issued", session->issued);
	if (creds->ends != creds->expires)
		record_put_time(record, "ends", creds->ends);
	record_put(record, "key_id", or_none(session->key_id));
	record_put(record, "key_store", or_none(session->key_store));
	record_put(record, "key_stamp", or_none(session->key_stamp));
	record_put(record, "user_arn", or_none(session->user_arn));
	record_put(record, "session_name", or_none(creds->session_name));
	if (secbuf_ok(record))
		return record;
	secbuf_free(record);
	return NULL;
}

/* Sets absent values to "", which match no key. */
static bool read_public(const struct secbuf *record,
			struct session_record *session, char id[static ID_MAX])
{
	struct credentials *creds = &session->creds;

	(void)record_text(record, "user_arn", session->user_arn,
			  sizeof(session->user_arn));
	(void)record_text(record, "session_name", creds->session_name,
			  sizeof(creds->session_name));
	(void)record_text(record, "key_id", session->key_id,
			  sizeof(session->key_id));
	(void)record_text(record, "key_stamp", session->key_stamp,
			  sizeof(session->key_stamp));
	if (!record_text(record, "access_key_id", id, ID_MAX) ||
	    !record_time(record, "expires", &creds->expires) ||
	    !record_time(record, "issued", &session->issued))
		return false;
	if (!record_time(record, "ends", &creds->ends))
		creds->ends = creds->expires;
	return true;
}

/* Reports why a secret could not be read: none or no memory. */
static bool fail_without(const struct secbuf *record, struct error *err)
{
	if (record_has(record, "secret_key") &&
	    record_has(record, "session_token"))
		return error_memory(err);
	return error_fail(err, REASON_RECORD_INCOMPLETE, .expected = WHAT);
}

bool session_record_read(const struct secbuf *record,
			 struct session_record *session, struct error *err)
{
	struct credentials *creds = &session->creds;
	char id[ID_MAX];
	bool ok;

	*session = (struct session_record){ .issued = 0 };
	if (!record_check(record, WHAT, VERSION, err))
		return false;
	if (!read_public(record, session, id))
		return error_fail(err, REASON_RECORD_INCOMPLETE,
				  .expected = WHAT);
	creds->access_key_id = mem_strdup(id);
	creds->secret_key = record_get(record, "secret_key");
	creds->session_token = record_get(record, "session_token");
	ok = (creds->access_key_id && creds->secret_key &&
	      creds->session_token) ||
	     fail_without(record, err);
	if (ok && !credentials_check(creds, err)) {
		err->code = ERROR_PROTOCOL;
		ok = false;
	}
	if (!ok)
		credentials_clear(creds);
	return ok;
}
