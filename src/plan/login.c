#include "aws/config.h"
#include "aws/limits.h"
#include "base/arena.h"
#include "base/error.h"
#include "plan/plan.h"
#include "plan/plan_internal.h"

/*
 * Finds the endpoint.  `aws login` uses the region of the profile that it writes
 * login_session to, so this comes before that of the selected profile.
 */
static bool find_endpoint(const struct planner *p,
			  const struct profile *profile,
			  struct plan_login *login, struct error *err)
{
	const char *own = profile_text(profile, "region");
	struct endpoint_options options = { .region = own ? own
							  : p->region.text };

	if (!region_variants(p, profile, &options, err))
		return false;
	login->fips = options.fips;
	login->dualstack = options.dualstack;
	return region_endpoint(p, profile, AWS_LOGIN, options, &login->endpoint,
			       err);
}

bool login_resolve(struct planner *p, const struct profile *profile,
		   struct step *step, struct error *err)
{
	struct plan_login *login = arena_alloc(p->arena, sizeof(*login));

	if (!login)
		return error_memory(err);
	*login = (struct plan_login){ .session = step->by->text };
	step->login = login;
	step->duration = LIMITS_LOGIN_MAX;
	step->why = "AWS's limit for login sessions";
	return find_endpoint(p, profile, login, err);
}
