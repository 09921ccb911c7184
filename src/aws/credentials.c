#include "aws/credentials.h"

#include "base/mem.h"
#include "base/secbuf.h"

void credentials_clear(struct credentials *c)
{
	mem_free(c->access_key_id);
	secbuf_free(c->secret_key);
	secbuf_free(c->session_token);
	*c = (struct credentials){ 0 };
}

void credentials_move(struct credentials *to, struct credentials *from)
{
	credentials_clear(to);
	*to = *from;
	*from = (struct credentials){ 0 };
}
