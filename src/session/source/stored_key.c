#include "aws/config.h"
#include "base/error.h"
#include "port/world.h"
#include "session/source/source_internal.h"
#include "session/store/key.h"

/*
 * A keyring that cannot be read may have the key of another user than the
 * files: theirs is not used in its place.
 */
static bool fail(const struct step *first, struct error *err)
{
	const struct config_value *id =
		first->keys ? config_value(first->keys, "aws_access_key_id")
			    : NULL;

	if (!id || err->code != ERROR_KEYRING)
		return false;
	return error_context(err, REASON_KEYRING_FIRST,
			     .profile = first->profile, .path = id->file);
}

bool stored_key_load(const struct session_source_use *use,
		     struct session_start *start, struct error *err)
{
	const struct plan *plan = use->plan;
	const struct step *first = &plan->steps[0];

	if (!key_load_for(&use->world->keyring, first->profile, &plan->sts,
			  &start->creds, start->user_arn, err))
		return fail(first, err);
	start->stored = start->creds.access_key_id != NULL;
	if (start->stored)
		return true;
	if (first->keys)
		return static_key_load(use, start, err);
	return error_fail_with(err, &plan->no_key);
}
