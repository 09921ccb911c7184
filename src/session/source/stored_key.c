#include "base/error.h"
#include "port/world.h"
#include "session/source/source_internal.h"
#include "session/store/key.h"

/* Does the key of the files do, if the keyring cannot be read? */
static bool find(const struct plan *plan, const struct world *world,
		 struct session_start *start, struct error *err)
{
	const struct step *first = &plan->steps[0];

	if (key_load_for(&world->keyring, first->profile, &plan->sts,
			 &start->creds, start->user_arn, err))
		return true;
	if (!first->keys || err->code != ERROR_KEYRING)
		return false;
	notice_error(&world->notices, NOTICE_WARNING, err);
	return true;
}

bool stored_key_load(const struct session_source_use *use,
		     struct session_start *start, struct error *err)
{
	const struct plan *plan = use->plan;
	const struct step *first = &plan->steps[0];

	if (!find(plan, use->world, start, err))
		return false;
	start->stored = start->creds.access_key_id != NULL;
	if (start->stored)
		return true;
	if (first->keys)
		return static_key_load(use, start, err);
	return error_fail_with(err, &plan->no_key);
}
