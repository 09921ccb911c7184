#include <stdio.h>
#include <string.h>

#include "aws/arn.h"
#include "aws/config.h"
#include "aws/endpoint.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/expected.h"
#include "plan/plan_internal.h"
#include "plan/source.h"

/* Where the chain goes after a link; an unset way is the end as well. */
struct way {
	bool ends;        /* at the planner's base */
	struct said next; /* source_profile */
};

/* Reports a cycle: the last link was visited before. */
static bool circle(struct planner *p, struct error *err)
{
	struct said source;
	char path[CYCLE_TEXT_LEN];

	cycle_cut(&p->visited);
	cycle_show(&p->visited, path);
	source = resolve_key(&p->links[p->visited.n - 2].profile,
			     "source_profile");
	return resolve_fail(&source, err, REASON_PROFILE_LOOP, .detail = path);
}

/*
 * Adds a link. source is the line that names the profile, unset for the first.
 */
static bool add_link(struct planner *p, const char *name,
		     const struct said *source, struct error *err)
{
	size_t n = p->n_links;
	struct link *links = arena_room(p->arena, p->links, n, sizeof(*links));

	if (!links)
		return error_memory(err);
	p->links = links;
	links[n] = (struct link){ 0 };
	if (!profile_resolve(p->config, name, p->options->brief, p->arena,
			     &links[n].profile, err))
		return source->text ? resolve_add(source, err) : false;
	p->n_links++;
	return cycle_add(&p->visited, links[n].profile.sections[0], p->arena,
			 err) &&
	       (!cycle_is_closed(&p->visited) || circle(p, err));
}

/* --- the role of a link ------------------------------------------------------ */

static bool format_arn(const struct planner *p, struct link *link,
		       struct error *err)
{
	link->role_arn = arena_printf(p->arena, "arn:%s:iam::%s:role/%s",
				      endpoint_partition(p->plan->region),
				      link->account, link->role_name);
	return link->role_arn || error_memory(err);
}

/*
 * Builds a role's ARN from account and name, as AWS Extend Switch Roles sets
 * them.
 */
static bool make_arn(const struct planner *p, struct link *link,
		     const struct said *name, struct error *err)
{
	struct said account = resolve_key(&link->profile, "aws_account_id");

	if (!account.text)
		return resolve_missing(name, link->profile.name,
				       "aws_account_id", err);
	link->account = account.text;
	link->role_name = name->text;
	return format_arn(p, link, err) &&
	       (arn_is_role(link->role_arn) ||
		resolve_fail(&account, err, REASON_BAD_VALUE,
			     .value = link->role_arn,
			     .expected = EXPECTED_ROLE));
}

bool chain_name_roles(struct planner *p, struct error *err)
{
	for (size_t i = 0; i < p->n_links; i++)
		if (p->links[i].role_name && !format_arn(p, &p->links[i], err))
			return false;
	return true;
}

/* Tests whether one section of the profile is closer to it than another. */
static bool is_nearer(const struct profile *profile,
		      const struct config_section *a,
		      const struct config_section *b)
{
	unsigned i = 0;

	while (profile->sections[i] != a && profile->sections[i] != b)
		i++;
	return a != b && profile->sections[i] == a;
}

/* Checks that a section which sets a role in both forms means one role. */
static bool check_same(const struct link *link, const struct said *arn,
		       const struct said *name, struct error *err)
{
	struct said account = resolve_key(&link->profile, "aws_account_id");
	struct arn role;

	if (!arn_parse(arn->text, &role)) /* check_arns() reports it */
		return true;
	return ((!account.text || strcmp(account.text, role.account) == 0) &&
		strncmp(role.resource, "role/", 5) == 0 &&
		strcmp(role.resource + 5, name->text) == 0) ||
	       resolve_fail(name, err, REASON_ROLE_CONFLICT, .arn = arn->text);
}

/*
 * Chooses the form that the closer section sets: a profile's own role takes
 * precedence over an included one.
 */
static bool choose_role(const struct planner *p, struct link *link,
			const struct said *arn, const struct said *name,
			struct error *err)
{
	if (is_nearer(&link->profile, name->section, arn->section))
		return make_arn(p, link, name, err);
	link->role_arn = arn->text;
	return is_nearer(&link->profile, arn->section, name->section) ||
	       check_same(link, arn, name, err);
}

