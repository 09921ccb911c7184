#include "session/source.h"

#include <stddef.h>

#include "base/error.h"

/* Only facts: bin/rolekey has these, and not the sources' code. */
static const struct session_source sources[] = {
#define SOURCE(KIND, NAME, NEEDS, FILE) \
	[KIND] = { .name = (NAME), .needs = (NEEDS), .usable = true },
#define SOURCE_TO_COME(KIND, NAME, NEEDS) \
	[KIND] = { .name = (NAME), .needs = (NEEDS) },
#include "session/source/sources.def"
#undef SOURCE
#undef SOURCE_TO_COME
};

const struct session_source *session_source_find(enum step_kind kind)
{
	return (size_t)kind < sizeof(sources) / sizeof(sources[0])
		       ? &sources[kind]
		       : NULL;
}

bool session_source_check(const struct plan *plan, struct error *err)
{
	const struct step *first = &plan->steps[0];
	const struct session_source *source = session_source_find(first->kind);

	return (source && source->usable) ||
	       error_fail(err, REASON_SOURCE_UNSUPPORTED,
			  .profile = first->profile,
			  .other = source ? source->name : NULL);
}
