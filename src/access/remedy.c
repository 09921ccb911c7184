#include "access/remedy.h"

#include <string.h>

#include "access/mfa_device.h"
#include "access/request.h"
#include "base/error.h"
#include "base/notice.h"
#include "plan/plan.h"
#include "port/world.h"
#include "session/session.h"

/* Tests for a missing permission, not a refused code. */
static bool is_denied(const struct error *err)
{
	return error_is(err, REASON_AWS_REFUSED) &&
	       error_aws_says(err, "AccessDenied", "sts:AssumeRole");
}

static enum remedy take_an_hour(const struct plan *plan,
				const struct request *request,
				const struct world *world, struct error *err)
{
	if (request->settings.role_duration != SETTINGS_AUTO) {
		(void)error_context(err, REASON_LONG_ROLE);
		return REMEDY_NONE;
	}
	notice_warn(&world->notices, REASON_ONE_HOUR_INSTEAD,
		    .arn = plan->steps[plan->n_steps - 1].role_arn);
	return REMEDY_ONE_HOUR;
}

enum remedy remedy_apply(const struct plan *plan, const struct request *request,
			 const struct world *world, struct error *err)
{
	if (plan->direct && is_denied(err))
		return take_an_hour(plan, request, world, err);
	if (plan->no_code) /* as the user set it */
		return REMEDY_NONE;
	return mfa_device_offer(plan, request, world, err) ? REMEDY_CONFIG
							   : REMEDY_NONE;
}
