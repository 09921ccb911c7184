#ifndef CMD_ROTATE_ROTATE_INTERNAL_H
#define CMD_ROTATE_ROTATE_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "access/context.h"
#include "api/iam/keys.h"
#include "aws/credentials.h"
#include "base/attrs.h"
#include "session/store/key.h"
#include "session/store/rotation.h"

struct error;
struct request;
struct world;

#define ROTATE_USER_LEN 129 /* of a user's name, with its NUL */

struct rotate_options {
	bool check;
	bool keep_old;
	bool yes;
};

/* The rotation of a key, new or continued. */
struct rotating {
	const struct rotate_options *options;
	const struct request *request;
	const struct world *world;
	struct context context;
	const char *profile;    /* the key is stored for it */
	struct credentials key; /* as stored */
	char user_arn[KEY_ARN_LEN];
	char user[ROTATE_USER_LEN];
	/* Signs requests to IAM if a device is known; else the key does. */
	struct credentials session;
	bool cached; /* the session was */
	struct api_skew skew;
	struct api_caller caller;
	struct iam_key keys[IAM_KEYS_MAX]; /* the user's */
	size_t n_keys;
	const char **holders; /* profiles that the key is stored for */
	size_t n_holders;
	struct rotation journal;
	bool unfinished; /* an earlier rotation left its journal */
};

/* --- holders.c: the keyring ---------------------------------------------------- */

/*
 * Loads the key of the profile and the journal of an unfinished rotation.  If
 * the keyring has lost the key, and the journal has the new one, that one is
 * stored again.
 */
bool rotate_holders_load(struct rotating *r, struct error *err) MUST_CHECK;

/*
 * Finds the profiles that the key, or the one of the journal, is stored for.
 * REASON_KEY_ALSO_IN_FILE if a line of the AWS files has it, too: that profile
 * would lose it.
 */
bool rotate_holders_find(struct rotating *r, struct error *err) MUST_CHECK;

/* Stores the journal's new key for all of them that have the old one. */
bool rotate_holders_switch(struct rotating *r, struct error *err) MUST_CHECK;

/* --- user.c: requests to AWS ---------------------------------------------------- */

/* Finds the user's name, before a code is used. */
bool rotate_user_identify(struct rotating *r, struct error *err) MUST_CHECK;

/*
 * Obtains the session that signs, if a device is known, and lists the user's
 * keys.
 */
bool rotate_user_list(struct rotating *r, struct error *err) MUST_CHECK;

/* Finds a key in that list. NULL if AWS did not list it. */
const struct iam_key *rotate_user_find(const struct rotating *r,
				       const char *id);

/* Finds another key than these two in the list, or NULL. */
const struct iam_key *rotate_user_other(const struct rotating *r, const char *a,
					const char *b);

/*
 * Reports when a key was last used. *days: how long ago; -1: never; -2: AWS does
 * not say, which was reported, too.
 */
#define ROTATE_USER_NEVER   (-1)
#define ROTATE_USER_UNKNOWN (-2)
void rotate_user_last_used(struct rotating *r, const char *id, int64_t *days);

/*
 * Waits until AWS accepts a key so many times in a row: IAM needs seconds until
 * all of it knows a new key.
 */
bool rotate_user_try(struct rotating *r, const struct credentials *key,
		     int times, struct error *err) MUST_CHECK;

/*
 * Makes the journal's old key inactive, and deletes it unless it is kept. *left:
 * that needs another code, so it is left to the next rotation.
 */
bool rotate_user_retire(struct rotating *r, bool *left,
			struct error *err) MUST_CHECK;

/* AWS's time, in seconds since the epoch. */
int64_t rotate_user_now(const struct rotating *r);

#endif
