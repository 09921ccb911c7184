#include "api/sso/portal.h"

#include "api/rest_json.h"
#include "aws/credentials.h"
#include "aws/credentials_json.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "format/json.h"

#define BEARER "x-amz-sso_bearer_token"

/* Reads the credentials; their expiry is in milliseconds since the epoch. */
static bool take_credentials(const struct rest_json *rest,
			     const struct json *json, struct credentials *creds,
			     struct error *err)
{
	static const struct credentials_members names = {
		.key_id = "accessKeyId",
		.secret = "secretAccessKey",
		.token = "sessionToken",
	};
	const struct json *role = json_member(json, "roleCredentials");
	long long expires = 0;

	if (!role || !json_number(role, "expiration", &expires) || expires <= 0)
		return error_fail(err, REASON_INCOMPLETE_ANSWER,
				  .action = rest->action,
				  .other = "credentials");
	if (!credentials_json_read(role, &names, creds, err)) {
		if (err->code != ERROR_MEMORY)
			err->code = ERROR_PROTOCOL;
		return false;
	}
	creds->expires = expires / 1000;
	return true;
}

bool portal_get_credentials(const struct api_caller *caller,
			    const struct secbuf *token, const char *account,
			    const char *role, struct credentials *creds,
			    struct error *err)
{
	struct rest_json rest = rest_json_begin(
		caller, "GetRoleCredentials", "GET", "/federation/credentials");
	struct json *json;
	bool ok;

	rest.header = (struct http_header){ BEARER, secbuf_text(token) };
	rest_json_put(&rest, "account_id", account);
	rest_json_put(&rest, "role_name", role);
	json = rest_json_send(&rest, NULL, err);
	ok = json && take_credentials(&rest, json, creds, err);
	json_free(json);
	rest_json_clear(&rest);
	return ok;
}

bool portal_logout(const struct api_caller *caller, const struct secbuf *token,
		   struct error *err)
{
	struct rest_json rest =
		rest_json_begin(caller, "Logout", "POST", "/logout");
	struct json *json;
	bool ok;

	rest.header = (struct http_header){ BEARER, secbuf_text(token) };
	json = rest_json_send(&rest, NULL, err);
	ok = json != NULL;
	json_free(json);
	rest_json_clear(&rest);
	return ok;
}
