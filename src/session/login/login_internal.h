#ifndef SESSION_LOGIN_LOGIN_INTERNAL_H
#define SESSION_LOGIN_LOGIN_INTERNAL_H

#include <stdbool.h>

#include "aws/credentials.h"
#include "base/attrs.h"

struct error;
struct json;
struct login_token;
struct secbuf;
struct world;

/* A cache file, and what it says. */
struct login_file {
	const char *path;    /* borrowed */
	struct secbuf *text; /* as it is */
	struct json *json;
	struct credentials creds;
	const char *client; /* of json */
	const char *region; /* signInRegion, of json; or NULL */
	struct secbuf *refresh;
	struct secbuf *key; /* dpopKey */
};
void login_file_clear(struct login_file *file);

/*
 * Reads a cache file, once more after a moment if it is not JSON: other tools
 * write it in place.  The caller owns *file, which is empty after a failure.
 */
bool login_file_read(const struct world *world, const char *path,
		     struct login_file *file, struct error *err) MUST_CHECK;

/*
 * Replaces credentials and refresh token of the file, and keeps its other
 * members.  The file is then readable by the user alone.
 */
bool login_file_write(const struct world *world, const struct login_file *file,
		      const struct login_token *token,
		      struct error *err) MUST_CHECK;

#endif
