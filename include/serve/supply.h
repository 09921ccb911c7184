#ifndef SERVE_SUPPLY_H
#define SERVE_SUPPLY_H

#include <stdbool.h>
#include <stdint.h>

#include "aws/credentials.h"
#include "base/error.h"

/* Two clocks at one moment. The second does not change with the date. */
struct moment {
	int64_t wall;   /* seconds since the epoch */
	int64_t uptime; /* milliseconds since the start of the machine */
};

/*
 * Holds the credentials that a server hands out, and decides when they are
 * renewed.  It renews nothing itself: its owner asks supply_is_due(), starts an
 * attempt, and reports the result.  At most one attempt runs at a time, however
 * many clients ask.
 *
 * Credentials are renewed when 25 minutes are left, or half of their life if
 * that is less: botocore changes the expiry of credentials from an IMDS that
 * last less than 25 minutes, and asks a container endpoint at each call below
 * 15 (botocore/utils.py, botocore/credentials.py).
 */
struct supply {
	/* What they are for, for the answers; borrowed, or NULL if unknown. */
	const char *profile;
	const char *account;
	const char *role_arn;
	bool lazy; /* fetch nothing before the first client asks */

	/* The rest belongs to supply.c. */
	struct credentials creds;
	int64_t issued;     /* seconds since the epoch, when they arrived */
	int64_t good_until; /* ms of uptime */
	int64_t life;       /* ms */
	struct error why;   /* of the last attempt; NONE: it succeeded */
	int64_t again;      /* ms of uptime: no attempt before */
	bool busy;          /* an attempt is running */
	bool demanded;      /* a client asked since the last attempt */
	bool asked;         /* the user was asked, and gave no answer */
};

/* Returns how many seconds the credentials last; 0 if there are none. */
int64_t supply_left(const struct supply *supply, struct moment now);

/*
 * Notes that a client asks.  Returns the credentials, borrowed until the next
 * supply_renewed(), or NULL if none are valid.
 */
const struct credentials *supply_ask(struct supply *supply, struct moment now);

/* Tests whether an attempt is to be started now. */
bool supply_is_due(const struct supply *supply, struct moment now);

/*
 * Returns in how many milliseconds supply_is_due() may change without a client
 * that asks; at most an hour.
 */
int supply_due_in(const struct supply *supply, struct moment now);

/*
 * Notes that an attempt starts.  Returns whether it may ask the user: after a
 * question without an answer only a session that the user makes elsewhere
 * helps.
 */
bool supply_begin(struct supply *supply);

/* Takes new credentials; creds is empty afterwards. */
void supply_renewed(struct supply *supply, struct credentials *creds,
		    struct moment now);

/* Keeps the old credentials, and why there are no new ones. */
void supply_failed(struct supply *supply, const struct error *why,
		   struct moment now);

/* Overwrites and frees the credentials. */
void supply_clear(struct supply *supply);

#endif
