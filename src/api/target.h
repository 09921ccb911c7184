#ifndef API_TARGET_H
#define API_TARGET_H

#include <stdbool.h>

#include "base/attrs.h"

struct arena;
struct error;
struct exchange;

/* Where a request goes, and what SigV4 signs of it. */
struct target {
	const char *url;
	const char *host;         /* with the port, if the URL has one */
	const char *signing_path; /* encoded once more than it is sent */
};

/* Texts are in arena. ERROR_CONFIG for a bad endpoint, ERROR_MEMORY. */
bool target_find(const struct exchange *exchange, struct arena *arena,
		 struct target *target, struct error *err) MUST_CHECK;

#endif
