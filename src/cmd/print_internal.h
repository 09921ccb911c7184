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
 * Prints the public text that put() writes, with all controls but line ends
 * replaced.  put() returns false if memory is lacking elsewhere than in out.
 */
bool print_all(const struct world *world,
	       bool (*put)(struct strbuf *out, const void *what),
	       const void *what, struct error *err) MUST_CHECK;

/* Appends a text that comes from outside, with its controls replaced. */
void print_clean(struct strbuf *out, const char *text);

/*
 * Returns how many columns of a terminal print_clean() fills with a text: East
 * Asian characters take two, combining characters none.
 */
size_t print_width(const char *text);

/* Prints the JSON object of credential_process, and a line end. */
void print_credentials_json(struct secbuf *out,
			    const struct credentials *creds);

/*
 * Writes which keyring is used, and why, as a sentence; "" if it does not say.
 * keyring must have been used once.
 */
void print_keyring(const struct keyring *keyring, char *out, size_t size);

/*
 * Returns the n-th keyring other than the one in use that has a key of profile
 * as well, as far as it can be seen without asking; NULL after the last.
 * world->keyring must have been used once.
 */
const char *print_other_keyring(const struct world *world, const char *profile,
				size_t n);

/*
 * Adds to a failure to find an item that another keyring was preferred to the
 * one that was searched, and why it is not available: it may have the item.
 * Returns false.
 */
bool print_searched(const struct world *world, struct error *err);

#endif
