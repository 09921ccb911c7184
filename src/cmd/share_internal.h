#ifndef CMD_SHARE_INTERNAL_H
#define CMD_SHARE_INTERNAL_H

#include <stdbool.h>

#include "access/config_write.h"
#include "access/context.h"
#include "base/attrs.h"

struct config_section;
struct config_value;
struct credentials;
struct error;
struct request;
struct world;

/*
 * Two profiles with one key share its item: the second one's source_profile
 * names the first, so that one key is replaced, removed and asked a code for,
 * and not two copies of it.
 */
struct sharing {
	const struct request *request;
	const struct world *world;
	struct context *context;
	const char *profile;             /* which is to have the key */
	const struct credentials *creds; /* the key, whole */
	bool asks;                       /* a person may be asked */
	bool yes;                        /* or has said so already */
};

/*
 * If another profile has that key, let this one use it, where the config and
 * the person allow it.  *shared: then it need not be stored; a copy is warned
 * of.  Errors of the keyring, of config_write_add() and of the prompt.
 */
bool share_key(const struct sharing *sharing, bool *shared,
	       struct error *err) MUST_CHECK;

/*
 * What of a profile's section (or NULL) makes it start from elsewhere than the
 * key that is stored under its name; NULL if nothing does.
 */
const struct config_value *
share_hindrance(const struct config_section *section);

#endif
