#include "crypto/name.h"

#include <sodium.h>
#include <stdint.h>
#include <string.h>

#define DIGEST_BYTES ((NAME_LEN - 1) / 2)

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
	uint8_t before[9] = { field ? 1 : 0 };

	for (size_t i = 0; i < 8; i++)
		before[1 + i] = (uint8_t)(len >> (8 * i));
	add(state, before, sizeof(before));
	if (field)
		add(state, field, len);
}

void name_end(struct name_state *state, char name[static NAME_LEN])
{
	uint8_t digest[DIGEST_BYTES];

	(void)crypto_generichash_final(inner(state), digest, sizeof(digest));
	(void)sodium_bin2hex(name, NAME_LEN, digest, sizeof(digest));
}
