#include <stddef.h>
#include <string.h>

#include "access/request.h"
#include "aws/config.h"
#include "base/arena.h"
#include "base/error.h"
#include "cmd/across/across_internal.h"
#include "cmd/search_internal.h"
#include "plan/plan.h"
#include "sync/description.h"

/* Copies a text of a plan, which is freed. */
static bool keep(struct arena *arena, const char *text, const char **kept)
{
	*kept = text ? arena_strdup(arena, text) : NULL;
	return *kept || !text;
}

static bool fill(struct across *a, struct across_job *job,
		 const struct plan *plan)
{
	struct arena *arena = a->context.arena;
	const char *serial = NULL;

	for (size_t i = 0; i < plan->n_steps; i++)
		if (plan->steps[i].mfa_serial)
			serial = plan->steps[i].mfa_serial;
	job->confirm = plan->confirm;
	job->read_only = plan->read_only;
	job->direct = plan->direct;
	return keep(arena, plan->account, &job->account) &&
	       keep(arena, plan->steps[plan->n_steps - 1].role_arn,
		    &job->role_arn) &&
	       keep(arena, plan->steps[0].profile, &job->source) &&
	       keep(arena, serial, &job->serial);
}

/*
 * Reads what is known about a profile.  One that cannot be planned is a job,
 * too: it fails, and says why.
 */
static bool describe(struct across *a, const char *name, struct across_job *job,
		     struct error *err)
{
	struct context context = context_brief(&a->context);
	struct error why = { 0 };
	struct plan plan = { 0 };
	bool ok = context.arena || error_memory(err);

	*job = (struct across_job){ .profile = name };
	if (ok && context_plan(&a->call->request, a->world, name, &context,
			       &plan, &why))
		ok = fill(a, job, &plan) || error_memory(err);
	else if (ok)
		ok = why.code != ERROR_MEMORY || error_memory(err);
	arena_free(context.arena);
	return ok;
}

/* Tests --org-where, for what the comments in a managed block say. */
static bool is_where(const struct across *a, const char *profile)
{
	const struct description *found = description_find(
		a->descriptions.list, a->descriptions.n, profile);
	struct account account = { .state = "", .email = "" };

	if (!a->options->org_where || !found)
		return !a->options->org_where;
	account.id = found->account;
	account.name = found->text;
	account.ou = found->ou;
	return account_matches(&a->filter, &account, true, true);
}

static bool matches(const struct across *a, const struct across_job *job)
{
	const struct search_texts texts = search_texts_of(
		&a->descriptions, job->profile, job->account, job->role_arn);

	return search_matches(&texts, a->call->search, a->call->n_search) &&
	       is_where(a, job->profile);
}

static bool is_selected(const struct across *a, const char *name)
{
	for (size_t i = 0; i < a->n_jobs; i++)
		if (strcmp(a->jobs[i].profile, name) == 0)
			return true;
	return false;
}

/* Adds the profiles that the words name. */
static bool select_names(struct across *a, struct error *err)
{
	bool ok = true;

	for (size_t i = 0; ok && i < a->call->n_search; i++) {
		const char *name = a->call->search[i];

		if (is_selected(a, name))
			continue;
		ok = describe(a, name, &a->jobs[a->n_jobs], err);
		a->n_jobs += ok;
	}
	return ok;
}

static bool search(struct across *a, size_t n_profiles, struct error *err)
{
	for (size_t i = 0; i < n_profiles; i++) {
		const struct config_section *section =
			aws_config_nth(a->context.config, CONFIG_PROFILE, i);

		if (!describe(a, section->name, &a->jobs[a->n_jobs], err))
			return false;
		a->n_jobs += matches(a, &a->jobs[a->n_jobs]);
	}
	return true;
}

static bool are_names(const struct across *a)
{
	for (size_t i = 0; i < a->call->n_search; i++)
		if (!aws_config_find(a->context.config, CONFIG_PROFILE,
				     a->call->search[i]))
			return false;
	return a->call->n_search > 0;
}

static size_t count_profiles(const struct aws_config *config)
{
	size_t n = 0;

	while (aws_config_nth(config, CONFIG_PROFILE, n))
		n++;
	return n;
}

/* The file has no tags and no states of accounts. */
static bool read_filter(struct across *a, struct error *err)
{
	const char *where = a->options->org_where;

	if (!descriptions_read(&a->call->request, a->world, a->context.arena,
			       &a->descriptions, err) ||
	    !account_filter_parse(where ? where : "", a->context.arena,
				  &a->filter, err))
		return false;
	for (size_t i = 0; i < a->filter.n; i++)
		if (a->filter.terms[i].tag ||
		    strchr("se", a->filter.terms[i].key[0]))
			return error_fail(err, REASON_BAD_OPTION_VALUE,
					  .key = "org-where", .value = where,
					  .expected = "a list of ou=, name= or "
						      "id= terms");
	return true;
}

bool across_select(struct across *a, struct error *err)
{
	size_t n = count_profiles(a->context.config);
	bool ok;

	a->jobs = arena_alloc(a->context.arena,
			      (n + a->call->n_search + 1) * sizeof(*a->jobs));
	if (!a->jobs)
		return error_memory(err);
	if (are_names(a) && !a->options->org_where)
		ok = select_names(a, err);
	else
		ok = read_filter(a, err) && search(a, n, err);
	if (ok && a->n_jobs == 0)
		return error_fail(err, REASON_NOTHING_SELECTED,
				  .value = a->call->n_search > 0
						   ? a->call->search[0]
						   : a->options->org_where,
				  .number = (int64_t)a->call->n_search);
	return ok;
}
