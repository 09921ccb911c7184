#include <stdlib.h>
#include <string.h>

#include "access/obtain.h"
#include "access/request.h"
#include "api/organizations.h"
#include "aws/arn.h"
#include "base/arena.h"
#include "base/error.h"
#include "cmd/command.h"
#include "cmd/guard_internal.h"
#include "cmd/org/org_internal.h"
#include "plan/plan.h"
#include "port/world.h"

#define ATTEMPTS 8 /* of a request: AWS throttles who reads much */

/* --- the caller ----------------------------------------------------------------- */

static bool find_endpoint(struct org *org, struct error *err)
{
	const struct plan *plan = &org->context.plan;
	const struct plan_options where = { .profile = plan->profile,
					    .environment =
						    org->world->environment };
	int attempts = plan->max_attempts;

	org->caller = (struct api_caller){
		.http = &org->world->http,
		.clock = &org->world->clock,
		.skew = &org->skew,
		.max_attempts = attempts > ATTEMPTS ? attempts : ATTEMPTS,
		.notices = &org->world->notices,
		.creds = &org->creds,
		.trust = plan->trust,
	};
	return plan_organizations(org->context.config, &where,
				  org->context.arena, &org->caller.endpoint,
				  err);
}

static bool open_organization(struct org *org, const char *via,
			      struct error *err)
{
	struct organizations_organization found = { 0 };
	struct request request = org->call->request;
	bool ok;

	request.profile = via;
	request.region = NULL; /* --region is that of the new profiles */
	ok = context_plan(&request, org->world, via, &org->context,
			  &org->context.plan, err) &&
	     find_endpoint(org, err) &&
	     guard_confirm(&org->context.plan, false, org->world, err) &&
	     obtain_credentials(&request, &org->context, org->world, TTL_EXEC,
				&org->creds, err) &&
	     (organizations_describe(&org->caller, org->context.arena, &found,
				     err) ||
	      error_add(err, .profile = via));
	if (!ok)
		return false;
	org->management = found.management_account;
	org->tag = arena_printf(org->context.arena, ORG_TAG "%s", found.id);
	return org->tag || error_memory(err);
}

bool org_source_open(struct org *org, const struct org_source *source,
		     struct error *err)
{
	return source->sso_session
		       ? org_portal_open(org, source->sso_session, err)
		       : open_organization(org, source->via, err);
}

void org_source_close(struct org *org)
{
	credentials_clear(&org->creds);
	sso_token_clear(&org->portal.token);
	context_clear(&org->context);
}

/* --- organizational units ------------------------------------------------------- */

/* A root or unit, and its path: "" for a root. */
struct unit {
	const char *id;
	const char *path;
};

struct units {
	struct unit *list;
	size_t n;
};

static bool add_unit(struct org *org, struct units *units, const char *id,
		     const char *path, struct error *err)
{
	struct unit *room = arena_room(org->context.arena, units->list,
				       units->n, sizeof(*room));

	if (!room || !path)
		return error_memory(err);
	units->list = room;
	room[units->n++] = (struct unit){ id, path };
	return true;
}

static bool read_children(struct org *org, struct units *units, size_t n,
			  struct error *err)
{
	struct arena *arena = org->context.arena;
	struct organizations_unit *children = NULL;
	const struct unit parent = units->list[n];
	size_t n_children = 0;

	if (!organizations_list_units(&org->caller, arena, parent.id, &children,
				      &n_children, err))
		return false;
	for (size_t i = 0; i < n_children; i++) {
		const char *path =
			arena_printf(arena, "%s%s%s", parent.path,
				     parent.path[0] != '\0' ? "/" : "",
				     children[i].name);

		if (!add_unit(org, units, children[i].id, path, err))
			return false;
	}
	return true;
}

/* Reads all units, level by level. */
static bool read_units(struct org *org, struct units *units, struct error *err)
{
	struct organizations_unit *roots = NULL;
	size_t n_roots = 0;

	if (!organizations_list_roots(&org->caller, org->context.arena, &roots,
				      &n_roots, err))
		return false;
	for (size_t i = 0; i < n_roots; i++)
		if (!add_unit(org, units, roots[i].id, "", err))
			return false;
	for (size_t i = 0; i < units->n; i++)
		if (!read_children(org, units, i, err))
			return false;
	return true;
}

/* --- accounts ------------------------------------------------------------------- */

static int compare(const void *a, const void *b)
{
	const struct account *x = a;
	const struct account *y = b;

	return strcmp(x->id, y->id);
}

/* Finds the unit in "o-exampleorgid/r-exam/ou-exam-1/111122223333/". */
static const char *unit_in_path(const char *path, const struct units *units)
{
	const char *end = strrchr(path, '/');
	const char *begin;

	if (end && end[1] == '\0') /* before the account's own id */
		end = memrchr(path, '/', (size_t)(end - path));
	if (!end || end == path)
		return NULL;
	begin = memrchr(path, '/', (size_t)(end - path));
	begin = begin ? begin + 1 : path;
	for (size_t i = 0; i < units->n; i++)
		if (strlen(units->list[i].id) == (size_t)(end - begin) &&
		    strncmp(units->list[i].id, begin, (size_t)(end - begin)) ==
			    0)
			return units->list[i].path;
	return NULL;
}

