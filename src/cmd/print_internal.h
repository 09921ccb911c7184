#ifndef CMD_PRINT_INTERNAL_H
#define CMD_PRINT_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attrs.h"

struct credentials;
struct error;
struct keyring;
struct secbuf;
struct strbuf;
struct world;

/* Prints a secret buffer to the output; one that failed is ERROR_MEMORY. */
bool print_secbuf(const struct world *world, const struct secbuf *text,
		  struct error *err) MUST_CHECK;

/*
 * Prints the public text that put() writes.  put() returns false if memory is
 * lacking elsewhere than in out.
 */
bool print_all(const struct world *world,
	       bool (*put)(struct strbuf *out, const void *what),
	       const void *what, struct error *err) MUST_CHECK;

/* Prints the JSON object of credential_process, and a line end. */
void print_credentials_json(struct secbuf *out,
			    const struct credentials *creds);

/*
 * Writes which keyring is used, and why, as a sentence; "" if it does not say.
 * keyring must have been used once.
 */
void print_keyring(const struct keyring *keyring, char *out, size_t size);

#endif
