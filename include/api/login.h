#ifndef API_LOGIN_H
#define API_LOGIN_H

#include <stdbool.h>
#include <stdint.h>

#include "api/caller.h"
#include "aws/credentials.h"
#include "base/attrs.h"

struct error;
struct secbuf;
struct signer;

/* A session of `aws login`, as its cache file has it. All are borrowed. */
struct login_grant {
	const struct signer *signer;
	const struct secbuf *key; /* private, PEM: proves possession */
	const char *client;
	const struct secbuf *refresh;
};

/* Credentials of AWS sign-in. The caller owns both. */
struct login_token {
	struct credentials creds; /* expires is by this machine's clock */
	struct secbuf *refresh;
};
void login_token_clear(struct login_token *token);

/*
 * Exchanges a refresh token for credentials of at most 15 minutes, and for the
 * next refresh token (CreateOAuth2Token, AWS Sign-In API Reference).  The
 * request is not signed; caller->creds is not used.  *token is empty after a
 * failure.  Fails like api/caller.h and port/signer.h; the "error" of AWS, such
 * as "TOKEN_EXPIRED", is its error code.
 */
bool login_refresh(const struct api_caller *caller,
		   const struct login_grant *grant, struct login_token *token,
		   struct error *err) MUST_CHECK;

#endif
