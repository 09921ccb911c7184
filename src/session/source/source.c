#include "session/source.h"

#include <stddef.h>
#include <string.h>

#include "aws/config.h"
#include "base/error.h"
#include "base/text.h"
#include "base/view.h"
#include "session/source/source_internal.h"

/* Only facts: bin/rolekey has these, and not the sources' code. */
static const struct session_source sources[] = {
#define SOURCE(KIND, NAME, NEEDS, CONTEXT, FILE) \
	[KIND] = { .name = (NAME), .needs = (NEEDS), .context = (CONTEXT) },
#include "session/source/sources.def"
#undef SOURCE
};

const struct session_source *session_source_find(enum step_kind kind)
{
	return (size_t)kind < sizeof(sources) / sizeof(sources[0])
		       ? &sources[kind]
		       : NULL;
}

void source_process_name(const struct step *step, char name[static NAME_LEN])
{
	struct name_state state;

	name_begin(&state, "rolekey process");
	name_add(&state, step->profile);
	name_add(&state, step->by ? step->by->text : NULL);
	name_end(&state, name);
}

/*
 * Tests whether the program of the step has started this one, and waits for it.
 */
static bool is_waiting(const struct step *step, char *const *environment)
{
	const char *all = text_env(environment, SESSION_SOURCE_VARIABLE);
	struct view rest = view_of(all);
	struct view item;
	char name[NAME_LEN];
	bool found = false;

	if (text_is_empty(all))
		return false;
	source_process_name(step, name);
	while (!found && view_item(&rest, &item))
		found = view_equals(item, name);
	return found;
}

bool session_source_check(const struct plan *plan, char *const *environment,
			  struct error *err)
{
	const struct step *first = &plan->steps[0];

	if (first->sso && !first->sso->account)
		return error_fail(err, REASON_SSO_NO_ROLE,
				  .profile = first->profile);
	return first->kind != STEP_PROCESS || !first->by ||
	       !is_waiting(first, environment) ||
	       error_fail(err, REASON_PROCESS_LOOP, .profile = first->profile,
			  .key = first->by->key, .path = first->by->file,
			  .line = first->by->line);
}
