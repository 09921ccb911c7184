#ifndef CMD_SHARE_INTERNAL_H
#define CMD_SHARE_INTERNAL_H

#include <stdbool.h>

#include "access/config_write.h"
#include "access/context.h"
#include "base/attrs.h"

struct config_section;
struct credentials;
struct error;
struct request;
struct world;

/*
 * Lets two profiles with the same key share one item: the source_profile of the
 * second names the first.  The key is then replaced, removed and asked a code
 * for only once.
 */
struct sharing {
	const struct request *request;
	const struct world *world;
	struct context *context;
	const char *profile;             /* that gets the key */
	const struct credentials *creds; /* the complete key */
	/* Where the key is in the files, from which it moves; or NULL. */
	const struct config_section *moved;
	bool asks;   /* the user may be asked */
	bool yes;    /* or has already agreed */
	bool warned; /* of a stored key that cannot be read */
};

/*
 * Lets this profile use another profile's item of the same key, if the config
 * file and the user allow it.  If *shared, the key need not be stored;
 * otherwise a warning is printed.  Fails like the keyring, config_write_add()
 * and the prompt.
 */
bool share_key(const struct sharing *sharing, bool *shared,
	       struct error *err) MUST_CHECK;

#endif
