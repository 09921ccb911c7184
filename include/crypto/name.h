#ifndef CRYPTO_NAME_H
#define CRYPTO_NAME_H

#include <stddef.h>

/*
 * Makes names that differ whenever their fields differ: BLAKE2b with 160 bits,
 * in hexadecimal, over the fields, each preceded by its length.  It uses
 * libsodium, because bin/rolekey makes such names and must not load libcrypto.
 */
#define NAME_LEN 41 /* 40 hex digits and a NUL */

struct name_state {
	_Alignas(64) unsigned char opaque[384];
};

/* Starts a name. what is its first field and separates kinds of names. */
void name_begin(struct name_state *state, const char *what);

/* Adds a field. NULL is a field of its own, different from "". */
void name_add(struct name_state *state, const char *field);
void name_end(struct name_state *state, char name[static NAME_LEN]);

#endif
