#include <stddef.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/mark.h"
#include "plan/plan_internal.h"

/*
 * Copies the variables that a plan may read.  A plan asks for dozens of them,
 * and an environment has mostly others.
 */
static void copy_variables(struct planner *p, char *const *environment)
{
	size_t n = 0;

	for (size_t i = 0; environment && environment[i] && !p->many; i++) {
		char first = environment[i][0];

		if (!(first == 'A' &&
		      strncmp(environment[i], "AWS_", 4) == 0) &&
		    !(first == MARK_PREFIX[0] && mark_is_mark(environment[i])))
			continue;
		p->many = n == PLANNER_VARIABLES;
		if (!p->many)
			p->environment[n++] = environment[i];
	}
}

struct planner planner_begin(const struct aws_config *config,
			     const struct plan_options *options,
			     struct arena *arena, struct plan *plan)
{
	struct planner p = { .config = config,
			     .options = options,
			     .arena = arena,
			     .plan = plan };

	*plan = (struct plan){ .profile = options->profile };
	copy_variables(&p, options->environment);
	return p;
}

char *const *planner_environment(const struct planner *p)
{
	return p->many ? p->options->environment : p->environment;
}

static struct error_facts *add_fact(struct planner *p, struct error_facts *list,
				    size_t *n, const struct error_facts *facts)
{
	list = arena_room(p->arena, list, *n, sizeof(*list));
	if (list)
		list[(*n)++] = *facts;
	return list;
}

bool planner_warn_with(struct planner *p, struct error *err,
		       const struct error_facts *facts)
{
	p->warnings = add_fact(p, p->warnings, &p->plan->n_warnings, facts);
	p->plan->warnings = p->warnings;
	return p->warnings || error_memory(err);
}

bool planner_note_with(struct planner *p, struct error *err,
		       const struct error_facts *facts)
{
	p->notes = add_fact(p, p->notes, &p->plan->n_notes, facts);
	p->plan->notes = p->notes;
	return p->notes || error_memory(err);
}
