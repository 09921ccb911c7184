#ifndef SESSION_SOURCE_SOURCE_INTERNAL_H
#define SESSION_SOURCE_SOURCE_INTERNAL_H

#include <stdbool.h>

#include "base/attrs.h"
#include "session/source.h"

struct error;
struct plan;
struct world;

/*
 * Obtain the credentials that the plan starts with, into an empty start; the
 * caller clears it after a failure.  Rows of sources.def.
 */
bool static_key_load(const struct plan *plan, const struct world *world,
		     struct session_start *start,
		     struct error *err) MUST_CHECK; /* warns of plaintext */
bool stored_key_load(const struct plan *plan, const struct world *world,
		     struct session_start *start, struct error *err) MUST_CHECK;

#endif
