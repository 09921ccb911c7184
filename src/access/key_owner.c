#include "access/key_owner.h"

#include <string.h>

#include "access/context.h"
#include "access/request.h"
#include "api/sts.h"
#include "base/error.h"
#include "plan/plan.h"
#include "port/world.h"

bool key_owner_find(const struct request *request, const struct world *world,
		    struct context *context, struct whose *whose,
		    struct error *err)
{
	const struct plan_options options = {
		.profile = whose->profile,
		.region = request->region,
		.environment = world->environment,
	};
	struct sts_identity identity;
	struct plan plan = { 0 };

	if (!plan_endpoints(context->config, &options, context->arena, &plan,
			    err))
		return false;
	whose->caller = (struct api_caller){ .http = &world->http,
					     .clock = &world->clock,
					     .skew = &whose->skew,
					     .max_attempts = plan.max_attempts,
					     .notices = &world->notices,
					     .creds = whose->creds,
					     .endpoint = plan.sts,
					     .trust = plan.trust };
	if (!sts_get_caller_identity(&whose->caller, &identity, err))
		return false;
	memcpy(whose->arn, identity.arn, sizeof(identity.arn));
	whose->sts = plan.sts;
	whose->caller.endpoint = plan.iam;
	return true;
}
