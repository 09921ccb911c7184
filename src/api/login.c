#include "api/login.h"

#include <string.h>

#include "api/dpop.h"
#include "api/rest_json.h"
#include "aws/credentials_json.h"
#include "aws/limits.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "format/json.h"
#include "port/clock.h"

#define TOKEN_MAX 16384 /* bytes; AWS's refresh tokens have at most 12,288 */

void login_token_clear(struct login_token *token)
{
	credentials_clear(&token->creds);
	secbuf_free(token->refresh);
	*token = (struct login_token){ .refresh = NULL };
}

static bool prove(const void *self, const char *url, int64_t now,
		  struct secbuf **value, struct error *err)
{
	const struct login_grant *grant = self;

	return dpop_make(grant->signer, grant->key, url, now, value, err);
}

static bool lacks(const struct rest_json *rest, const char *what,
		  struct error *err)
{
	return error_fail(err, REASON_INCOMPLETE_ANSWER, .action = rest->action,
			  .other = what);
}

static bool read_token(const struct rest_json *rest, const struct json *json,
		       int64_t now, struct login_token *token,
		       struct error *err)
{
	static const struct credentials_members names = {
		.key_id = "accessKeyId",
		.secret = "secretAccessKey",
		.token = "sessionToken",
		.any = true
	};
	const char *refresh = json_text(json, "refreshToken");
	long long life = 0;

	if (!json_number(json, "expiresIn", &life) || life < 1 ||
	    life > LIMITS_SESSION_MAX)
		return lacks(rest, "expiresIn", err);
	if (!refresh || strlen(refresh) > TOKEN_MAX ||
	    !limits_is_secret(refresh))
		return lacks(rest, "refreshToken", err);
	token->refresh = secbuf_from(refresh);
	if (!token->refresh)
		return error_memory(err);
	if (!credentials_json_read(json_member(json, "accessToken"), &names,
				   &token->creds, err))
		return err->code == ERROR_MEMORY
			       ? false
			       : lacks(rest, "accessToken", err);
	token->creds.expires = now + life;
	token->creds.ends = token->creds.expires;
	return true;
}

bool login_refresh(const struct api_caller *caller,
		   const struct login_grant *grant, struct login_token *token,
		   struct error *err)
{
	struct rest_json rest = rest_json_begin(caller, "CreateOAuth2Token",
						"POST", "/v1/token");
	struct json *json;
	bool ok;

	*token = (struct login_token){ .refresh = NULL };
	rest.secret = grant->refresh;
	rest.proof = (struct exchange_proof){ .header = "DPoP",
					      .make = prove,
					      .self = grant };
	rest_json_put(&rest, "clientId", grant->client);
	rest_json_put(&rest, "grantType", "refresh_token");
	rest_json_put(&rest, "refreshToken", secbuf_text(grant->refresh));
	json = rest_json_send(&rest, NULL, err);
	ok = json &&
	     read_token(&rest, json, clock_now(caller->clock), token, err);
	if (!ok)
		login_token_clear(token);
	json_free(json);
	rest_json_clear(&rest);
	return ok;
}
