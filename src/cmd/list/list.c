#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "access/context.h"
#include "access/request.h"
#include "aws/config.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/strbuf.h"
#include "cmd/command.h"
#include "cmd/facts.h"
#include "cmd/list/list_internal.h"
#include "cmd/print_internal.h"
#include "plan/plan.h"
#include "port/keyring.h"
#include "port/world.h"
#include "session/session.h"

static const struct option options[] = {
	{ .name = "profiles",
	  .offset = offsetof(struct list_options, profiles),
	  .help = "print only the names of profiles" },
	{ .name = "credentials",
	  .offset = offsetof(struct list_options, credentials),
	  .help = "print only the names of stored keys" },
	{ .name = "sessions",
	  .offset = offsetof(struct list_options, sessions),
	  .help = "print only the names of cached sessions" },
	{ .name = "sso-sessions",
	  .offset = offsetof(struct list_options, sso_sessions),
	  .help = "print only the names of [sso-session] sections" },
	{ .include = option_json },
	{ 0 }
};

/* Finds an item by binary search: the port returns items sorted by name. */
static const struct keyring_item *find_item(const struct keyring_item *items,
					    size_t n, const char *name)
{
	size_t from = 0;

	while (from < n) {
		size_t mid = from + (n - from) / 2;
		int order = strcmp(items[mid].name, name);

		if (order == 0)
			return &items[mid];
		if (order < 0)
			from = mid + 1;
		else
			n = mid;
	}
	return NULL;
}

/* The sessions of a row while its plan is there. */
struct sought {
	/* With the stored key, and with the one of the files if it may be used. */
	struct name_state names[2];
	struct name_state before_last[2];
	size_t n_names;
	struct listing *list;
	struct list_row *row;
	const struct plan *plan;
};

/* Adds the session that a name is of, if it is cached. */
static void add_session(struct sought *s, const struct name_state *names,
			const struct step *step, bool read_only)
{
	struct listing *list = s->list;
	const struct keyring_item *item;
	char name[NAME_LEN];

	session_cache_name_get(names, name);
	item = find_item(list->sessions, list->n_sessions, name);
	if (!item || item->expires <= list->now)
		return;
	list->used[item - list->sessions] = true;
	s->row->sessions[s->row->n_sessions++] =
		(struct list_session){ .name = item->name,
				       .action = step_action(step->kind),
				       .expires = item->expires,
				       .read_only = read_only };
}

/* Adds the sessions of step n, after those of the steps before it. */
static void add_step(struct sought *s, size_t n)
{
	const struct step *step = &s->plan->steps[n];
	bool last = n + 1 == s->plan->n_steps;

	for (size_t i = 0; i < s->n_names; i++) {
		if (last)
			s->before_last[i] = s->names[i];
		if (n > 0)
			session_cache_name_add(&s->names[i], step);
		if (step->cached)
			add_session(s, &s->names[i], step,
				    last && s->plan->read_only);
	}
}

/*
 * Adds the session of --read-only, or of --no-read-only: that of the mode which
 * is not the profile's own.
 */
static bool add_other_mode(struct sought *s, const struct world *world,
			   struct arena *arena, struct error *err)
{
	struct error why = { 0 };
	const struct step *last;
	struct plan other;

	if (!plan_read_only_other(s->plan, arena, &other, &why))
		return why.code != ERROR_MEMORY || error_memory(err);
	last = &other.steps[other.n_steps - 1];
	for (size_t i = 0; i < s->n_names; i++) {
		if (other.n_steps > 1)
			session_cache_name_add(&s->before_last[i], last);
		else /* it begins with the role: a web identity */
			session_cache_name_begin(&s->before_last[i], &other,
						 i > 0, world);
		add_session(s, &s->before_last[i], last, other.read_only);
	}
	return true;
}

/* Adds the cached sessions of a plan, which is in arena. */
static bool add_sessions(const struct world *world, struct listing *list,
			 struct list_row *row, const struct plan *plan,
			 struct arena *arena, struct error *err)
{
	struct sought s = { .list = list, .row = row, .plan = plan };

	/* The first name may choose the keyring of the keys. */
	if (list->n_sessions == 0 && !world->keyring.apart)
		return true;
	s.n_names = session_cache_falls_back(plan) ? 2 : 1;
	for (size_t i = 0; i < s.n_names; i++)
		session_cache_name_begin(&s.names[i], plan, i == 1, world);
	for (size_t n = 0; n < plan->n_steps; n++)
		add_step(&s, n);
	return add_other_mode(&s, world, arena, err);
}

