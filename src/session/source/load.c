#include "base/error.h"
#include "session/source.h"
#include "session/source/source_internal.h"

static bool (*const loads[])(const struct plan *plan, const struct world *world,
			     struct session_start *start, struct error *err) = {
#define SOURCE(KIND, NAME, NEEDS, FILE)   [KIND] = FILE##_load,
#define SOURCE_TO_COME(KIND, NAME, NEEDS) [KIND] = NULL,
#include "session/source/sources.def"
#undef SOURCE
#undef SOURCE_TO_COME
};

bool session_source_load(const struct plan *plan, const struct world *world,
			 struct session_start *start, struct error *err)
{
	bool ok;

	*start = (struct session_start){ .stored = false };
	ok = session_source_check(plan, err) &&
	     loads[plan->steps[0].kind](plan, world, start, err);
	if (!ok)
		credentials_clear(&start->creds);
	return ok;
}
