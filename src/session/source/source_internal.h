#ifndef SESSION_SOURCE_SOURCE_INTERNAL_H
#define SESSION_SOURCE_SOURCE_INTERNAL_H

#include <stdbool.h>

#include "base/attrs.h"
#include "session/source.h"

/* The key in the keyring, or else in the AWS files: stored_key.c. */
extern const struct session_source stored_key_source;

/* The access key or session in the AWS files: static_key.c. */
extern const struct session_source static_key_source;

/* Loads the key of the files, which the plan has, with a warning. */
bool static_key_load(const struct plan *plan, const struct world *world,
		     struct session_start *start, struct error *err) MUST_CHECK;

#endif