/* Copies a text of the plan, which is freed when the row is complete. */
static bool keep(struct arena *arena, const char *text, const char **kept)
{
	*kept = text ? arena_strdup(arena, text) : NULL;
	return *kept || !text;
}

static bool keep_problem(struct listing *list, struct list_row *row,
			 const struct error *why, struct error *err)
{
	if (why->code != ERROR_MEMORY)
		row->problem = facts_message(list->context.arena, why);
	return row->problem || error_memory(err);
}

/* Finds where the key is. A profile that lacks more than a key is a problem. */
static bool find_key(const struct world *world, struct listing *list,
		     struct list_row *row, const struct plan *plan,
		     struct error *err)
{
	const struct step *first = &plan->steps[0];
	bool stored = first->kind == STEP_STORED_KEY;
	const struct keyring_item *key =
		stored ? find_item(list->keys, list->n_keys, first->profile)
		       : NULL;
	struct error why = { 0 };

	if (key && strcmp(first->profile, row->profile) == 0)
		list->used_keys[key - list->keys] = true;
	row->where = key           ? world->keyring.name
		     : first->keys ? "plaintext file"
		     : stored      ? "nowhere"
				   : step_action(first->kind);
	if (key || first->keys || !stored ||
	    plan->no_key.reason == REASON_NO_KEY)
		return true;
	(void)error_fail_with(&why, &plan->no_key);
	return keep_problem(list, row, &why, err);
}

static bool fill_row(const struct world *world, struct listing *list,
		     struct list_row *row, const struct plan *plan,
		     struct error *err)
{
	struct arena *arena = list->context.arena;

	row->sessions = arena_alloc(arena, 2 * (plan->n_steps + 1) *
						   sizeof(*row->sessions));
	row->read_only = plan->read_only;
	if (!row->sessions || !keep(arena, plan->account, &row->account) ||
	    !keep(arena, plan->steps[plan->n_steps - 1].role_arn,
		  &row->role_arn) ||
	    !keep(arena, plan->steps[0].profile, &row->key_of))
		return error_memory(err);
	return find_key(world, list, row, plan, err);
}

/*
 * Makes a row.  A profile that cannot be planned is listed with the reason.  Of
 * many profiles only the rows stay in memory: context is for one plan.
 */
static bool make_row(const struct request *request, const struct world *world,
		     struct listing *list, struct list_row *row,
		     struct context *context, struct error *err)
{
	struct error why = { 0 };
	struct plan plan = { 0 };

	context_next(context);
	if (!context_plan(request, world, row->profile, context, &plan, &why))
		return keep_problem(list, row, &why, err);
	return fill_row(world, list, row, &plan, err) &&
	       add_sessions(world, list, row, &plan, context->arena, err);
}

static bool read_keyring(const struct world *world, struct listing *list,
			 struct error *err)
{
	const struct keyring *keyring = &world->keyring;
	struct arena *arena = list->context.arena;

	if (list->options->profiles || list->options->sso_sessions)
		return true;
	if (!keyring_list(keyring, KEYRING_KEY, arena, &list->keys,
			  &list->n_keys, err) ||
	    !keyring_list(keyring, KEYRING_SESSION, arena, &list->sessions,
			  &list->n_sessions, err))
		return false;
	list->used = arena_alloc(arena, list->n_sessions + 1);
	list->used_keys = arena_alloc(arena, list->n_keys + 1);
	return (list->used && list->used_keys) || error_memory(err);
}

static bool fill_rows(const struct request *request, const struct world *world,
		      struct listing *list, struct error *err)
{
	struct context context;
	bool ok;

	if (!context_share_endpoints(&list->context, err))
		return false;
	context = context_brief(&list->context);
	ok = context.arena || error_memory(err);
	for (size_t i = 0; ok && i < list->n_rows; i++)
		ok = make_row(request, world, list, &list->rows[i], &context,
			      err);
	arena_free(context.arena);
	return ok;
}

/* Tests for options that print names alone, without what a plan says. */
static bool is_names_only(const struct listing *list)
{
	const struct list_options *own = list->options;

	return (own->profiles && list->n_words == 0) || own->credentials ||
	       own->sessions || own->sso_sessions;
}

static bool make_rows(const struct request *request, const struct world *world,
		      struct listing *list, struct error *err)
{
	const struct aws_config *config = list->context.config;
	const char *name;

