#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"
#include "plan/plan_internal.h"

bool planner_no_memory(struct error *err)
{
	return error_set(err, ERROR_MEMORY, "no memory for a plan");
}

static const char **add_line(struct planner *p, const char **lines, size_t *n,
			     const char *text)
{
	lines = text ? arena_room(p->arena, lines, *n, sizeof(*lines)) : NULL;
	if (lines)
		lines[(*n)++] = text;
	return lines;
}

bool planner_warn(struct planner *p, const char *text, struct error *err)
{
	p->warnings = add_line(p, p->warnings, &p->plan->n_warnings, text);
	p->plan->warnings = p->warnings;
	return p->warnings || planner_no_memory(err);
}

bool planner_note(struct planner *p, const char *text, struct error *err)
{
	p->notes = add_line(p, p->notes, &p->plan->n_notes, text);
	p->plan->notes = p->notes;
	return p->notes || planner_no_memory(err);
}
