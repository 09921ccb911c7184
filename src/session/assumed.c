#include <string.h>

#include "aws/arn.h"
#include "base/error.h"
#include "session/session_internal.h"

bool assumed_check_account(const char *role, const char *assumed,
			   struct error *err)
{
	struct arn want, got;

	if (arn_parse(role, &want) && arn_parse(assumed, &got) &&
	    strcmp(want.account, got.account) == 0)
		return true;
	return error_fail(err, REASON_OTHER_ACCOUNT, .value = assumed);
}
