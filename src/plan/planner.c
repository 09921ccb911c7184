#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"
#include "plan/plan_internal.h"

struct planner planner_begin(const struct aws_config *config,
			     const struct plan_options *options,
			     struct arena *arena, struct plan *plan)
{
	*plan = (struct plan){ .profile = options->profile };
	return (struct planner){ .config = config,
				 .options = options,
				 .arena = arena,
				 .plan = plan };
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
