#ifndef CMD_ADD_ADD_INTERNAL_H
#define CMD_ADD_ADD_INTERNAL_H

#include <stdbool.h>

#include "base/attrs.h"

struct credentials;
struct error;
struct world;

/* Where the access key to store is read from. */
enum add_from { ADD_FROM_USER, ADD_FROM_ENVIRONMENT, ADD_FROM_STDIN };

/*
 * Reads the access key to store.  ERROR_USAGE if it cannot be a key; the error
 * contains no byte of the secret.
 */
bool add_read(enum add_from from, const struct world *world,
	      struct credentials *creds, struct error *err) MUST_CHECK;

#endif
