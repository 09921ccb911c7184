#include "session/store/rotation.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/mem.h"
#include "base/secbuf.h"
#include "format/record.h"
#include "port/keyring.h"

#define WHAT      "rotation"
#define VERSION   1
#define FIXED_MAX 1024 /* bytes of all but the secret */

void rotation_clear(struct rotation *rotation)
{
	credentials_clear(&rotation->created);
	*rotation = (struct rotation){ .profile = NULL };
}

static struct secbuf *write_record(const struct rotation *rotation)
{
	const struct credentials *created = &rotation->created;
	size_t secret =
		created->secret_key ? secbuf_len(created->secret_key) : 0;
	struct secbuf *record = record_new(WHAT, VERSION, secret + FIXED_MAX);

	record_put(record, "old_key_id", rotation->old_id);
	record_put_time(record, "started", rotation->started);
	record_put(record, "keep_old", rotation->keep_old ? "yes" : NULL);
	if (created->access_key_id) {
		record_put(record, "access_key_id", created->access_key_id);
		record_put(record, "secret_key",
			   secbuf_text(created->secret_key));
	}
	return record;
}

static bool compare(const struct keyring *keyring,
		    const struct rotation *rotation,
		    const struct secbuf *record, struct error *err)
{
	struct secbuf *there = NULL;
	bool ok = keyring_get(keyring, KEYRING_ROTATION, rotation->profile,
			      &there, err);

	if (ok && (!there || !secbuf_equal(there, record)))
		ok = error_fail(err, REASON_READ_BACK_DIFFERS,
				.profile = rotation->profile,
				.other = keyring->name);
	secbuf_free(there);
	return ok;
}

bool rotation_store(const struct keyring *keyring,
		    const struct rotation *rotation, struct error *err)
{
	struct arena *arena = arena_new();
	struct secbuf *record = write_record(rotation);
	struct keyring_item item = { .kind = KEYRING_ROTATION,
				     .name = rotation->profile,
				     .origin = rotation->profile };
	bool ok;

	if (arena)
		item.label = arena_printf(arena,
					  "rolekey: rotation of the key of %s",
					  rotation->profile);
	ok = (item.label && secbuf_ok(record)) || error_memory(err);
	ok = ok && keyring_put(keyring, &item, record, err) &&
	     compare(keyring, rotation, record, err);
	secbuf_free(record);
	arena_free(arena);
	return ok;
}

/* Reads the new key, if AWS had answered. */
static bool read_created(const struct secbuf *record, struct credentials *creds,
			 struct error *err)
{
	char id[KEY_ID_LEN];

	if (!record_text(record, "access_key_id", id, sizeof(id)))
		return true;
	creds->access_key_id = mem_alloc(sizeof(id));
	creds->secret_key = record_get(record, "secret_key");
	if (!creds->access_key_id ||
	    (!creds->secret_key && record_has(record, "secret_key")))
		return error_memory(err);
	memcpy(creds->access_key_id, id, sizeof(id));
	return (creds->secret_key && credentials_check(creds, err)) ||
	       error_fail(err, REASON_RECORD_INCOMPLETE, .expected = WHAT);
}

static bool read_record(const struct secbuf *record, struct rotation *rotation,
			struct error *err)
{
	if (!record_check(record, WHAT, VERSION, err))
		return false;
	if (!record_text(record, "old_key_id", rotation->old_id,
			 sizeof(rotation->old_id)) ||
	    !record_time(record, "started", &rotation->started))
		return error_fail(err, REASON_RECORD_INCOMPLETE,
				  .expected = WHAT);
	rotation->keep_old = record_has(record, "keep_old");
	return read_created(record, &rotation->created, err);
}

bool rotation_load(const struct keyring *keyring, const char *profile,
		   struct rotation *rotation, bool *found, struct error *err)
{
	struct secbuf *record = NULL;
	bool ok;

	*rotation = (struct rotation){ .profile = profile };
	*found = false;
	if (!keyring_get(keyring, KEYRING_ROTATION, profile, &record, err))
		return false;
	ok = !record || read_record(record, rotation, err);
	*found = ok && record;
	if (!ok) {
		rotation_clear(rotation);
		if (err->code != ERROR_MEMORY)
			err->code = ERROR_KEYRING;
		(void)error_context(err, REASON_STORED_ROTATION,
				    .profile = profile);
	}
	secbuf_free(record);
	return ok;
}

bool rotation_remove(const struct keyring *keyring, const char *profile,
		     struct error *err)
{
	bool removed = false;

	return keyring_remove(keyring, KEYRING_ROTATION, profile, &removed,
			      err);
}
