#include "aws/credentials.h"

#include <string.h>

#include "aws/limits.h"
#include "base/error.h"
#include "base/mem.h"
#include "base/secbuf.h"

static bool fits(const struct secbuf *secret)
{
	return limits_is_secret(secbuf_text(secret));
}

static bool check(const struct credentials *c, bool id_fits, struct error *err)
{
	if (!id_fits)
		return error_fail(err, REASON_BAD_CREDENTIALS,
				  .other = "access key ID");
	if (!fits(c->secret_key))
		return error_fail(err, REASON_BAD_CREDENTIALS,
				  .other = "secret access key");
	return !c->session_token || fits(c->session_token) ||
	       error_fail(err, REASON_BAD_CREDENTIALS,
			  .other = "session token");
}

bool credentials_check(const struct credentials *c, struct error *err)
{
	return check(c,
		     c->access_key_id &&
			     limits_fit(&limits_key_id, c->access_key_id),
		     err);
}

bool credentials_check_any(const struct credentials *c, struct error *err)
{
	return check(c,
		     c->access_key_id && limits_is_secret(c->access_key_id) &&
			     strlen(c->access_key_id) <= LIMITS_KEY_ID_MAX,
		     err);
}

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
