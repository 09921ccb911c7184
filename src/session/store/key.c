#include "session/store/key.h"

#include <string.h>

#include "aws/credentials.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/mem.h"
#include "base/secbuf.h"
#include "format/record.h"
#include "port/keyring.h"

#define WHAT      "key"
#define VERSION   1
#define ID_MAX    129
#define FIXED_MAX 4096

static bool read_key(const struct secbuf *record, struct credentials *creds,
		     char arn[static KEY_ARN_LEN], struct error *err)
{
	char id[ID_MAX];

	if (!record_check(record, WHAT, VERSION, err))
		return false;
	(void)record_text(record, "user_arn", arn, KEY_ARN_LEN);
	if (!record_text(record, "access_key_id", id, sizeof(id)))
		return error_set(err, ERROR_KEYRING,
				 "the stored item has no access key id");
	if (!record_has(record, "secret_key"))
		return error_set(err, ERROR_KEYRING,
				 "the stored item has no secret key");
	creds->access_key_id = mem_alloc(sizeof(id));
	creds->secret_key = record_get(record, "secret_key");
	if (!creds->access_key_id || !creds->secret_key) {
		credentials_clear(creds);
		return error_set(err, ERROR_MEMORY, "no memory for a key");
	}
	memcpy(creds->access_key_id, id, sizeof(id));
	if (credentials_check(creds, err))
		return true;
	credentials_clear(creds);
	return false;
}

bool key_load(const struct keyring *keyring, const char *profile,
	      struct credentials *creds, char arn[static KEY_ARN_LEN],
	      struct error *err)
{
	struct secbuf *record = NULL;
	bool ok;

	*creds = (struct credentials){ 0 };
	arn[0] = '\0';
	ok = keyring_get(keyring, KEYRING_KEY, profile, &record, err);
	if (ok && record && !read_key(record, creds, arn, err)) {
		/* A malformed record is an error of the keyring. */
		err->code = err->code == ERROR_MEMORY ? ERROR_MEMORY
						      : ERROR_KEYRING;
		ok = error_within(err, "the key stored for %s", profile);
	}
	secbuf_free(record);
	return ok;
}

bool key_store(const struct keyring *keyring, const char *profile,
	       const struct credentials *creds, const char *arn,
	       struct error *err)
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
	ok = (secbuf_ok(record) && label) ||
	     error_set(err, ERROR_MEMORY, "no memory to store a key");
	ok = ok && keyring_put(keyring, &item, record, err);
	secbuf_free(record);
	arena_free(arena);
	return ok;
}

bool key_drop_sessions(const struct keyring *keyring, const char *profile,
		       unsigned *n, struct error *err)
{
	struct arena *arena = arena_new();
	const struct keyring_item *items = NULL;
	size_t count = 0;
	bool ok;

	*n = 0;
	ok = arena || error_set(err, ERROR_MEMORY, "no memory for a list");
	ok = ok &&
	     keyring_list(keyring, KEYRING_SESSION, arena, &items, &count, err);
	for (size_t i = 0; ok && i < count; i++) {
		bool removed = false;

		if (profile && strcmp(items[i].origin, profile) != 0)
			continue;
		ok = keyring_remove(keyring, KEYRING_SESSION, items[i].name,
				    &removed, err);
		*n += removed;
	}
	arena_free(arena);
	return ok;
}
