#include "api/sso/oidc.h"

#include <stdio.h>
#include <string.h>

#include "api/rest_json.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "base/text.h"
#include "format/json.h"
#include "port/clock.h"

#define TOKEN_MAX    16384             /* bytes of any token or secret */
#define LIFE_MAX     INT64_C(31536000) /* seconds: a year */
#define INTERVAL     5                 /* seconds: RFC 8628, section 3.2 */
#define INTERVAL_MAX 60
#define DEVICE_GRANT "urn:ietf:params:oauth:grant-type:device_code"

static bool incomplete(const struct rest_json *rest, const char *what,
		       struct error *err)
{
	return error_fail(err, REASON_INCOMPLETE_ANSWER, .action = rest->action,
			  .other = what);
}

/* Reads a token: visible ASCII. NULL if it is missing. */
static struct secbuf *take(const struct json *json, const char *member)
{
	struct secbuf *text = json_secret(json, member, TOKEN_MAX);
	size_t len = secbuf_len(text);

	if (text && len > 0 && text_printable(secbuf_text(text), len) == len &&
	    !strchr(secbuf_text(text), ' '))
		return text;
	secbuf_free(text);
	return NULL;
}

static bool read_client(const struct json *json, struct sso_client *client)
{
	long long expires = 0;

	client->id = take(json, "clientId");
	client->secret = take(json, "clientSecret");
	if (client->id && client->secret &&
	    json_number(json, "clientSecretExpiresAt", &expires)) {
		client->expires = expires;
		return true;
	}
	sso_token_clear_client(client);
	return false;
}

bool oidc_register_client(const struct api_caller *caller,
			  const struct oidc_registration *in,
			  struct sso_client *client, struct error *err)
{
	struct rest_json rest = rest_json_begin(caller, "RegisterClient",
						"POST", "/client/register");
	struct json *json;
	bool ok;

	rest_json_put(&rest, "clientName", in->name);
	rest_json_put(&rest, "clientType", "public");
	rest_json_put_list(&rest, "scopes", in->scopes);
	rest_json_put_list(&rest, "grantTypes",
			   "authorization_code,refresh_token," DEVICE_GRANT);
	rest_json_put_list(&rest, "redirectUris", in->redirect);
	rest_json_put(&rest, "issuerUrl", in->start_url);
	json = rest_json_send(&rest, NULL, err);
	ok = json && (read_client(json, client) ||
		      incomplete(&rest, "registration", err));
	json_free(json);
	rest_json_clear(&rest);
	return ok;
}

static void put_client(struct rest_json *rest, const struct sso_client *client)
{
	rest_json_put(rest, "clientId", secbuf_text(client->id));
	rest_json_put(rest, "clientSecret", secbuf_text(client->secret));
}

static bool copy(const struct json *json, const char *member, char *out,
		 size_t size)
{
	const char *text = json_text(json, member);
	size_t len = text ? strlen(text) : 0;

	out[0] = '\0';
	if (len == 0 || len >= size || text_printable(text, len) < len)
		return false;
	memcpy(out, text, len + 1);
	return true;
}

/* A URL that a browser may be sent to. */
static bool is_web(const char *url)
{
	return strncmp(url, "https://", 8) == 0 ||
	       strncmp(url, "http://", 7) == 0;
}

static bool read_device(const struct json *json, struct oidc_device *device)
{
	long long expires = 0;
	long long interval = INTERVAL;

	device->code = take(json, "deviceCode");
	(void)copy(json, "verificationUriComplete", device->complete,
		   sizeof(device->complete));
	(void)json_number(json, "interval", &interval);
	if (!device->code ||
	    !copy(json, "userCode", device->user_code,
		  sizeof(device->user_code)) ||
	    !copy(json, "verificationUri", device->url, sizeof(device->url)) ||
	    !is_web(device->url) ||
	    (device->complete[0] != '\0' && !is_web(device->complete)) ||
	    !json_number(json, "expiresIn", &expires) || expires <= 0 ||
	    expires > LIFE_MAX)
		return false;
	device->expires_in = expires;
	device->interval =
		interval > 0 && interval <= INTERVAL_MAX ? interval : INTERVAL;
	return true;
}

bool oidc_start_device(const struct api_caller *caller,
		       const struct sso_client *client, const char *start_url,
		       struct oidc_device *device, struct error *err)
{
	struct rest_json rest =
		rest_json_begin(caller, "StartDeviceAuthorization", "POST",
				"/device_authorization");
	struct json *json;
	bool ok;

	*device = (struct oidc_device){ .interval = INTERVAL };
	rest.secret = client->secret;
	put_client(&rest, client);
	rest_json_put(&rest, "startUrl", start_url);
	json = rest_json_send(&rest, NULL, err);
	ok = json && (read_device(json, device) ||
		      incomplete(&rest, "authorization", err));
	if (!ok) {
		secbuf_free(device->code);
		device->code = NULL;
	}
	json_free(json);
	rest_json_clear(&rest);
	return ok;
}

static void put_grant(struct rest_json *rest, const struct oidc_grant *grant)
{
	if (grant->device) {
		rest_json_put(rest, "grantType", DEVICE_GRANT);
		rest_json_put(rest, "deviceCode", secbuf_text(grant->device));
		rest->secret = grant->device;
	} else if (grant->refresh) {
		rest_json_put(rest, "grantType", "refresh_token");
		rest_json_put(rest, "refreshToken",
			      secbuf_text(grant->refresh));
		rest->secret = grant->refresh;
	} else {
		rest_json_put(rest, "grantType", "authorization_code");
		rest_json_put(rest, "code", secbuf_text(grant->code));
		rest_json_put(rest, "redirectUri", grant->redirect);
		rest_json_put(rest, "codeVerifier",
			      secbuf_text(grant->verifier));
		rest->secret = grant->code;
		rest->spends_code = true;
	}
}

static bool read_token(const struct json *json, int64_t now,
		       struct sso_token *token)
{
	struct secbuf *access = take(json, "accessToken");
	struct secbuf *refresh = take(json, "refreshToken");
	long long life = 0;

	if (!access || !json_number(json, "expiresIn", &life) || life <= 0 ||
	    life > LIFE_MAX) {
		secbuf_free(access);
		secbuf_free(refresh);
		return false;
	}
	secbuf_free(token->access);
	token->access = access;
	token->expires = now + life;
	if (refresh) {
		secbuf_free(token->refresh);
		token->refresh = refresh;
	}
	return true;
}

bool oidc_create_token(const struct api_caller *caller,
		       const struct sso_client *client,
		       const struct oidc_grant *grant, struct sso_token *token,
		       struct error *err)
{
	struct rest_json rest =
		rest_json_begin(caller, "CreateToken", "POST", "/token");
	struct json *json;
	bool ok;

	put_client(&rest, client);
	put_grant(&rest, grant);
	json = rest_json_send(&rest, NULL, err);
	ok = json && (read_token(json, clock_now(caller->clock), token) ||
		      incomplete(&rest, "token", err));
	json_free(json);
	rest_json_clear(&rest);
	return ok;
}
