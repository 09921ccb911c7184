#ifndef CMD_PRINT_INTERNAL_H
#define CMD_PRINT_INTERNAL_H

#include <stdbool.h>

#include "base/attrs.h"

struct credentials;
struct error;
struct secbuf;
struct world;

/* Print a buffer to the output; one that failed is ERROR_MEMORY. */
bool print_secbuf(const struct world *world, const struct secbuf *text,
		  struct error *err) MUST_CHECK;

/*
 * The same for what put() writes, however long it is: put() is called until it
 * fits.  It returns false if memory is lacking elsewhere than in out.
 */
bool print_all(const struct world *world,
	       bool (*put)(struct secbuf *out, const void *what),
	       const void *what, struct error *err) MUST_CHECK;

/* credential_process's JSON object, with a line end. */
void print_credentials_json(struct secbuf *out,
			    const struct credentials *creds);

#endif
