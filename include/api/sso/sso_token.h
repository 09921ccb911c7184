#ifndef API_SSO_SSO_TOKEN_H
#define API_SSO_SSO_TOKEN_H

#include <stdint.h>

struct secbuf;

/* A client that is registered with IAM Identity Center. Both are owned. */
struct sso_client {
	struct secbuf *id;     /* NULL: none */
	struct secbuf *secret; /* NULL: none */
	int64_t expires;       /* seconds since the epoch */
};

/* What signs in to the portal. All are owned. */
struct sso_token {
	struct secbuf *access;  /* NULL: none */
	struct secbuf *refresh; /* NULL: it cannot be refreshed */
	int64_t expires;        /* seconds since the epoch, of access */
	struct sso_client client;
};

/* Free what they own, and leave them empty. */
void sso_token_clear(struct sso_token *token);
void sso_token_clear_client(struct sso_client *client);

#endif
