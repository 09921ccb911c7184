#include <stddef.h>
#include <string.h>

#include "access/context.h"
#include "access/request.h"
#include "aws/arn.h"
#include "aws/config.h"
#include "base/arena.h"
#include "base/error.h"
#include "cmd/portal/portal_internal.h"
#include "plan/plan.h"
#include "plan/profile.h"
#include "port/world.h"
#include "session/session.h"

struct rows {
	const struct portal_call *call;
	struct context context;
	struct arena *arena;
	struct portal_row *rows;
	size_t n;
	const struct keyring_item *sessions; /* sorted by name */
	size_t n_sessions;
};

static bool copy(struct arena *arena, const char *text, const char **to)
{
	*to = text ? arena_strdup(arena, text) : NULL;
	return *to || !text;
}

static int64_t expires_of(const struct rows *r, const char *name)
{
	size_t from = 0;
	size_t n = r->n_sessions;

	while (from < n) {
		size_t mid = from + (n - from) / 2;
		int order = strcmp(r->sessions[mid].name, name);

		if (order == 0)
			return r->sessions[mid].expires;
		if (order < 0)
			from = mid + 1;
		else
			n = mid;
	}
	return 0;
}

/* Finds when the session of the role expires; 0: it has none. */
static int64_t find_session(const struct rows *r, const struct plan *plan)
{
	size_t last = plan->n_steps - 1;
	char name[NAME_LEN];
	int64_t expires;

	if (!plan->steps[last].cached)
		return 0;
	session_cache_name(plan, last, false, r->call->world, name);
	expires = expires_of(r, name);
	if (expires > 0 || !session_cache_falls_back(plan))
		return expires;
	session_cache_name(plan, last, true, r->call->world, name);
	return expires_of(r, name);
}

static const char *color_of(const struct rows *r, const struct plan *plan,
			    struct arena *arena)
{
	struct error ignored = { 0 };
	struct profile profile;
	const char *color = NULL;

	if (profile_resolve(r->context.config, plan->profile, true, arena,
			    &profile, &ignored))
		color = profile_text(&profile, "color");
	return color && *color == '#' ? color + 1 : color;
}

static bool add_row(struct rows *r, const struct plan *plan,
		    struct arena *scratch, struct error *err)
{
	struct portal_row *row = &r->rows[r->n];
	const char *role = plan->steps[plan->n_steps - 1].role_arn;
	struct error ignored = { 0 };
	struct arn arn;

	if (!role || !arn_parse(role, &arn))
		return true;
	*row = (struct portal_row){ .place = r->n,
				    .expires = find_session(r, plan) };
	(void)!ledger_get(&r->call->world->ledger, LEDGER_OPENED, plan->profile,
			  &row->opened, &ignored);
	if (!copy(r->arena, plan->profile, &row->profile) ||
	    !copy(r->arena, plan->account, &row->account) ||
	    !copy(r->arena, arn_name(&arn), &row->role) ||
	    !copy(r->arena, color_of(r, plan, scratch), &row->color))
		return error_memory(err);
	r->n++;
	return true;
}

/* A profile without a plan is left out: `list` says why. */
static bool read_profile(struct rows *r, const char *name, struct error *err)
{
	struct context context = context_brief(&r->context);
	struct error why = { 0 };
	struct plan plan = { 0 };
	bool ok;

	if (!context.arena)
		return error_memory(err);
	if (context_plan(r->call->request, r->call->world, name, &context,
			 &plan, &why))
		ok = add_row(r, &plan, context.arena, err);
	else
		ok = why.code != ERROR_MEMORY || error_memory(err);
	arena_free(context.arena);
	return ok;
}

static bool read_profiles(struct rows *r, struct error *err)
{
	const struct aws_config *config = r->context.config;
	const struct config_section *section;
	size_t n = 0;

	while (aws_config_nth(config, CONFIG_PROFILE, n))
		n++;
	r->rows = arena_alloc(r->arena, (n + 1) * sizeof(*r->rows));
	if (!r->rows)
		return error_memory(err);
	for (size_t i = 0; i < n; i++) {
		section = aws_config_nth(config, CONFIG_PROFILE, i);
		if (!read_profile(r, section->name, err))
			return false;
	}
	return true;
}

bool portal_rows_list(void *self, struct arena *arena, struct portal_row **rows,
		      size_t *n, struct error *err)
{
	struct portal_call *call = self;
	struct rows r = { .call = call, .arena = arena };
	bool ok;

	ok = context_read(call->request, call->world, &r.context, err) &&
	     keyring_list(&call->world->keyring, KEYRING_SESSION, arena,
			  &r.sessions, &r.n_sessions, err) &&
	     read_profiles(&r, err);
	context_clear(&r.context);
	*rows = r.rows;
	*n = r.n;
	return ok;
}
