#ifndef CMD_ADD_ADD_INTERNAL_H
#define CMD_ADD_ADD_INTERNAL_H

#include <stdbool.h>

#include "base/attrs.h"

struct credentials;
struct error;
struct request;
struct world;

/*
 * Reads the access key to store from the environment, stdin or the user, as
 * request says.  ERROR_USAGE if it cannot be a key; the error contains no byte
 * of the secret.
 */
bool add_read(const struct request *request, const struct world *world,
	      struct credentials *creds, struct error *err) MUST_CHECK;

#endif
