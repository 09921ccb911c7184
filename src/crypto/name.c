#include "crypto/name.h"

#include <endian.h>
#include <sodium.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/text.h"

#define DIGEST_BYTES ((NAME_LEN - 1) / 2)
#define LEN_BYTES    9 /* before a field: whether there is one, and its length */
#define SHORT_FIELD  119 /* bytes that are hashed together with their length */

_Static_assert(sizeof(struct name_state) >= sizeof(crypto_generichash_state),
	       "room for libsodium's state");
_Static_assert(_Alignof(struct name_state) >=
		       _Alignof(crypto_generichash_state),
	       "and at a place that suits it");

/*
 * libsodium's results only report an invalid output length; ours is a valid
 * constant.
 */
static crypto_generichash_state *inner(struct name_state *state)
{
	return (void *)state->opaque;
}

static void add(struct name_state *state, const void *bytes, size_t len)
{
	(void)crypto_generichash_update(inner(state), bytes, len);
}

void name_begin(struct name_state *state, const char *what)
{
	(void)!sodium_init(); /* see seal.c */
	(void)crypto_generichash_init(inner(state), NULL, 0, DIGEST_BYTES);
	name_add(state, what);
}

void name_add(struct name_state *state, const char *field)
{
	uint64_t len = field ? strlen(field) : 0;
	uint8_t bytes[LEN_BYTES + SHORT_FIELD] = { field ? 1 : 0 };
	bool fits = len <= SHORT_FIELD;
	uint64_t little = htole64(len);

	memcpy(bytes + 1, &little, sizeof(little));
	if (fits && len > 0)
		/* NOLINTNEXTLINE(bugprone-not-null-terminated-result) */
		memcpy(bytes + LEN_BYTES, field, len);
	add(state, bytes, LEN_BYTES + (fits ? len : 0));
	if (!fits)
		add(state, field, len);
}

void name_end(struct name_state *state, char name[static NAME_LEN])
{
	uint8_t digest[DIGEST_BYTES];

	(void)crypto_generichash_final(inner(state), digest, sizeof(digest));
	text_hex(digest, sizeof(digest), name);
}
