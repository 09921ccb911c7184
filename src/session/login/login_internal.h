#ifndef SESSION_LOGIN_LOGIN_INTERNAL_H
#define SESSION_LOGIN_LOGIN_INTERNAL_H

#include <stdbool.h>

#include "aws/credentials.h"
#include "base/attrs.h"

struct arena;
struct error;
struct login_token;
struct secbuf;
struct world;

/*
 * A cache file, and what it says.  No JSON is kept: its memory is ordinary, and
 * would hold the secrets during a request.
 */
struct login_file {
	const char *path;    /* borrowed */
	struct secbuf *text; /* as it is */
	struct credentials creds;
	const char *client; /* in arena */
	const char *region; /* signInRegion, in arena; or NULL */
	struct secbuf *refresh;
	struct secbuf *key; /* dpopKey */
};
void login_file_clear(struct login_file *file);

/*
 * Reads a cache file, once more after a moment if it is not JSON: other tools
 * write it in place.  The caller owns *file, which is empty after a failure.
 */
bool login_file_read(const struct world *world, const char *path,
		     struct arena *arena, struct login_file *file,
		     struct error *err) MUST_CHECK;

/*
 * Replaces credentials and refresh token of the file, and keeps its other
 * members.  The file is then readable by the user alone.
 */
bool login_file_write(const struct world *world, const struct login_file *file,
		      const struct login_token *token,
		      struct error *err) MUST_CHECK;

#endif
