#include "access/profile_rows.h"

#include <string.h>

#include "access/context.h"
#include "access/descriptions.h"
#include "access/request.h"
#include "access/sign_in.h"
#include "aws/arn.h"
#include "aws/config.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"
#include "plan/plan.h"
#include "plan/profile.h"
#include "port/world.h"
#include "session/session.h"
#include "sync/description.h"

/* What all rows need. */
struct reading {
	const struct request *request;
	const struct world *world;
	const struct context *context;
	struct arena *arena;
	const struct keyring_item *sessions; /* sorted by name */
	size_t n_sessions;
	struct descriptions descriptions;
	int64_t now;
};

/* Copies a text for a terminal; NULL becomes "". */
static const char *keep(struct arena *arena, const char *text)
{
	char *copy = arena_strdup(arena, text ? text : "");

	if (copy)
		text_clean(copy);
	return copy;
}

static const struct keyring_item *find_session(const struct reading *r,
					       const char *name)
{
	size_t from = 0;
	size_t n = r->n_sessions;

	while (from < n) {
		size_t mid = from + (n - from) / 2;
		int order = strcmp(r->sessions[mid].name, name);

		if (order == 0)
			return &r->sessions[mid];
		if (order < 0)
			from = mid + 1;
		else
			n = mid;
	}
	return NULL;
}

/* Finds when the cached session of the last step expires; 0: it has none. */
static int64_t find_expiry(const struct reading *r, const struct plan *plan)
{
	const struct keyring_item *item;
	size_t last = plan->n_steps - 1;
	char name[NAME_LEN];

	if (r->n_sessions == 0 || !plan->steps[last].cached)
		return 0;
	session_cache_name(plan, last, false, r->world, name);
	item = find_session(r, name);
	if (!item && session_cache_falls_back(plan)) {
		session_cache_name(plan, last, true, r->world, name);
		item = find_session(r, name);
	}
	return item && item->expires > r->now ? item->expires : 0;
}

/* Says how long the session lasts, and whether the role is read-only. */
static const char *note(const struct reading *r, const struct profile_row *row)
{
	const char *read_only = row->read_only ? "read-only" : "";
	char left[TEXT_SPAN_LEN];

	if (row->expires == 0)
		return read_only;
	text_span((row->expires - r->now) / 60 * 60, left);
	return arena_printf(r->arena, "%s%s%s", read_only,
			    row->read_only ? " " : "", left);
}

static const char *color(const struct reading *r, const char *name,
			 struct arena *brief)
{
	struct profile profile;
	struct error ignored;

	if (!profile_resolve(r->context->config, name, true, brief, &profile,
			     &ignored))
		return "";
	return keep(r->arena, profile_text(&profile, "color"));
}

/* Returns "NAME, UNIT" of the account, as org sync wrote them. */
static const char *describe(const struct reading *r, const char *name)
{
	const struct description *found =
		description_find(r->descriptions.list, r->descriptions.n, name);
	char *text;

	if (!found)
		return "";
	text = arena_printf(r->arena, "%s%s%s", found->text,
			    *found->ou != '\0' ? ", " : "", found->ou);
	if (text)
		text_clean(text);
	return text;
}

static void fill(const struct reading *r, const struct plan *plan,
		 struct profile_row *row)
{
	const struct step *last = &plan->steps[plan->n_steps - 1];
	struct arn arn;

	row->account =
		plan->account ? arena_strdup(r->arena, plan->account) : NULL;
	row->role_arn =
		last->role_arn ? arena_strdup(r->arena, last->role_arn) : NULL;
	row->sso_role =
		last->sso_role ? arena_strdup(r->arena, last->sso_role) : NULL;
	row->shown.account = keep(r->arena, plan->account);
	row->shown.role =
		keep(r->arena, last->role_arn && arn_parse(last->role_arn, &arn)
				       ? arn_name(&arn)
				       : last->sso_role);
	row->expires = find_expiry(r, plan);
	row->console = sign_in_can(plan);
	row->read_only = plan->read_only;
	row->shown.note = note(r, row);
}

/* The arena of the plan is emptied for each, so that only the rows stay. */
static bool make_row(const struct reading *r, const char *name,
		     struct context *context, struct profile_row *row,
		     struct error *err)
{
	struct error why = { 0 };
	struct plan plan = { 0 };

	context_next(context);
	row->name = arena_strdup(r->arena, name);
	row->shown = (struct picker_row){ keep(r->arena, name), "", "", "", "",
					  describe(r, name) };
	if (context_plan(r->request, r->world, name, context, &plan, &why))
		fill(r, &plan, row);
	row->shown.color = color(r, name, context->arena);
	return (arena_ok(r->arena) && why.code != ERROR_MEMORY) ||
	       error_memory(err);
}

static bool read_sessions(struct reading *r, struct error *err)
{
	struct error why = { 0 };

	if (keyring_list(&r->world->keyring, KEYRING_SESSION, r->arena,
			 &r->sessions, &r->n_sessions, &why))
		return true;
	r->n_sessions = 0;
	if (why.code == ERROR_MEMORY || why.code == ERROR_INTERRUPTED) {
		*err = why;
		return false;
	}
	return true;
}

static size_t count(const struct aws_config *config)
{
	size_t n = 0;

	while (aws_config_nth_name(config, CONFIG_PROFILE, n))
		n++;
	return n;
}

static bool make_rows(const struct reading *r, struct profile_rows *rows,
		      struct error *err)
{
	struct context all = *r->context;
	struct context context;
	const char *name;
	bool ok;

	if (!context_share_endpoints(&all, err))
		return false;
	context = context_brief(&all);
	ok = context.arena || error_memory(err);
	while (ok && (name = aws_config_nth_name(all.config, CONFIG_PROFILE,
						 rows->n))) {
		struct profile_row *row = &rows->rows[rows->n];

		*row = (struct profile_row){ .n = rows->n++ };
		ok = make_row(r, name, &context, row, err);
	}
	arena_free(context.arena);
	return ok;
}

bool profile_rows_read(const struct request *request, const struct world *world,
		       const struct context *context, bool sessions,
		       struct profile_rows *rows, struct error *err)
{
	struct reading r = { .request = request,
			     .world = world,
			     .context = context,
			     .arena = rows->arena,
			     .now = clock_now(&world->clock) };
	size_t n = count(context->config);

	rows->n = 0;
	rows->rows = arena_alloc(rows->arena, (n + 1) * sizeof(*rows->rows));
	if (!rows->rows)
		return error_memory(err);
	return descriptions_read(request, world, rows->arena, &r.descriptions,
				 err) &&
	       (!sessions || read_sessions(&r, err)) &&
	       make_rows(&r, rows, err);
}
