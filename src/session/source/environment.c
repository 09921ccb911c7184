/* credential_source = Environment: the variables of this process. */
#include "base/error.h"
#include "base/mem.h"
#include "base/secbuf.h"
#include "base/text.h"
#include "base/timefmt.h"
#include "port/world.h"
#include "session/source/source_internal.h"

static const char *get(const struct world *world, const char *name,
		       struct error *err)
{
	const char *text = text_env(world->environment, name);

	if (!text_is_empty(text))
		return text;
	(void)error_fail(err, REASON_NO_VARIABLE, .key = name);
	return NULL;
}

/* As botocore: the older name of the token comes first. */
static const char *find_token(const struct world *world)
{
	const char *old = text_env(world->environment, "AWS_SECURITY_TOKEN");

	return text_is_empty(old)
		       ? text_env(world->environment, "AWS_SESSION_TOKEN")
		       : old;
}

static bool check_expiry(const struct world *world, struct credentials *creds,
			 struct error *err)
{
	static const char name[] = "AWS_CREDENTIAL_EXPIRATION";
	const char *text = text_env(world->environment, name);
	int64_t now = clock_now(&world->clock);

	if (text_is_empty(text))
		return true;
	if (!timefmt_parse_iso(text, &creds->expires))
		return error_fail(err, REASON_BAD_VALUE, .key = name,
				  .value = text, .expected = "a time");
	return creds->expires > now ||
	       error_fail(err, REASON_SOURCE_EXPIRED, .key = name,
			  .number = now - creds->expires);
}

bool environment_load(const struct session_source_use *use,
		      struct session_start *start, struct error *err)
{
	const struct world *world = use->world;
	struct credentials *creds = &start->creds;
	const char *id = get(world, "AWS_ACCESS_KEY_ID", err);
	const char *secret =
		id ? get(world, "AWS_SECRET_ACCESS_KEY", err) : NULL;
	const char *token = find_token(world);

	if (!id || !secret || !check_expiry(world, creds, err))
		return false;
	creds->access_key_id = mem_strdup(id);
	creds->secret_key = secbuf_from(secret);
	if (!text_is_empty(token))
		creds->session_token = secbuf_from(token);
	if (!creds->access_key_id || !creds->secret_key ||
	    (!text_is_empty(token) && !creds->session_token))
		return error_memory(err);
	return credentials_check(creds, err);
}
