#ifndef CMD_ADD_ADD_INTERNAL_H
#define CMD_ADD_ADD_INTERNAL_H

#include <stdbool.h>

#include "base/attrs.h"

struct credentials;
struct error;
struct request;
struct world;

/*
 * The access key that is to be stored: from the environment, stdin or the
 * person, as request says.  A key that cannot be one is ERROR_USAGE, without a
 * byte of the secret in the text.
 */
bool add_read(const struct request *request, const struct world *world,
	      struct credentials *creds, struct error *err) MUST_CHECK;

#endif
