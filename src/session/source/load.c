#include "base/error.h"
#include "port/world.h"
#include "session/source.h"
#include "session/source/source_internal.h"

static bool (*const loads[])(const struct session_source_use *use,
			     struct session_start *start, struct error *err) = {
#define SOURCE(KIND, NAME, NEEDS, CONTEXT, FILE) [KIND] = FILE##_load,
#include "session/source/sources.def"
#undef SOURCE
};

/* Errors about keys name their profile themselves. */
static bool fail(const struct step *first, struct error *err)
{
	enum error_reason context = session_source_find(first->kind)->context;

	return context != REASON_NONE &&
	       error_context(err, context, .profile = first->profile);
}

bool session_source_load(const struct session_source_use *use,
			 struct session_start *start, struct error *err)
{
	const struct plan *plan = use->plan;
	const struct step *first = &plan->steps[0];
	bool ok;

	*start = (struct session_start){ .stored = false };
	if (!session_source_check(plan, use->world->environment, err))
		return false;
	ok = loads[first->kind](use, start, err) || fail(first, err);
	if (!ok)
		credentials_clear(&start->creds);
	return ok;
}
