#ifndef ACCESS_CONFIG_WRITE_H
#define ACCESS_CONFIG_WRITE_H

#include <stdbool.h>

#include "base/attrs.h"

struct error;
struct request;
struct world;

/*
 * Adds "KEY = VALUE" to the profile's section of ~/.aws/config, or only the
 * section if key is NULL, and prints a notice.  A missing section is added.
 * ERROR_CONFIG if the key already exists, or another program has changed the
 * file meanwhile.
 */
bool config_write_add(const struct request *request, const struct world *world,
		      const char *profile, const char *key, const char *value,
		      struct error *err) MUST_CHECK;

#endif
