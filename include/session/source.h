#ifndef SESSION_SOURCE_H
#define SESSION_SOURCE_H

#include <stdbool.h>
#include <stdint.h>

#include "aws/credentials.h"
#include "base/attrs.h"
#include "base/reason.h"
#include "plan/plan.h"
#include "session/store/key.h"

struct api_skew;
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
	const char *name;          /* in messages: "a credential_process" */
	unsigned needs;            /* enum session_needs */
	enum error_reason context; /* of its errors; REASON_NONE for keys */
};

/* Returns the row of a kind, or NULL for one that is not a source. */
const struct session_source *session_source_find(enum step_kind kind);

/*
 * A program that rolekey runs for credentials gets this variable: the names of
 * all such programs that it runs for, separated by commas (session/source.c).
 */
#define SESSION_SOURCE_VARIABLE "ROLEKEY_PROCESSES"

/*
 * Checks that the source of the plan's chain is complete, and is not a program
 * that waits for this call; ERROR_CONFIG (REASON_SSO_NO_ROLE,
 * REASON_PROCESS_LOOP) if not.  Opens nothing.
 */
bool session_source_check(const struct plan *plan, char *const *environment,
			  struct error *err) MUST_CHECK;

/* Parameters of a source. All are borrowed. */
struct session_source_use {
	const struct plan *plan;
	const struct world *world;
	struct api_skew *skew;  /* of its requests; or NULL */
	const char *login_name; /* for a RoleSessionName; or NULL */
	const char *browser;    /* the user's choice, or NULL */
	bool sso_shared;        /* sso_cache = shared */
	int64_t least; /* seconds that cached credentials should last */
	bool refresh;  /* do not use cached ones */
	int patience;  /* seconds to wait for another process that asks */
};

/*
 * Obtains the credentials that the plan starts with.  start is empty after a
 * failure, which has the context of the source.
 * ERROR_CONFIG if no key is stored.
 */
bool session_source_load(const struct session_source_use *use,
			 struct session_start *start,
			 struct error *err) MUST_CHECK;

#endif
