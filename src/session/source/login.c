/* A session of `aws login`. */
#include "session/login.h"

#include <stdio.h>

#include "aws/arn.h"
#include "base/error.h"
#include "port/world.h"
#include "session/source/source_internal.h"

bool login_load(const struct session_source_use *source,
		struct session_start *start, struct error *err)
{
	const struct plan_login *login = source->plan->steps[0].login;
	const struct login_use use = {
		.plan = source->plan,
		.login = login,
		.world = source->world,
		.skew = source->skew,
		.least = source->least,
		.refresh = source->refresh,
		.patience = source->patience,
	};
	struct arn arn;

	if (!login_obtain(&use, &start->creds, err))
		return false;
	/* The session's name is who has signed in. */
	if (arn_parse(login->session, &arn))
		(void)snprintf(start->user_arn, sizeof(start->user_arn), "%s",
			       login->session);
	return true;
}
