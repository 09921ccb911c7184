#include <string.h>

#include "aws/config.h"
#include "aws/credentials.h"
#include "base/error.h"
#include "base/mem.h"
#include "base/secbuf.h"
#include "base/text.h"
#include "plan/plan.h"
#include "port/world.h"
#include "session/session.h"
#include "session/session_internal.h"

static const char *static_text(const struct config_section *keys,
			       const char *name)
{
	const struct config_value *value = config_value(keys, name);

	return value && !text_is_empty(value->text) ? value->text : NULL;
}

/* Copies a key of the files into locked memory. */
static bool load_static(const struct config_section *keys,
			struct credentials *creds, struct error *err)
{
	const char *id = static_text(keys, "aws_access_key_id");
	const char *secret = static_text(keys, "aws_secret_access_key");
	const char *token = static_text(keys, "aws_session_token");
	size_t id_len = id ? strlen(id) + 1 : 0;
	bool ok;

	if (!id || !secret)
		return error_fail(err, REASON_MISSING_KEY, .path = keys->file,
				  .line = keys->line, .profile = keys->name,
				  .key = id ? "aws_secret_access_key"
					    : "aws_access_key_id");
	creds->access_key_id = mem_alloc(id_len);
	if (creds->access_key_id)
		memcpy(creds->access_key_id, id, id_len);
	creds->secret_key = secbuf_from(secret);
	creds->session_token = token ? secbuf_from(token) : NULL;
	ok = (creds->access_key_id && creds->secret_key &&
	      (creds->session_token || !token)) ||
	     error_memory(err);
	if (ok && !credentials_check(creds, err))
		ok = error_add(err, .profile = keys->name, .path = keys->file,
			       .line = keys->line);
	if (!ok)
		credentials_clear(creds);
	return ok;
}

/* Uses the key in the files, if there is one, with a warning. */
static bool fall_back(const struct step *first, const struct world *world,
		      struct credentials *creds, struct error *err)
{
	const struct config_value *id;

	if (!first->keys)
		return error_fail(err, REASON_NO_KEY,
				  .profile = first->profile);
	id = config_value(first->keys, "aws_access_key_id");
	notice_warn(&world->notices, REASON_PLAINTEXT_KEY,
		    .profile = first->profile,
		    .path = id ? id->file : first->keys->file);
	return load_static(first->keys, creds, err);
}

static bool load_stored(const struct plan *plan, const struct world *world,
			struct credentials *creds,
			char user_arn[static KEY_ARN_LEN], struct error *err)
{
	const struct step *first = &plan->steps[0];

	if (key_load_for(&world->keyring, first->profile, &plan->sts, creds,
			 user_arn, err))
		return true;
	if (!first->keys || err->code != ERROR_KEYRING)
		return false;
	notice_error(&world->notices, NOTICE_WARNING, err);
	return true;
}

/* Names of the sources that can be planned but not used. */
static const char *const not_yet[] = {
	[STEP_PROCESS] = "a credential_process",
	[STEP_WEB_IDENTITY] = "a web identity",
	[STEP_SSO] = "IAM Identity Center (SSO)",
	[STEP_LOGIN] = "a login_session",
	[STEP_ENVIRONMENT] = "the environment",
	[STEP_INSTANCE] = "EC2's instance metadata",
	[STEP_CONTAINER] = "the container",
	[STEP_ASSUME_ROLE] = NULL,
};

bool stored_key_can_begin(const struct plan *plan, struct error *err)
{
	const struct step *first = &plan->steps[0];

	return !not_yet[first->kind] ||
	       error_fail(err, REASON_SOURCE_UNSUPPORTED,
			  .profile = first->profile,
			  .other = not_yet[first->kind]);
}

bool stored_key_load(const struct plan *plan, const struct world *world,
		     struct credentials *creds,
		     char user_arn[static KEY_ARN_LEN], bool *stored,
		     struct error *err)
{
	const struct step *first = &plan->steps[0];

	*stored = false;
	user_arn[0] = '\0';
	if (first->kind == STEP_STORED_KEY &&
	    !load_stored(plan, world, creds, user_arn, err))
		return false;
	*stored = creds->access_key_id != NULL;
	return *stored || fall_back(first, world, creds, err);
}

bool stored_key_of_plan(const struct plan *plan, const struct world *world,
			struct credentials *creds,
			char user_arn[static KEY_ARN_LEN], struct error *err)
{
	bool stored;

	*creds = (struct credentials){ 0 };
	return stored_key_can_begin(plan, err) &&
	       stored_key_load(plan, world, creds, user_arn, &stored, err);
}
