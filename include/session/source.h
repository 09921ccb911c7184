#ifndef SESSION_SOURCE_H
#define SESSION_SOURCE_H

#include <stdbool.h>

#include "aws/credentials.h"
#include "base/attrs.h"
#include "plan/plan.h"
#include "session/store/key.h"

struct error;
struct world;

/* Things that a source needs to obtain credentials. */
enum session_needs {
	SESSION_NEEDS_KEYRING = 1 << 0,
	SESSION_NEEDS_NETWORK = 1 << 1,
	SESSION_NEEDS_USER = 1 << 2, /* it may ask, or open a browser */
};

/* The credentials that a chain starts from. The caller owns creds. */
struct session_start {
	struct credentials creds;
	char user_arn[KEY_ARN_LEN]; /* of their user; "" if not known */
	bool stored;                /* they come from the keyring */
};

/* A kind of source of credentials: a row of session/source/sources.def. */
struct session_source {
	const char *name; /* in messages: "a credential_process" */
	unsigned needs;   /* enum session_needs */
	bool usable;      /* false: it can only be planned and explained */
};

/* Returns the row of a kind, or NULL for one that is not a source. */
const struct session_source *session_source_find(enum step_kind kind);

/*
 * Checks that the source of the plan's chain is supported; ERROR_CONFIG
 * (REASON_SOURCE_UNSUPPORTED) if not.  Opens nothing.
 */
bool session_source_check(const struct plan *plan,
			  struct error *err) MUST_CHECK;

/*
 * Obtains the credentials that the plan starts with.  start is empty after a
 * failure.  ERROR_CONFIG if the source is not supported, or no key is stored.
 */
bool session_source_load(const struct plan *plan, const struct world *world,
			 struct session_start *start,
			 struct error *err) MUST_CHECK;

#endif
