#ifndef ACCESS_FOLDER_PROFILE_H
#define ACCESS_FOLDER_PROFILE_H

#include <stdbool.h>

#include "base/attrs.h"

struct arena;
struct error;
struct request;
struct world;

#define FOLDER_PROFILE_FILE ".aws-profile"
#define FOLDER_PROFILE_MAX  4096 /* bytes */

/* The file that names the profile of a folder. */
struct folder_profile {
	const char *path;    /* NULL: there is none */
	const char *profile; /* the name in it; in the arena, like path */
	const char *key;     /* of the ledger: path and digest of the content */
	bool trusted;        /* the user trusted this content at this path */
};

/*
 * Searches the working directory and the folders above it for .aws-profile; the
 * nearest counts.  The file has one line, the name of a profile; empty lines
 * and lines that begin with '#' are ignored.  Anybody may have written it, so
 * use the name only if it is trusted.  ERROR_CONFIG if it cannot be read or has
 * something else.
 */
bool folder_profile_find(const struct request *request,
			 const struct world *world, struct arena *arena,
			 struct folder_profile *found,
			 struct error *err) MUST_CHECK;

/* Trusts the file with its present content, or no longer. */
bool folder_profile_trust(const struct world *world,
			  const struct folder_profile *found, bool trust,
			  struct error *err) MUST_CHECK;

#endif
