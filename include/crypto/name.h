#ifndef CRYPTO_NAME_H
#define CRYPTO_NAME_H

#include <stddef.h>

/*
 * Names for things that must differ whenever what they stand for differs: a
 * digest (BLAKE2b, 160 bits, as hex) over fields, each with its length before
 * it, so that no two lists of fields look alike.  libsodium's, since the hot
 * path makes them and must not load libcrypto.
 */
#define NAME_LEN 41 /* 40 hex digits and a NUL */

struct name_state {
	_Alignas(64) unsigned char opaque[384];
};

void name_begin(struct name_state *state, const char *what);

/* NULL is a field of its own, unlike "". */
void name_add(struct name_state *state, const char *field);
void name_end(struct name_state *state, char name[static NAME_LEN]);

#endif