static bool fill_account(struct org *org,
			 const struct organizations_account *from,
			 const struct units *units, struct account *to,
			 struct error *err)
{
	struct arn arn;
	const char *partition =
		arn_parse(from->arn, &arn) ? arn.partition : "aws";

	*to = (struct account){
		.id = from->id,
		.name = from->name,
		.email = from->email,
		.state = from->state,
		.ou = unit_in_path(from->path, units),
		.partition = arena_strdup(org->context.arena, partition),
		.management = strcmp(from->id, org->management) == 0,
	};
	return to->partition || error_memory(err);
}

/* Finds the units of accounts whose paths AWS did not say. */
static bool find_units(struct org *org, const struct units *units,
		       struct error *err)
{
	bool missing = false;

	for (size_t i = 0; i < org->n_accounts; i++)
		missing = missing || !org->accounts[i].ou;
	for (size_t i = 0; missing && i < units->n; i++) {
		struct organizations_account *in = NULL;
		size_t n = 0;

		if (!organizations_list_accounts_in(
			    &org->caller, org->context.arena, units->list[i].id,
			    &in, &n, err))
			return false;
		for (size_t k = 0; k < n; k++) {
			const struct account key = { .id = in[k].id };
			struct account *account =
				bsearch(&key, org->accounts, org->n_accounts,
					sizeof(key), compare);

			if (account)
				account->ou = units->list[i].path;
		}
	}
	for (size_t i = 0; i < org->n_accounts; i++)
		if (!org->accounts[i].ou)
			org->accounts[i].ou = "";
	return true;
}

static bool read_accounts(struct org *org, struct error *err)
{
	struct arena *arena = org->context.arena;
	struct organizations_account *all = NULL;
	struct units units = { 0 };
	size_t n = 0;

	if (!organizations_list_accounts(&org->caller, arena, &all, &n, err) ||
	    !read_units(org, &units, err))
		return false;
	org->accounts = arena_alloc(arena, (n + 1) * sizeof(*org->accounts));
	if (!org->accounts)
		return error_memory(err);
	for (size_t i = 0; i < n; i++)
		if (!fill_account(org, &all[i], &units, &org->accounts[i], err))
			return false;
	org->n_accounts = n;
	if (n > 0)
		qsort(org->accounts, n, sizeof(*org->accounts), compare);
	return find_units(org, &units, err);
}

/* --- filters -------------------------------------------------------------------- */

static bool read_tags(struct org *org, struct account *account,
		      struct error *err)
{
	struct organizations_tag *tags = NULL;
	struct account_tag *copy;
	size_t n = 0;

	if (!organizations_list_tags(&org->caller, org->context.arena,
				     account->id, &tags, &n, err))
		return false;
	copy = arena_alloc(org->context.arena, (n + 1) * sizeof(*copy));
	if (!copy)
		return error_memory(err);
	for (size_t i = 0; i < n; i++)
		copy[i] = (struct account_tag){ tags[i].key, tags[i].value };
	account->tags = copy;
	account->n_tags = n;
	return true;
}

/* Reads tags only for accounts that match otherwise: each needs a request. */
static bool filter_accounts(struct org *org, bool any_state, struct error *err)
{
	const struct account_filter *filter = &org->filter;
	size_t kept = 0;

	for (size_t i = 0; i < org->n_accounts; i++) {
		struct account account = org->accounts[i];

		if (!account_matches(filter, &account, any_state, false))
			continue;
		if (filter->tags && !read_tags(org, &account, err))
			return false;
		if (account_matches(filter, &account, any_state, true))
			org->accounts[kept++] = account;
	}
	org->n_accounts = kept;
	return true;
}

bool org_source_filter(struct org *org, const struct org_source *source,
		       struct error *err)
{
	const struct account_filter *filter = &org->filter;
	const char *where = source->where;

	if (!account_filter_parse(where ? where : "", org->context.arena,
				  &org->filter, err))
		return false;
	for (size_t i = 0; source->sso_session && i < filter->n; i++)
		if (filter->terms[i].tag ||
		    strcmp(filter->terms[i].key, "ou") == 0 || filter->state)
			return error_fail(err, REASON_BAD_OPTION_VALUE,
					  .key = "where", .value = where,
					  .expected = "a list of name=, id= or "
						      "email= terms");
	return true;
}

bool org_source_read(struct org *org, bool any_state, struct error *err)
{
	if (org->sso_session)
		return org_portal_read(org, err);
	return (read_accounts(org, err) &&
		filter_accounts(org, any_state, err)) ||
	       error_add(err, .profile = org->context.plan.profile);
}
