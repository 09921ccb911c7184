#include "access/sign_in.h"
#include "aws/arn.h"
#include "plan/plan.h"

/*
 * A file of its own, because every list of profiles asks this, and requests of
 * the sign-in service would be linked with it.
 */

/* Those of a key, or of GetSessionToken, are a user's, which AWS refuses. */
bool sign_in_can(const struct plan *plan)
{
	const struct step *last = &plan->steps[plan->n_steps - 1];
	struct arn arn;

	if (last->role_arn)
		return arn_parse(last->role_arn, &arn);
	return last->kind != STEP_STORED_KEY && last->kind != STEP_STATIC_KEY &&
	       last->kind != STEP_SESSION_TOKEN;
}
