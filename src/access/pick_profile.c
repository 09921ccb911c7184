#include "access/pick_profile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "access/context.h"
#include "access/folder_profile.h"
#include "access/profile_rows_internal.h"
#include "access/request.h"
#include "aws/config.h"
#include "aws/selector.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "pick/history.h"
#include "port/world.h"

#define PICKED_MODE 0600

/* One choice of a profile. */
struct choice {
	struct request *request;
	const struct world *world;
	struct arena *arena; /* of the command */
	struct context context;
	struct profile_rows rows;
	struct history history;
	struct secbuf *picked;     /* its text, or NULL */
	const char *path;          /* of its file; NULL: none */
	struct selector *selector; /* NULL: all profiles */
};

/* --- the history --------------------------------------------------------------- */

static const char *history_path(const struct choice *c)
{
	char *const *environment = c->world->environment;
	const char *base = text_env(environment, "XDG_STATE_HOME");
	const char *home = text_env(environment, "HOME");

	if (base && base[0] == '/')
		return arena_printf(c->arena, "%s/rolekey/picked", base);
	return text_is_empty(home)
		       ? NULL
		       : arena_printf(c->arena,
				      "%s/.local/state/rolekey/picked", home);
}

/* Reads the history; without one, nothing was picked yet. */
static void read_history(struct choice *c)
{
	struct error ignored = { 0 };

	c->path = history_path(c);
	if (c->path &&
	    files_read(&c->world->files, c->path, HISTORY_BYTES, &c->picked,
		       &ignored) &&
	    c->picked)
		history_parse(&c->history, secbuf_text(c->picked));
}

/* Notes the choice. Another process may do so at the same time, and win. */
static void write_history(struct choice *c, const char *name)
{
	struct strbuf text = strbuf_with_max(HISTORY_BYTES);
	struct error ignored = { 0 };
	struct secbuf *after = NULL;

	history_add(&c->history, name, clock_now(&c->world->clock));
	history_put(&c->history, &text);
	if (c->path && strbuf_ok(&text))
		after = secbuf_from(strbuf_text(&text));
	if (after && secbuf_ok(after))
		(void)!files_replace(&c->world->files, c->path, PICKED_MODE,
				     c->picked, after, &ignored);
	secbuf_free(after);
	strbuf_clear(&text);
}

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
	int64_t now = clock_now(&c->world->clock);
	struct profile_row *row;

	for (size_t i = 0; i < c->rows.n; i++) {
		row = &c->rows.rows[i];
		row->score = strcmp(row->shown.name, first) == 0
				     ? INT64_MAX
				     : history_score(&c->history,
						     row->shown.name, now);
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

	if (!shown)
		return error_memory(err);
	read_history(c);
	sort(c);
	for (size_t i = 0; i < c->rows.n; i++)
		shown[i] = c->rows.rows[i].shown;
	if (!picker_pick(&c->world->picker, shown, c->rows.n, &chosen, err))
		return false;
	write_history(c, shown[chosen].name);
	return take(c, shown[chosen].name, err);
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
		return take(c, c->rows.rows[0].shown.name, err);
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
	secbuf_free(c->picked);
	context_clear(&c->context);
	return ok;
}
