#include <stddef.h>

#include "aws/config.h"
#include "base/arena.h"
#include "base/error.h"
#include "plan/plan.h"
#include "plan/plan_internal.h"

/* A section of an sso-session and the profile that names it; either or both. */
struct pair {
	const struct profile *profile;
	const struct config_section *section; /* or NULL */
};

/* Returns a value of the section, or else of the profile. */
static const char *get(const struct pair *pair, const char *key)
{
	const struct config_value *value =
		pair->section ? config_value(pair->section, key) : NULL;

	return value && value->text[0] != '\0'
		       ? value->text
		       : profile_text(pair->profile, key);
}

static bool lacks(const struct pair *pair, const char *key, struct error *err)
{
	const struct config_section *section = pair->section;

	return error_fail(err, REASON_MISSING_KEY,
			  .profile =
				  section ? section->name : pair->profile->name,
			  .path = section ? section->file : NULL,
			  .line = section ? section->line : 0, .key = key);
}

static bool fill(const struct planner *p, const struct pair *pair,
		 struct plan_sso *sso, struct error *err)
{
	*sso = (struct plan_sso){
		.session = pair->section ? pair->section->name : NULL,
		.start_url = get(pair, "sso_start_url"),
		.region = get(pair, "sso_region"),
		.scopes = get(pair, "sso_registration_scopes"),
		.account = profile_text(pair->profile, "sso_account_id"),
		.role = profile_text(pair->profile, "sso_role_name"),
	};
	if (!sso->start_url)
		return lacks(pair, "sso_start_url", err);
	if (!sso->region)
		return lacks(pair, "sso_region", err);
	return region_service_in(p, pair->profile, AWS_SSO_OIDC, sso->region,
				 &sso->oidc, err) &&
	       region_service_in(p, pair->profile, AWS_SSO, sso->region,
				 &sso->portal, err);
}

bool sso_resolve(const struct planner *p, const struct profile *profile,
		 const struct plan_sso **sso, struct error *err)
{
	const char *name = profile_text(profile, "sso_session");
	const struct pair pair = {
		profile,
		name ? aws_config_find(p->config, CONFIG_SSO_SESSION, name)
		     : NULL
	};
	struct plan_sso *made = arena_alloc(p->arena, sizeof(*made));

	*sso = made;
	return made ? fill(p, &pair, made, err) : error_memory(err);
}

bool plan_sso_session(const struct aws_config *config,
		      const struct plan_options *options, struct arena *arena,
		      struct plan *plan, struct plan_sso *sso,
		      struct error *err)
{
	struct planner p = planner_begin(config, options, arena, plan);
	const char *name = options->profile;
	const struct profile none = { .name = name };
	const struct pair pair = {
		&none, aws_config_find(config, CONFIG_SSO_SESSION, name)
	};

	if (!pair.section)
		return error_fail(err, REASON_NO_SUCH_SECTION, .value = name,
				  .other = "sso-session");
	return region_resolve(&p, &none, err) && region_fall_back(&p, err) &&
	       region_endpoints(&p, &none, err) && fill(&p, &pair, sso, err);
}
