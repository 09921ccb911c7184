#include <string.h>

#include "aws/config.h"
#include "aws/credentials.h"
#include "aws/limits.h"
#include "base/error.h"
#include "base/mem.h"
#include "base/secbuf.h"
#include "base/text.h"
#include "port/world.h"
#include "session/source/source_internal.h"

static const char *static_text(const struct config_section *keys,
			       const char *name)
{
	const struct config_value *value = config_value(keys, name);

	return value && !text_is_empty(value->text) ? value->text : NULL;
}

/* Names the profile and the line of the value that is not a valid one. */
static bool fail_invalid(const struct config_section *keys, struct error *err)
{
	const struct config_value *bad =
		config_value(keys, "aws_access_key_id");
	const struct config_value *token = config_session_token(keys);

	if (limits_fit(&limits_key_id, bad->text))
		bad = config_value(keys, "aws_secret_access_key");
	if (token && limits_is_secret(bad->text))
		bad = token;
	return error_add(err, .profile = keys->name, .path = bad->file,
			 .line = bad->line);
}

/* Copies a key of the files into locked memory. */
static bool copy(const struct config_section *keys, struct credentials *creds,
		 struct error *err)
{
	const char *id = static_text(keys, "aws_access_key_id");
	const char *secret = static_text(keys, "aws_secret_access_key");
	const struct config_value *token = config_session_token(keys);
	size_t id_len = id ? strlen(id) + 1 : 0;

	if (!id || !secret)
		return error_fail(err, REASON_MISSING_KEY, .path = keys->file,
				  .line = keys->line, .profile = keys->name,
				  .key = id ? "aws_secret_access_key"
					    : "aws_access_key_id");
	creds->access_key_id = mem_alloc(id_len);
	if (creds->access_key_id)
		memcpy(creds->access_key_id, id, id_len);
	creds->secret_key = secbuf_from(secret);
	creds->session_token = token ? secbuf_from(token->text) : NULL;
	if (!creds->access_key_id || !creds->secret_key ||
	    (token && !creds->session_token))
		return error_memory(err);
	return credentials_check(creds, err) || fail_invalid(keys, err);
}

/* A session ends by itself, and `import` does not take it. */
static void warn(const struct plan *plan, const struct world *world)
{
	const struct step *first = &plan->steps[0];
	const struct config_value *id =
		config_value(first->keys, "aws_access_key_id");

	if (first->kind == STEP_STATIC_KEY)
		return;
	notice_warn(&world->notices, REASON_PLAINTEXT_KEY,
		    .profile = first->profile,
		    .path = id ? id->file : first->keys->file,
		    .other = plan->movable ? first->keys->name : NULL);
}

bool static_key_load(const struct session_source_use *use,
		     struct session_start *start, struct error *err)
{
	warn(use->plan, use->world);
	return copy(use->plan->steps[0].keys, &start->creds, err);
}
