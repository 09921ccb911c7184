#include <stdio.h>

#include "api/caller.h"
#include "api/sso/oidc.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "port/world.h"
#include "session/sso/sso_internal.h"

#define FRESH    900 /* seconds that a token must last; botocore's */
#define LOCK_LEN 512

static int64_t left(const struct sso_use *use, const struct sso_token *token)
{
	return token->access ? token->expires - clock_now(&use->world->clock)
			     : 0;
}

static bool is_refused(const struct sso_token *token,
		       const struct secbuf *refused)
{
	return refused && token->access && secbuf_equal(token->access, refused);
}

static bool can_refresh(const struct sso_use *use,
			const struct sso_token *token)
{
	return token->refresh &&
	       token->client.expires > clock_now(&use->world->clock);
}

static void warn(const struct sso_use *use, struct error *why)
{
	(void)error_context(why, REASON_SSO_NOT_KEPT);
	notice_error(&use->world->notices, NOTICE_WARNING, why);
}

/* Writes the file of the AWS CLI, if it is shared. */
static void share(const struct sso_use *use, const struct sso_token *token)
{
	struct error why = { 0 };

	if (use->shared && !sso_cli_cache_save(use, token, &why))
		warn(use, &why);
}

/* Stores a token. It is used even if this fails. */
static void keep(const struct sso_use *use, const struct sso_token *token)
{
	struct error why = { 0 };

	if (!sso_store_save(use, token, &why))
		warn(use, &why);
	share(use, token);
}

/*
 * Takes the token of the AWS CLI if it lasts longer.  Unless it is shared, only
 * the access token, which must last, because a refresh would end it there.
 */
static void consider(const struct sso_use *use, const struct secbuf *refused,
		     struct sso_token *token)
{
	bool dead = is_refused(token, refused);
	int64_t least = use->shared ? 1 : FRESH;
	struct sso_token other;

	if (!dead && left(use, token) >= FRESH)
		return;
	sso_cli_cache_load(use, &other);
	if (left(use, &other) < least || is_refused(&other, refused) ||
	    (!dead && left(use, &other) <= left(use, token))) {
		sso_token_clear(&other);
	} else if (use->shared && other.client.id) {
		sso_token_clear(token);
		*token = other;
	} else {
		secbuf_free(token->access);
		token->access = other.access;
		token->expires = other.expires;
		other.access = NULL;
		sso_token_clear(&other);
	}
}

static bool load(const struct sso_use *use, const struct secbuf *refused,
		 struct sso_token *token, struct error *err)
{
	if (!sso_store_load(use, token, err))
		return false;
	consider(use, refused, token);
	return true;
}

static bool refresh(const struct sso_use *use, struct sso_token *token,
		    struct error *err)
{
	const struct api_caller caller = sso_use_caller(use, use->sso->oidc);
	const struct oidc_grant grant = { .refresh = token->refresh };

	if (!oidc_create_token(&caller, &token->client, &grant, token, err))
		return false;
	keep(use, token);
	return true;
}

/*
 * Refreshes the stored token if it is due.  *good: it can be used, also if this
 * failed while it is valid.  Fails if signing in would fail, too.
 */
static bool renew(const struct sso_use *use, bool dead, struct sso_token *token,
		  bool *good, struct error *err)
{
	bool alive = !dead && left(use, token) > 0;

	*good = !dead && left(use, token) >= FRESH;
	if (*good)
		return true;
	*good = can_refresh(use, token) ? refresh(use, token, err) || alive
					: alive;
	return *good || !can_refresh(use, token) || err->code == ERROR_DENIED;
}

static bool take_lock(const struct sso_use *use, int *lock, bool *taken,
		      struct error *err)
{
	char name[LOCK_LEN];

	(void)snprintf(name, sizeof(name), "sso %s", sso_use_name(use->sso));
	*taken = locks_take(&use->world->locks, name, use->patience, lock, err);
	if (*taken)
		return true;
	if (err->code != ERROR_SYSTEM)
		return false;
	notice_error(&use->world->notices, NOTICE_WARNING, err);
	return true;
}

/* Under the lock: looks again, and signs in if that is needed. */
static bool make(const struct sso_use *use, const struct secbuf *refused,
		 struct sso_token *token, bool *gave_up, struct error *err)
{
	bool good = false;

	sso_token_clear(token);
	if (!load(use, refused, token, err) ||
	    !renew(use, is_refused(token, refused), token, &good, err))
		return false;
	if (good)
		return true;
	if (!sso_sign_in(use, token, err)) {
		*gave_up = err->code == ERROR_PERSON;
		return false;
	}
	keep(use, token);
	return true;
}

bool sso_obtain_token(const struct sso_use *use, const struct secbuf *refused,
		      struct sso_token *token, struct error *err)
{
	bool gave_up = false;
	bool taken;
	int lock = 0;
	bool ok;

	if (!load(use, refused, token, err))
		return false;
	if (left(use, token) >= FRESH && !is_refused(token, refused))
		return true;
	ok = take_lock(use, &lock, &taken, err) &&
	     make(use, refused, token, &gave_up, err);
	if (taken)
		locks_release(&use->world->locks, lock, gave_up);
	if (!ok)
		sso_token_clear(token);
	return ok;
}

bool sso_obtain_new(const struct sso_use *use, struct sso_token *token,
		    struct error *err)
{
	bool taken;
	int lock = 0;
	bool ok;

	ok = take_lock(use, &lock, &taken, err) &&
	     sso_store_load(use, token, err) && sso_sign_in(use, token, err);
	if (ok)
		ok = sso_store_save(use, token, err);
	if (ok)
		share(use, token);
	if (taken)
		locks_release(&use->world->locks, lock, !ok);
	if (!ok)
		sso_token_clear(token);
	return ok;
}
