#ifndef ACCESS_CONFIG_WRITE_H
#define ACCESS_CONFIG_WRITE_H

#include <stdbool.h>

#include "base/attrs.h"

struct error;
struct request;
struct world;

/*
 * Add "KEY = VALUE" to the profile's section of ~/.aws/config, which is made if
 * there is none, and say so; key may be NULL: the section alone.  ERROR_CONFIG
 * if it is there already, or somebody else changed the file meanwhile.
 */
bool config_write_add(const struct request *request, const struct world *world,
		      const char *profile, const char *key, const char *value,
		      struct error *err) MUST_CHECK;

#endif
