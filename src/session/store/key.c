#include "session/store/key.h"

#include <string.h>

#include "aws/credentials.h"
#include "aws/endpoint.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/mem.h"
#include "base/secbuf.h"
#include "format/record.h"
#include "port/keyring.h"

#define WHAT      "key"
#define VERSION   1
#define URL_LEN   2048
#define FIXED_MAX 8192 /* id, ARN and URL: all but the secret */

static bool read_key(const struct secbuf *record, struct credentials *creds,
		     char arn[static KEY_ARN_LEN], struct error *err)
{
	char id[KEY_ID_LEN];

	if (!record_check(record, WHAT, VERSION, err))
		return false;
	(void)record_text(record, "user_arn", arn, KEY_ARN_LEN);
	if (!record_text(record, "access_key_id", id, sizeof(id)) ||
	    !record_has(record, "secret_key"))
		return error_fail(err, REASON_RECORD_INCOMPLETE,
				  .expected = WHAT);
	creds->access_key_id = mem_alloc(sizeof(id));
	creds->secret_key = record_get(record, "secret_key");
	if (!creds->access_key_id || !creds->secret_key) {
		credentials_clear(creds);
		return error_memory(err);
	}
	memcpy(creds->access_key_id, id, sizeof(id));
	if (credentials_check(creds, err))
		return true;
	credentials_clear(creds);
	return false;
}

/* Was the ARN given by that endpoint? sts NULL: by whichever. */
static bool is_from(const struct secbuf *record, const struct endpoint *sts)
{
	const char *url = sts ? endpoint_custom(sts) : NULL;
	char from[URL_LEN];
	bool custom = record_text(record, "user_arn_from", from, sizeof(from));

	return !sts || (url ? custom && strcmp(from, url) == 0 : !custom);
}

bool key_load_for(const struct keyring *keyring, const char *profile,
		  const struct endpoint *sts, struct credentials *creds,
		  char arn[static KEY_ARN_LEN], struct error *err)
{
	struct secbuf *record = NULL;
	bool ok;

	*creds = (struct credentials){ 0 };
	arn[0] = '\0';
	ok = keyring_get(keyring, KEYRING_KEY, profile, &record, err);
	if (ok && record && !read_key(record, creds, arn, err)) {
		/* Whatever is wrong with it, it is the keyring's content. */
		if (err->code != ERROR_MEMORY)
			err->code = ERROR_KEYRING;
		ok = error_context(err, REASON_STORED_KEY, .profile = profile);
	}
	if (ok && record && !is_from(record, sts))
		arn[0] = '\0';
	secbuf_free(record);
	return ok;
}

bool key_load(const struct keyring *keyring, const char *profile,
	      struct credentials *creds, char arn[static KEY_ARN_LEN],
	      struct error *err)
{
	return key_load_for(keyring, profile, NULL, creds, arn, err);
}

bool key_store(const struct keyring *keyring, const char *profile,
	       const struct credentials *creds, const char *arn,
	       const struct endpoint *sts, struct error *err)
{
	struct arena *arena = arena_new();
	const char *label =
		arena ? arena_printf(arena, "rolekey: access key of %s",
				     profile)
		      : NULL;
	struct secbuf *record = record_new(
		WHAT, VERSION, secbuf_len(creds->secret_key) + FIXED_MAX);
	struct keyring_item item = { .kind = KEYRING_KEY,
				     .name = profile,
				     .label = label,
				     .origin = profile };
	bool ok;

	record_put(record, "access_key_id", creds->access_key_id);
	record_put(record, "secret_key", secbuf_text(creds->secret_key));
	record_put(record, "user_arn", *arn ? arn : NULL);
	record_put(record, "user_arn_from", *arn ? endpoint_custom(sts) : NULL);
	ok = (secbuf_ok(record) && label) || error_memory(err);
	ok = ok && keyring_put(keyring, &item, record, err);
	secbuf_free(record);
	arena_free(arena);
	return ok;
}

void key_store_name(const struct keyring *keyring, char name[static NAME_LEN])
{
	struct name_state state;

	name_begin(&state, "rolekey key store");
	name_add(&state, keyring->name);
	name_add(&state, keyring->store);
	name_end(&state, name);
}
