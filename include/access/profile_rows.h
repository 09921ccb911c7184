#ifndef ACCESS_PROFILE_ROWS_H
#define ACCESS_PROFILE_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attrs.h"
#include "port/picker.h"

struct arena;
struct context;
struct error;
struct request;
struct world;

/* A profile of the files, as far as it can be planned. */
struct profile_row {
	struct picker_row shown; /* clean for a terminal */
	const char *name;        /* as it is in the files */
	const char *account;     /* NULL: not known */
	const char *role_arn;    /* NULL: none */
	const char *sso_role;    /* of IAM Identity Center, or NULL */
	int64_t expires; /* of its session, seconds since the epoch; 0: none */
	bool console;    /* its credentials may sign in to the console */
	bool read_only;  /* its role has the policy ReadOnlyAccess only */
	int64_t score;   /* the higher, the earlier it is shown */
	size_t n;        /* in the order of the files */
};

struct profile_rows {
	struct arena *arena; /* the caller's; of the rows and texts */
	struct profile_row *rows;
	size_t n;
};

/*
 * Makes a row for each profile of the context's files.  A profile that cannot be
 * planned has only its names and description.  With sessions, the keyring is
 * read for how long cached sessions last; if that fails, the rows do not say.
 * Fails if memory does, or if the user interrupts a question of the keyring.
 */
bool profile_rows_read(const struct request *request, const struct world *world,
		       const struct context *context, bool sessions,
		       struct profile_rows *rows, struct error *err) MUST_CHECK;

#endif
