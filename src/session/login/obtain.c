#include <stdio.h>

#include "api/caller.h"
#include "api/login.h"
#include "aws/limits.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "port/world.h"
#include "session/login.h"
#include "session/login/login_internal.h"

#define FRESH    300 /* seconds, as in botocore */
#define LOCK_LEN 2048

static int64_t left(const struct login_use *use, const struct login_file *file)
{
	return file->creds.expires - clock_now(&use->world->clock);
}

/* New credentials do not last for any time that a caller names. */
static bool lasts(const struct login_use *use, const struct login_file *file)
{
	int64_t least = use->least > FRESH && use->least < LIMITS_LOGIN_MAX
				? use->least
				: FRESH;

	return left(use, file) > least;
}

/* Finds the endpoint of the region in which the user signed in. */
static bool find_endpoint(const struct login_use *use,
			  const struct login_file *file, struct arena *arena,
			  struct endpoint *endpoint, struct error *err)
{
	const struct endpoint_options options = {
		.region = file->region,
		.fips = use->login->fips,
		.dualstack = use->login->dualstack,
	};

	*endpoint = use->login->endpoint;
	return !file->region || endpoint_custom(endpoint) ||
	       endpoint_for(AWS_LOGIN, &options, arena, endpoint, err) ||
	       error_add(err, .path = file->path, .key = "signInRegion");
}

static bool send(const struct login_use *use, const struct login_file *file,
		 struct endpoint endpoint, struct login_token *token,
		 struct error *err)
{
	const struct world *world = use->world;
	const struct api_caller caller = { .http = &world->http,
					   .clock = &world->clock,
					   .skew = use->skew,
					   .max_attempts =
						   use->plan->max_attempts,
					   .notices = &world->notices,
					   .endpoint = endpoint,
					   .trust = use->plan->trust };
	const struct login_grant grant = { .signer = &world->signer,
					   .key = file->key,
					   .client = file->client,
					   .refresh = file->refresh };

	return login_refresh(&caller, &grant, token, err) ||
	       (error_is(err, REASON_BAD_EC_KEY) &&
		error_add(err, .path = file->path, .key = "dpopKey"));
}

/* Stores what AWS gave.  If another tool was faster, its tokens are as good. */
static void keep(const struct login_use *use, const struct login_file *file,
		 const struct login_token *token)
{
	struct error why = { 0 };

	if (login_file_write(use->world, file, token, &why) ||
	    error_is(&why, REASON_FILE_CHANGED))
		return;
	(void)error_context(&why, REASON_LOGIN_NOT_KEPT);
	notice_error(&use->world->notices, NOTICE_WARNING, &why);
}

static bool refresh(const struct login_use *use, const struct login_file *file,
		    struct arena *arena, struct credentials *creds,
		    struct error *err)
{
	struct login_token token;
	struct endpoint endpoint;

	if (!find_endpoint(use, file, arena, &endpoint, err) ||
	    !send(use, file, endpoint, &token, err))
		return false;
	keep(use, file, &token);
	credentials_move(creds, &token.creds);
	if (use->skew && use->skew->known)
		creds->expires += use->skew->ahead; /* AWS's time */
	login_token_clear(&token);
	return true;
}

/* Refreshes, or uses what is still valid. */
static bool renew(const struct login_use *use, struct login_file *file,
		  struct arena *arena, struct credentials *creds,
		  struct error *err)
{
	if (refresh(use, file, arena, creds, err))
		return true;
	if (left(use, file) <= 0 || err->code == ERROR_MEMORY)
		return false;
	(void)error_context(err, REASON_LOGIN_NOT_REFRESHED);
	notice_error(&use->world->notices, NOTICE_WARNING, err);
	credentials_move(creds, &file->creds);
	return true;
}

static bool take_lock(const struct login_use *use, int *lock, bool *taken,
		      struct error *err)
{
	char name[LOCK_LEN];

	(void)snprintf(name, sizeof(name), "login %s", use->login->session);
	*taken = locks_take(&use->world->locks, name, use->patience, lock, err);
	if (*taken)
		return true;
	if (err->code != ERROR_SYSTEM)
		return false;
	notice_error(&use->world->notices, NOTICE_WARNING, err);
	return true;
}

/* Under the lock: reads the file again, which another process may have written. */
static bool make(const struct login_use *use, const char *path, bool forced,
		 struct arena *arena, struct credentials *creds,
		 struct error *err)
{
	struct login_file file;
	bool ok = true;

	if (!login_file_read(use->world, path, arena, &file, err))
		return false;
	if (!forced && lasts(use, &file))
		credentials_move(creds, &file.creds);
	else
		ok = renew(use, &file, arena, creds, err);
	login_file_clear(&file);
	return ok;
}

static bool obtain(const struct login_use *use, const char *path,
		   struct arena *arena, struct credentials *creds,
		   struct error *err)
{
	struct login_file file;
	bool good, taken, ok;
	int lock = 0;

	if (!login_file_read(use->world, path, arena, &file, err))
		return false;
	good = !use->refresh && lasts(use, &file);
	if (good)
		credentials_move(creds, &file.creds);
	login_file_clear(&file);
	if (good)
		return true;
	ok = take_lock(use, &lock, &taken, err) &&
	     make(use, path, use->refresh, arena, creds, err);
	if (taken)
		locks_release(&use->world->locks, lock, false);
	return ok;
}

bool login_obtain(const struct login_use *use, struct credentials *creds,
		  struct error *err)
{
	struct arena *arena = arena_new();
	const char *path;
	bool ok;

	if (!arena)
		return error_memory(err);
	ok = login_file_path(use->world, use->login->session, arena, &path,
			     err) &&
	     obtain(use, path, arena, creds, err);
	arena_free(arena);
	return ok || (error_is(err, REASON_LOGIN_NEEDED) &&
		      error_add(err, .other = use->login->session));
}
