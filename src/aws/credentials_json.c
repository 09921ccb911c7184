#include "aws/credentials_json.h"

#include <stddef.h>

#include "aws/credentials.h"
#include "base/error.h"
#include "base/mem.h"
#include "base/secbuf.h"
#include "base/timefmt.h"
#include "format/json.h"

#define SECRET_MAX 65536 /* bytes; AWS sets a token no bound; this is ours */

/* A member with null has none. */
static bool is_there(const struct json *json, const char *name)
{
	return json_text(json, name) != NULL;
}

static bool lacks(const char *name, struct error *err)
{
	return error_fail(err, REASON_NO_MEMBER, .key = name);
}

/* Finds the first member that is needed and has no text. */
static const char *missing(const struct json *json,
			   const struct credentials_members *names)
{
	if (!is_there(json, names->key_id))
		return names->key_id;
	if (!is_there(json, names->secret))
		return names->secret;
	if (names->optional)
		return NULL;
	if (!is_there(json, names->token))
		return names->token;
	return names->expires && !is_there(json, names->expires)
		       ? names->expires
		       : NULL;
}

static bool read_expiry(const struct json *json, const char *name,
			struct credentials *creds, struct error *err)
{
	const char *text = name ? json_text(json, name) : NULL;

	return !text || timefmt_parse_iso(text, &creds->expires) ||
	       lacks(name, err);
}

static bool copy(const struct json *json,
		 const struct credentials_members *names,
		 struct credentials *creds, struct error *err)
{
	bool token = is_there(json, names->token);

	creds->access_key_id = mem_strdup(json_text(json, names->key_id));
	creds->secret_key = json_secret(json, names->secret, SECRET_MAX);
	if (token)
		creds->session_token =
			json_secret(json, names->token, SECRET_MAX);
	return (creds->access_key_id && creds->secret_key &&
		(!token || creds->session_token)) ||
	       error_memory(err);
}

bool credentials_json_read(const struct json *json,
			   const struct credentials_members *names,
			   struct credentials *creds, struct error *err)
{
	const char *lacking = missing(json, names);
	bool ok;

	*creds = (struct credentials){ 0 };
	if (lacking)
		return lacks(lacking, err);
	ok = read_expiry(json, names->expires, creds, err) &&
	     copy(json, names, creds, err) &&
	     (names->any ? credentials_check_any(creds, err)
			 : credentials_check(creds, err));
	if (!ok)
		credentials_clear(creds);
	return ok;
}
