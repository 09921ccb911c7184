#ifndef SESSION_SSO_H
#define SESSION_SSO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "api/sso/sso_token.h"
#include "base/attrs.h"
#include "plan/plan.h"

struct api_caller;
struct api_skew;
struct error;
struct world;

/* How the user signs in. */
enum sso_flow {
	SSO_FLOW_AUTO, /* by the browser if there is one, else by a code */
	SSO_FLOW_BROWSER,
	SSO_FLOW_DEVICE /* a code that is entered in any browser */
};

/* Parameters of all functions here. All are borrowed. */
struct sso_use {
	const struct plan *plan; /* for its trust and attempts */
	const struct plan_sso *sso;
	const struct world *world;
	struct api_skew *skew; /* or NULL */
	const char *browser;   /* the user's choice, or NULL */
	enum sso_flow flow;
	bool shared;  /* sso_cache = shared: with the AWS CLI */
	bool asked;   /* by a command for it: sign in without a terminal, too */
	bool qr;      /* show the address of a code as a QR code, too */
	int patience; /* seconds to wait for another process that asks */
};

/*
 * Writes the name that identifies a start URL or a session in messages and in
 * `sso status`: that of the section, or the URL.
 */
const char *sso_use_name(const struct plan_sso *sso);

/* Returns the caller of a request to an endpoint, without credentials. */
struct api_caller sso_use_caller(const struct sso_use *use,
				 struct endpoint endpoint);

/*
 * Obtains a token that lasts: the stored one, refreshed if less than 15 minutes
 * are left, or a new one after the user has signed in.  Processes that need the
 * same one wait for the one that gets it.  refused, or NULL, is a token that AWS
 * no longer accepts.  The caller owns *token.  ERROR_PERSON
 * (REASON_SSO_LOGIN_NEEDED) if nobody can be asked.
 */
bool sso_obtain_token(const struct sso_use *use, const struct secbuf *refused,
		      struct sso_token *token, struct error *err) MUST_CHECK;

/* Signs in, whatever is stored, and stores the token. The caller owns it. */
bool sso_obtain_new(const struct sso_use *use, struct sso_token *token,
		    struct error *err) MUST_CHECK;

/*
 * Reads, stores and removes the token of a start URL, with its client, in the
 * keyring.  An item of another start URL, region or endpoint, or one that cannot
 * be read, counts as none: token->access is NULL, and the call succeeds.
 */
bool sso_store_load(const struct sso_use *use, struct sso_token *token,
		    struct error *err) MUST_CHECK;
bool sso_store_save(const struct sso_use *use, const struct sso_token *token,
		    struct error *err) MUST_CHECK;
/*
 * Reads the token that the AWS CLI or an SDK keeps in a file of ~/.aws/sso/cache.
 * token->access is NULL if there is none of this start URL, or the file cannot be
 * read as one, or another user could have written it.
 */
void sso_cli_cache_load(const struct sso_use *use, struct sso_token *token);

/* Writes that file, with mode 0600. Fails like the port of files. */
bool sso_cli_cache_save(const struct sso_use *use,
			const struct sso_token *token,
			struct error *err) MUST_CHECK;

bool sso_store_remove(const struct sso_use *use, bool *removed,
		      struct error *err) MUST_CHECK;

#endif