/*
 * Applies target_role_name: the role for profiles that name this one as source.
 */
static bool target_role(const struct planner *p, struct link *link,
			struct error *err)
{
	struct said account = resolve_key(&link->profile, "aws_account_id");
	struct said source = resolve_key(&link->profile, "source_profile");
	struct profile base;
	struct said name;
	struct error unsaid;

	if (!account.text || !source.text ||
	    !aws_config_find(p->config, CONFIG_PROFILE, source.text))
		return true;
	if (!profile_resolve(p->config, source.text, true, p->arena, &base,
			     &unsaid)) /* reported once it is followed */
		return unsaid.code != ERROR_MEMORY || error_memory(err);
	name = resolve_key(&base, "target_role_name");
	for (unsigned i = 0; i < base.n_sections; i++)
		if (base.sections[i] == account.section)
			return true; /* the source's own account */
	return !name.text || make_arn(p, link, &name, err);
}

static bool read_role(const struct planner *p, struct link *link,
		      struct error *err)
{
	struct said arn = resolve_key(&link->profile, "role_arn");
	struct said name = resolve_key(&link->profile, "role_name");

	if (arn.text && name.text)
		return choose_role(p, link, &arn, &name, err);
	if (name.text)
		return make_arn(p, link, &name, err);
	link->role_arn = arn.text;
	return arn.text || target_role(p, link, err);
}

/*
 * Checks ARNs after the chain, because a missing source is the more useful
 * error.
 */
static bool check_arns(const struct planner *p, struct error *err)
{
	for (size_t i = 0; i < p->n_links; i++) {
		struct said arn = resolve_key(&p->links[i].profile, "role_arn");
		const char *role = p->links[i].role_arn;

		if (role && !arn_is_role(role))
			return resolve_fail(&arn, err, REASON_BAD_VALUE,
					    .value = role,
					    .expected = EXPECTED_ROLE);
	}
	return true;
}

/* Returns the source that the profile names; without one the chain ends. */
static bool other_source(struct planner *p, const struct profile *profile,
			 struct way *way, struct error *err)
{
	struct said elsewhere = resolve_key(profile, "credential_source");
	struct said source = resolve_key(profile, "source_profile");

	if (elsewhere.text && source.text)
		return resolve_fail(&elsewhere, err, REASON_TWO_SOURCES,
				    .profile = profile->name);
	if (elsewhere.text) {
		way->ends = true;
		return source_elsewhere(p, &elsewhere, err);
	}
	way->next = source;
	return true;
}

static bool role_way(struct planner *p, const struct link *link,
		     struct way *way, struct error *err)
{
	const struct profile *profile = &link->profile;
	struct said arn = resolve_first(resolve_key(profile, "role_arn"),
					resolve_key(profile, "role_name"));
	const struct config_value *token;

	token = source_value(profile, SOURCE_WEB_IDENTITY);
	way->ends = token != NULL;
	if (way->ends)
		return source_begin(p, STEP_WEB_IDENTITY, token);
	if (!other_source(p, profile, way, err))
		return false;
	if (way->ends)
		return true;
	if (!way->next.text) {
		way->ends = true;
		return source_of_role(p, profile, &arn, err);
	}
	way->ends = strcmp(way->next.text, profile->name) == 0;
	return !way->ends || source_itself(p, profile, &way->next, err);
}

/* Without a role, the credentials of the source are the profile's. */
static bool plain_way(struct planner *p, const struct profile *profile,
		      struct way *way, struct error *err)
{
	struct said token = resolve_first(
		resolve_key(profile, "web_identity_token_file"),
		resolve_key(profile, "web_identity_token_process"));

	if (token.text)
		return resolve_missing(&token, profile->name, "role_arn", err);
	if (!source_own(p, profile, &way->ends, err))
		return false;
	if (way->ends)
		return true;
	if (!other_source(p, profile, way, err))
		return false;
	if (!way->next.text || strcmp(way->next.text, profile->name) == 0)
		way->ends = true;
	return true;
}

static bool find_way(struct planner *p, struct link *link, struct way *way,
		     struct error *err)
{
	const struct profile *profile = &link->profile;
	const struct config_section *keys = source_keys(p, profile);

