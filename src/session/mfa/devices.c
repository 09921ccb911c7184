#include "api/iam/devices.h"

#include <string.h>

#include "base/error.h"
#include "plan/plan.h"
#include "port/world.h"
#include "session/session.h"
#include "session/session_internal.h"
#include "session/source.h"

static void say_nothing(void *self, enum notice what, const struct error *fact)
{
	(void)self;
	(void)what;
	(void)fact;
}

/* Returns the first role of the chain, or NULL. */
static const struct step *first_role(const struct plan *plan)
{
	for (size_t i = 0; i < plan->n_steps; i++)
		if (plan->steps[i].kind == STEP_ASSUME_ROLE)
			return &plan->steps[i];
	return NULL;
}

bool session_devices_may_help(const struct plan *plan, const struct error *err)
{
	const struct step *role = first_role(plan);

	return role && !plan->mfa_serial && err->code == ERROR_DENIED &&
	       error_is_aws(err, "AccessDenied") &&
	       plan->steps[0].kind == STEP_STORED_KEY &&
	       error_has_context(err, REASON_ASSUMING_ROLE) &&
	       strcmp(err->about.arn, role->role_arn) == 0;
}

bool session_devices(const struct plan *plan, const struct world *world,
		     struct arena *arena, const char *const **serials,
		     size_t *n, struct error *err)
{
	struct api_skew skew = { 0 };
	struct session_start start;
	const struct api_caller caller = { .http = &world->http,
					   .clock = &world->clock,
					   .skew = &skew,
					   .max_attempts = plan->max_attempts,
					   .notices = &world->notices,
					   .creds = &start.creds,
					   .endpoint = plan->iam,
					   .trust = plan->trust };
	struct world quiet = *world; /* it was reported when the key was used */
	const struct session_source_use use = { .plan = plan,
						.world = &quiet,
						.skew = &skew };
	bool ok;

	quiet.notices.say = say_nothing;
	ok = session_source_load(&use, &start, err) &&
	     iam_devices_list(&caller, arena, serials, n, err);
	credentials_clear(&start.creds);
	return ok;
}