	if (is_names_only(list))
		return true;
	while (aws_config_nth_name(config, CONFIG_PROFILE, list->n_rows))
		list->n_rows++;
	list->rows = arena_alloc(list->context.arena,
				 (list->n_rows + 1) * sizeof(*list->rows));
	if (!list->rows)
		return error_memory(err);
	for (size_t i = 0;
	     (name = aws_config_nth_name(config, CONFIG_PROFILE, i)); i++)
		list->rows[i].profile = name;
	return fill_rows(request, world, list, err);
}

/* Keeps the rows that match the words. */
static bool search(const struct request *request, const struct world *world,
		   struct listing *list, bool json, struct error *err)
{
	size_t n = 0;

	if (!json && list->n_words == 0)
		return true;
	if (!descriptions_read(request, world, list->context.arena,
			       &list->descriptions, err))
		return false;
	for (size_t i = 0; i < list->n_rows; i++) {
		struct list_row row = list->rows[i];
		const struct search_texts texts =
			search_texts_of(&list->descriptions, row.profile,
					row.account, row.role_arn);

		row.description = texts.text[3];
		row.ou = texts.text[4];
		if (search_matches(&texts, list->words, list->n_words))
			list->rows[n++] = row;
	}
	list->n_rows = n;
	return true;
}

static void put_name(struct strbuf *out, const char *name)
{
	print_clean(out, name);
	strbuf_puts(out, "\n");
}

/* Puts the names of all sections of a kind. */
static void put_sections(struct strbuf *out, const struct listing *list,
			 enum config_kind kind)
{
	const struct aws_config *config = list->context.config;
	const char *name;

	for (size_t i = 0; (name = aws_config_nth_name(config, kind, i)); i++)
		put_name(out, name);
}

static bool put_names(struct strbuf *out, const void *what)
{
	const struct listing *list = what;
	const struct list_options *own = list->options;

	if (own->profiles && list->n_words == 0)
		put_sections(out, list, CONFIG_PROFILE);
	for (size_t i = 0; own->profiles && i < list->n_rows; i++)
		put_name(out, list->rows[i].profile);
	for (size_t i = 0; own->credentials && i < list->n_keys; i++)
		put_name(out, list->keys[i].name);
	for (size_t i = 0; own->sessions && i < list->n_sessions; i++)
		if (list->sessions[i].expires > list->now)
			put_name(out, list->sessions[i].name);
	if (own->sso_sessions)
		put_sections(out, list, CONFIG_SSO_SESSION);
	return true;
}

static bool show(const struct world *world, const struct listing *list,
		 bool json, struct error *err)
{
	const struct list_options *own = list->options;
	bool names = own->profiles || own->credentials || own->sessions ||
		     own->sso_sessions;

	return print_all(world,
			 names  ? put_names
			 : json ? list_show_json
				: list_show_text,
			 list, err);
}

static bool cmd_list(const struct call *call, const struct world *world,
		     struct error *err)
{
	const struct list_options *own = call->options;
	const struct request *request = &call->request;
	struct listing list = { .options = own,
				.words = call->search,
				.n_words = call->n_search,
				.now = clock_now(&world->clock) };
	bool ok;

	if (own->profiles + own->credentials + own->sessions +
		    own->sso_sessions + call->json >
	    1)
		return error_fail(err, REASON_EXCLUSIVE_OPTIONS,
				  .other = "--profiles, --credentials, "
					   "--sessions, --sso-sessions and "
					   "--json");
	if (call->n_search > 0 &&
	    (own->credentials || own->sessions || own->sso_sessions))
		return error_fail(err, REASON_EXCLUSIVE_OPTIONS,
				  .other = "--credentials, --sessions, "
					   "--sso-sessions and search words");
	ok = context_read(request, world, &list.context, err) &&
	     read_keyring(world, &list, err) &&
	     make_rows(request, world, &list, err) &&
	     search(request, world, &list, call->json, err) &&
	     show(world, &list, call->json, err);
	context_clear(&list.context);
	return ok;
}

const struct command command_list = {
	.name = "list",
	.needs = NEEDS_KEYRING,
	.alias = "ls",
	.summary = "list profiles, stored keys and cached sessions",
	.operands = OPERANDS_SEARCH,
	.options = options,
	.options_size = sizeof(struct list_options),
	.help = "Lists each profile with the account and name of its role, "
		"where its key is stored, and how long its cached sessions "
		"last. Keys and sessions that no profile uses follow. With "
		"words, only profiles are listed of which each word is a part "
		"of the name, account id or role, or of the account's name or "
		"unit that org sync wrote. Makes no request; --profiles does "
		"not open the keyring.\n",
	.examples = "rolekey list\n"
		    "rolekey list prod admin\n"
		    "rolekey list --profiles\n",
	.run = cmd_list,
};
