#include "session/store/seed.h"

#include "base/arena.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "format/record.h"
#include "format/seed.h"
#include "port/keyring.h"

#define WHAT     "seed"
#define VERSION  1
#define SEED_MAX 512

/* Reads a record. A malformed one is an error of the keyring. */
static bool read_seed(const struct secbuf *record, struct secbuf **seed,
		      struct error *err)
{
	struct secbuf *text = NULL;
	bool ok;

	ok = record_check(record, WHAT, VERSION, err);
	text = ok ? record_get(record, "seed") : NULL;
	ok = ok && (text || error_fail(err, REASON_NO_SEED_IN_ITEM));
	ok = ok && seed_parse(text, seed, err);
	if (!ok && err->code != ERROR_MEMORY)
		err->code = ERROR_KEYRING;
	secbuf_free(text);
	return ok;
}

bool seed_load(const struct keyring *keyring, const char *serial,
	       struct secbuf **seed, struct error *err)
{
	struct secbuf *record = NULL;
	bool ok;

	*seed = NULL;
	ok = keyring_get(keyring, KEYRING_SEED, serial, &record, err);
	if (ok && record && !read_seed(record, seed, err))
		ok = error_context(err, REASON_STORED_SEED, .arn = serial);
	secbuf_free(record);
	return ok;
}

bool seed_store(const struct keyring *keyring, const char *serial,
		const struct secbuf *seed, struct error *err)
{
	struct arena *arena = arena_new();
	const char *label =
		arena ? arena_printf(arena, "rolekey: MFA seed of %s", serial)
		      : NULL;
	struct secbuf *text = seed_base32(seed);
	struct secbuf *record = record_new(WHAT, VERSION, SEED_MAX);
	const struct keyring_item item = { .kind = KEYRING_SEED,
					   .name = serial,
					   .label = label,
					   .origin = serial };
	bool ok;

	record_put(record, "seed", secbuf_text(text));
	ok = (text && secbuf_ok(record) && label) || error_memory(err);
	ok = ok && keyring_put(keyring, &item, record, err);
	secbuf_free(record);
	secbuf_free(text);
	arena_free(arena);
	return ok;
}
