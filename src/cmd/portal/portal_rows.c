#include <stddef.h>

#include "access/context.h"
#include "access/picked.h"
#include "access/profile_rows.h"
#include "access/request.h"
#include "base/arena.h"
#include "base/error.h"
#include "cmd/portal/portal_internal.h"
#include "port/world.h"

static struct portal_row make_row(const struct profile_row *row,
				  const struct picked *picked)
{
	const char *color = row->shown.color;

	return (struct portal_row){
		.profile = row->name,
		.account = row->account,
		.role = row->shown.role,
		.description = row->shown.description,
		.color = *color == '#' ? color + 1 : color,
		.read_only = row->read_only,
		.expires = row->expires,
		.score = picked_score(picked, row->name),
		.place = row->n,
	};
}

/* A profile without a plan is left out, too: `list` says why. */
static bool make_rows(const struct profile_rows *all,
		      const struct picked *picked, struct portal_row **rows,
		      size_t *n, struct error *err)
{
	*n = 0;
	*rows = arena_alloc(all->arena, (all->n + 1) * sizeof(**rows));
	if (!*rows || !picked)
		return error_memory(err);
	for (size_t i = 0; i < all->n; i++)
		if (all->rows[i].console)
			(*rows)[(*n)++] = make_row(&all->rows[i], picked);
	return true;
}

bool portal_rows_list(void *self, struct arena *arena, struct portal_row **rows,
		      size_t *n, struct error *err)
{
	struct portal_call *call = self;
	struct picked *picked = picked_read(call->world, arena);
	struct profile_rows all = { .arena = arena };
	struct context context = { 0 };
	bool ok;

	ok = context_read(call->request, call->world, &context, err) &&
	     profile_rows_read(call->request, call->world, &context, true, &all,
			       err) &&
	     make_rows(&all, picked, rows, n, err);
	picked_free(picked);
	context_clear(&context);
	return ok;
}
