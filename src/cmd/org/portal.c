/* Accounts and roles that IAM Identity Center assigns to the user. */
#include "api/sso/portal.h"

#include <stdlib.h>
#include <string.h>

#include "access/request.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "cmd/command.h"
#include "cmd/org/org_internal.h"
#include "port/world.h"
#include "session/sso.h"

#define ATTEMPTS 8 /* of a request: AWS throttles many requests */

/* --- the token ------------------------------------------------------------------ */

static struct sso_use use_of(struct org *org)
{
	const struct request *request = &org->call->request;

	return (struct sso_use){
		.plan = &org->context.plan,
		.sso = &org->portal.sso,
		.world = org->world,
		.skew = &org->skew,
		.browser = request->settings.browser,
		.shared = strcmp(request->settings.sso_cache, "shared") == 0,
		.patience = (int)request->settings.prompt_timeout,
	};
}

bool org_portal_open(struct org *org, const char *session, struct error *err)
{
	const struct plan_options options = {
		.profile = session,
		.brief = true,
		.environment = org->world->environment,
	};
	const struct sso_use use = use_of(org);
	struct plan *plan = &org->context.plan;

	org->sso_session = session;
	org->tag = arena_printf(org->context.arena, ORG_TAG_SSO "%s", session);
	if (!org->tag)
		return error_memory(err);
	if (!plan_sso_session(org->context.config, &options, org->context.arena,
			      plan, &org->portal.sso, err))
		return false;
	if (plan->max_attempts < ATTEMPTS)
		plan->max_attempts = ATTEMPTS;
	org->caller = sso_use_caller(&use, org->portal.sso.portal);
	return sso_obtain_token(&use, NULL, &org->portal.token, err);
}

/* Replaces a token that AWS has just refused. False for other errors. */
static bool renew(struct org *org, struct error *err)
{
	struct org_portal *portal = &org->portal;
	const struct sso_use use = use_of(org);
	struct secbuf *refused;
	bool ok;

	if (portal->renewed || !error_is_aws(err, "UnauthorizedException"))
		return false;
	portal->renewed = true;
	notice_info(&org->world->notices, REASON_SSO_TOKEN_REFUSED,
		    .other = sso_use_name(&portal->sso));
	refused = portal->token.access;
	portal->token.access = NULL;
	sso_token_clear(&portal->token);
	ok = sso_obtain_token(&use, refused, &portal->token, err);
	secbuf_free(refused);
	return ok;
}

/* --- roles ------------------------------------------------------------------------ */

static int compare_roles(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool list_roles(struct org *org, const char *account,
		       struct portal_roles *roles, struct error *err)
{
	return portal_list_roles(&org->caller, org->portal.token.access,
				 org->context.arena, account, roles, err);
}

static bool read_roles(struct org *org, struct account *account,
		       struct error *err)
{
	struct portal_roles roles = { 0 };
	size_t kept = 0;

	if (!list_roles(org, account->id, &roles, err) &&
	    (!renew(org, err) || !list_roles(org, account->id, &roles, err)))
		return false;
	if (roles.n > 0)
		qsort(roles.names, roles.n, sizeof(*roles.names),
		      compare_roles);
	for (size_t i = 0; i < roles.n; i++)
		if (kept == 0 ||
		    strcmp(roles.names[kept - 1], roles.names[i]) != 0)
			roles.names[kept++] = roles.names[i];
	account->roles = roles.names;
	account->n_roles = kept;
	return true;
}

/* --- accounts --------------------------------------------------------------------- */

static int compare_accounts(const void *a, const void *b)
{
	const struct portal_account *x = a;
	const struct portal_account *y = b;

	return strcmp(x->id, y->id);
}

static bool list_accounts(struct org *org, struct portal_account **list,
			  size_t *n, struct error *err)
{
	return portal_list_accounts(&org->caller, org->portal.token.access,
				    org->context.arena, list, n, err);
}

/* Reads roles only of accounts that match: each needs a request. */
static bool add_account(struct org *org, const struct portal_account *from,
			struct error *err)
{
	struct account *to = &org->accounts[org->n_accounts];

	if (org->n_accounts > 0 && strcmp(to[-1].id, from->id) == 0)
		return true;
	*to = (struct account){
		.id = from->id,
		.name = from->name,
		.email = from->email,
		.state = "",
		.ou = "",
		.partition = "",
	};
	if (!account_matches(&org->filter, to, true, true))
		return true;
	if (!read_roles(org, to, err))
		return false;
	org->n_accounts++;
	return true;
}

bool org_portal_read(struct org *org, struct error *err)
{
	struct portal_account *list = NULL;
	size_t n = 0;

	if (!list_accounts(org, &list, &n, err) &&
	    (!renew(org, err) || !list_accounts(org, &list, &n, err)))
		return false;
	org->accounts = arena_alloc(org->context.arena,
				    (n + 1) * sizeof(*org->accounts));
	if (!org->accounts)
		return error_memory(err);
	if (n > 0)
		qsort(list, n, sizeof(*list), compare_accounts);
	for (size_t i = 0; i < n; i++)
		if (!add_account(org, &list[i], err))
			return false;
	return true;
}
