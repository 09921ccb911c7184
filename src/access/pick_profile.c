#include "access/pick_profile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "access/context.h"
#include "access/folder_profile.h"
#include "access/picked.h"
#include "access/profile_rows.h"
#include "access/request.h"
#include "aws/config.h"
#include "aws/selector.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"
#include "port/world.h"

/* One choice of a profile. */
struct choice {
	struct request *request;
	const struct world *world;
	struct arena *arena; /* of the command */
	struct context context;
	struct profile_rows rows;
	struct picked *picked;
	struct selector *selector; /* NULL: all profiles */
};

/* --- order --------------------------------------------------------------------- */

static int compare(const void *x, const void *y)
{
	const struct profile_row *a = x;
	const struct profile_row *b = y;

	if (a->score != b->score)
		return a->score > b->score ? -1 : 1;
	return a->n < b->n ? -1 : a->n > b->n;
}

/* Puts the profile of a trusted .aws-profile first. */
static const char *folder_name(const struct choice *c)
{
	struct folder_profile found;
	struct error ignored = { 0 };

	if (!folder_profile_find(c->request, c->world, c->arena, &found,
				 &ignored))
		return "";
	return found.path && found.trusted ? found.profile : "";
}

static void sort(struct choice *c)
{
	const char *first = folder_name(c);
	struct profile_row *row;

	for (size_t i = 0; i < c->rows.n; i++) {
		row = &c->rows.rows[i];
		row->score = strcmp(row->name, first) == 0
				     ? INT64_MAX
				     : picked_score(c->picked, row->name);
	}
	qsort(c->rows.rows, c->rows.n, sizeof(*c->rows.rows), compare);
}

/* --- the choice ------------------------------------------------------------------ */

/* Keeps the rows that the selector matches. */
static void select_rows(struct choice *c)
{
	size_t n = 0;

	for (size_t i = 0; c->selector && i < c->rows.n; i++) {
		const struct profile_row *row = &c->rows.rows[i];

		if (selector_matches(c->selector, row->account, row->role_arn,
				     row->sso_role))
			c->rows.rows[n++] = *row;
	}
	if (c->selector)
		c->rows.n = n;
}

static bool take(struct choice *c, const char *name, struct error *err)
{
	c->request->profile = arena_strdup(c->arena, name);
	return c->request->profile || error_memory(err);
}

static bool ask(struct choice *c, struct error *err)
{
	struct picker_row *shown =
		arena_alloc(c->arena, c->rows.n * sizeof(*shown));
	size_t chosen = 0;

	c->picked = picked_read(c->world, c->arena);
	if (!shown || !c->picked)
		return error_memory(err);
	sort(c);
	for (size_t i = 0; i < c->rows.n; i++)
		shown[i] = c->rows.rows[i].shown;
	if (!picker_pick(&c->world->picker, shown, c->rows.n, &chosen, err))
		return false;
	picked_note(c->picked, c->rows.rows[chosen].name);
	return take(c, c->rows.rows[chosen].name, err);
}

static bool several(const struct choice *c, struct error *err)
{
	char names[sizeof(err->about.other)] = "";
	size_t len = 0;

	for (size_t i = 0; i < c->rows.n && len < sizeof(names); i++)
		len += (size_t)snprintf(names + len, sizeof(names) - len,
					"%s%s", i == 0 ? "" : ", ",
					c->rows.rows[i].shown.name);
	return error_fail(err, REASON_SEVERAL_PROFILES,
			  .value = c->request->profile, .other = names);
}

static bool none(const struct choice *c, struct error *err)
{
	const struct selector *s = c->selector;

	if (!s)
		return error_fail(err, REASON_NO_PROFILE_AT_ALL);
	return error_fail(err, REASON_NO_PROFILE_MATCHES,
			  .value = c->request->profile, .other = s->account,
			  .arn = s->role);
}

static bool choose(struct choice *c, struct error *err)
{
	bool can = picker_can_pick(&c->world->picker);

	if (!c->selector && !can)
		return none(c, err);
	c->rows.arena = c->arena;
	if (!profile_rows_read(c->request, c->world, &c->context, can, &c->rows,
			       err))
		return false;
	select_rows(c);
	if (c->rows.n == 0)
		return none(c, err);
	if (c->selector && c->rows.n == 1)
		return take(c, c->rows.rows[0].name, err);
	return can ? ask(c, err) : several(c, err);
}

static bool is_section(const struct choice *c)
{
	return c->selector && aws_config_find(c->context.config, CONFIG_PROFILE,
					      c->request->profile);
}

bool pick_profile(struct request *request, const struct world *world,
		  struct arena *arena, struct error *err)
{
	struct choice *c;
	struct selector selector;
	bool ok;

	if (request->profile && !selector_parse(request->profile, &selector))
		return true;
	if (!request->profile && !picker_can_pick(&world->picker))
		return error_fail(err, REASON_NO_PROFILE_AT_ALL);
	c = arena_alloc(arena, sizeof(*c));
	if (!c)
		return error_memory(err);
	*c = (struct choice){ .request = request,
			      .world = world,
			      .arena = arena,
			      .selector = request->profile ? &selector : NULL };
	ok = context_read(request, world, &c->context, err) &&
	     (is_section(c) || choose(c, err));
	picked_free(c->picked);
	context_clear(&c->context);
	return ok;
}
