#include "api/sso/sso_token.h"

#include "base/secbuf.h"

void sso_token_clear_client(struct sso_client *client)
{
	secbuf_free(client->id);
	secbuf_free(client->secret);
	*client = (struct sso_client){ .expires = 0 };
}

void sso_token_clear(struct sso_token *token)
{
	sso_token_clear_client(&token->client);
	secbuf_free(token->access);
	secbuf_free(token->refresh);
	*token = (struct sso_token){ .expires = 0 };
}
