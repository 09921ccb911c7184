#include "session/store/session.h"

#include <string.h>

#include "aws/credentials.h"
#include "base/error.h"
#include "base/mem.h"
#include "base/secbuf.h"
#include "format/record.h"

#define WHAT      "session"
#define VERSION   1
#define ID_MAX    129
#define FIXED_MAX 4096 /* everything except the secrets: names, id, ARN, time */

struct secbuf *session_record_write(const struct credentials *creds,
				    const char *user_arn)
{
	size_t cap = secbuf_len(creds->secret_key) +
		     secbuf_len(creds->session_token) + FIXED_MAX;
	struct secbuf *record = record_new(WHAT, VERSION, cap);

	record_put(record, "access_key_id", creds->access_key_id);
	record_put(record, "secret_key", secbuf_text(creds->secret_key));
	record_put(record, "session_token", secbuf_text(creds->session_token));
	record_put_time(record, "expires", creds->expires);
	record_put(record, "user_arn", *user_arn ? user_arn : NULL);
	if (secbuf_ok(record))
		return record;
	secbuf_free(record);
	return NULL;
}

static char *copy_text(const char *text)
{
	size_t len = strlen(text) + 1;
	char *copy = mem_alloc(len);

	if (copy)
		memcpy(copy, text, len);
	return copy;
}

bool session_record_read(const struct secbuf *record, struct credentials *creds,
			 char user_arn[static KEY_ARN_LEN], struct error *err)
{
	char id[ID_MAX];
	bool ok;

	*creds = (struct credentials){ 0 };
	if (!record_check(record, WHAT, VERSION, err))
		return false;
	(void)record_text(record, "user_arn", user_arn, KEY_ARN_LEN);
	if (!record_text(record, "access_key_id", id, sizeof(id)) ||
	    !record_time(record, "expires", &creds->expires))
		return error_set(err, ERROR_PROTOCOL,
				 "a cached session without id or expiry");
	if (!record_has(record, "secret_key") ||
	    !record_has(record, "session_token"))
		return error_set(err, ERROR_PROTOCOL,
				 "a cached session without a key");
	creds->access_key_id = copy_text(id);
	creds->secret_key = record_get(record, "secret_key");
	creds->session_token = record_get(record, "session_token");
	ok = (creds->access_key_id && creds->secret_key &&
	      creds->session_token) ||
	     error_memory(err);
	if (ok && !credentials_check(creds, err)) {
		err->code = ERROR_PROTOCOL;
		ok = false;
	}
	if (!ok)
		credentials_clear(creds);
	return ok;
}
