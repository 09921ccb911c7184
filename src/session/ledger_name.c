#include <stdio.h>

#include "aws/endpoint.h"
#include "plan/plan.h"
#include "session/session.h"

void session_ledger_name(const struct plan *plan, const char *subject,
			 char name[static SESSION_LEDGER_LEN])
{
	const char *url = endpoint_custom(&plan->sts);

	(void)snprintf(name, SESSION_LEDGER_LEN, "%s%s%s", subject,
		       url ? " at " : "", url ? url : "");
}
