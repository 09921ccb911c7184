#include <string.h>

#include "api/sts.h"
#include "base/error.h"
#include "cmd/request.h"
#include "cmd_internal.h"
#include "port/world.h"
#include "whose_internal.h"

bool key_whose(const struct request *request, const struct world *world,
	       struct look *look, const char *profile,
	       const struct credentials *creds, struct api_caller *caller,
	       char arn[static KEY_ARN_LEN], struct error *err)
{
	const struct plan_options options = {
		.profile = profile,
		.region = request->region,
		.environment = world->environment,
	};
	struct sts_identity identity;
	struct plan plan = { 0 };

	if (!plan_endpoints(look->config, &options, look->arena, &plan, err))
		return false;
	caller->http = &world->http;
	caller->clock = &world->clock;
	caller->notices = &world->notices;
	caller->creds = creds;
	caller->max_attempts = plan.max_attempts;
	caller->ca_bundle = plan.ca_bundle;
	caller->endpoint = plan.sts;
	if (!sts_get_caller_identity(caller, &identity, err))
		return false;
	memcpy(arn, identity.arn, sizeof(identity.arn));
	caller->endpoint = plan.iam;
	return true;
}