	*way = (struct way){ 0 };
	if (keys &&
	    p->n_links > 1) { /* a source with static keys ignores its role */
		way->ends = source_value(profile, SOURCE_ROLE);
		return way->ends ? source_begin_at_keys(p, keys, err)
				 : plain_way(p, profile, way, err);
	}
	if (!read_role(p, link, err))
		return false;
	return link->role_arn ? role_way(p, link, way, err)
			      : plain_way(p, profile, way, err);
}

/*
 * Adds the role of the options before the selected profile.  It inherits no
 * setting from it, such as a duration or an account.
 */
static bool add_role(struct planner *p, struct error *err)
{
	size_t n = p->n_links;
	struct link *links = arena_alloc(p->arena, (n + 1) * sizeof(*links));

	if (!links)
		return error_memory(err);
	links[0] = (struct link){ .profile = { .name = p->options->profile },
				  .role_arn = p->options->role_arn };
	memcpy(links + 1, p->links, n * sizeof(*links));
	p->links = links;
	p->n_links = n + 1;
	return arn_is_role(p->options->role_arn) ||
	       error_fail(err, REASON_BAD_VALUE, .value = p->options->role_arn,
			  .expected = EXPECTED_ROLE);
}

bool chain_resolve(struct planner *p, struct error *err)
{
	struct way way = { .next = { .text = NULL } };
	const char *name = p->options->profile;

	do {
		if (!add_link(p, name, &way.next, err) ||
		    !find_way(p, &p->links[p->n_links - 1], &way, err))
			return false;
		name = way.next.text;
		if (!way.ends && !p->base.by)
			p->base.by = way.next.value;
	} while (!way.ends);
	return check_arns(p, err) &&
	       (!p->options->role_arn || add_role(p, err));
}

/* --- for those who need no plan ------------------------------------------- */

bool chain_describe(const struct planner *p, struct chain *chain,
		    struct error *err)
{
	const char **roles =
		arena_alloc(p->arena, p->n_links * sizeof(const char *));

	if (!roles)
		return error_memory(err);
	*chain = (struct chain){
		.selected = p->options->profile,
		.profile = p->links[p->n_links - 1].profile.name,
		.kind = p->base.kind,
		.keys = p->base.keys,
		.by = p->base.by,
		.roles = roles,
		.without_keys = p->base.without_keys,
	};
	for (size_t i = 0; i < p->n_links; i++)
		if (p->links[i].role_arn)
			roles[chain->n_roles++] = p->links[i].role_arn;
	return true;
}

bool chain_find(const struct aws_config *config,
		const struct plan_options *options, struct arena *arena,
		struct chain *chain, struct error *err)
{
	struct plan plan;
	struct planner p = planner_begin(config, options, arena, &plan);
	struct profile profile;

	return profile_resolve(config, options->profile, options->brief, arena,
			       &profile, err) &&
	       region_resolve(&p, &profile, err) && chain_resolve(&p, err) &&
	       region_fall_back(&p, err) && chain_name_roles(&p, err) &&
	       chain_describe(&p, chain, err);
}

bool chain_starts_itself(const struct chain *chain)
{
	return chain->kind == STEP_STORED_KEY &&
	       strcmp(chain->profile, chain->selected) == 0;
}

bool chain_same_roles(const struct chain *a, const struct chain *b)
{
	bool same = a->n_roles == b->n_roles;

	for (size_t i = 0; same && i < a->n_roles; i++)
		same = strcmp(a->roles[i], b->roles[i]) == 0;
	return same;
}

static bool is_temporary(const struct config_section *keys)
{
	return strncmp(config_value(keys, "aws_access_key_id")->text, "ASIA",
		       4) == 0;
}

bool chain_moves(const struct aws_config *config,
		 const struct plan_options *options, const struct chain *chain,
		 struct arena *arena, bool *moves, struct error *err)
{
	struct plan_options after = *options;
	struct error why = { 0 };
	struct chain then = *chain;

	*moves = false;
	if (!chain->keys || chain->kind != STEP_STORED_KEY ||
	    is_temporary(chain->keys))
		return true;
	after.without = chain->keys;
	if (!chain_find(config, &after, arena, &then, &why))
		return why.code != ERROR_MEMORY || error_memory(err);
	*moves = then.kind == STEP_STORED_KEY &&
		 strcmp(then.profile, chain->keys->name) == 0 &&
		 chain_same_roles(chain, &then);
	return true;
}
