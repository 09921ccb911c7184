#include <stdio.h>

#include "plan/plan.h"
#include "port/world.h"
#include "session/session.h"
#include "session/walk_internal.h"

/* One code gives a session of the device: that is what processes wait for. */
static bool is_of_device(const struct step *step)
{
	return step->kind == STEP_SESSION_TOKEN && step->mfa_serial;
}

static void name_device(const struct plan *plan, size_t n,
			char name[static WAIT_NAME_LEN])
{
	(void)snprintf(name, WAIT_NAME_LEN, "%s %s", plan->steps[0].profile,
		       plan->steps[n].mfa_serial);
}

const char *wait_name(const struct plan *plan, size_t n,
		      const struct world *world,
		      char name[static WAIT_NAME_LEN])
{
	char digest[NAME_LEN];

	if (is_of_device(&plan->steps[n])) {
		name_device(plan, n, name);
		return name;
	}
	session_cache_name(plan, n, false, world, digest);
	(void)snprintf(name, WAIT_NAME_LEN, "session %s", digest);
	return name;
}

bool wait_device_name(const struct plan *plan, size_t n,
		      char name[static WAIT_NAME_LEN])
{
	if (!plan->steps[n].mfa_serial || is_of_device(&plan->steps[n]))
		return false;
	name_device(plan, n, name);
	return true;
}

bool session_wait(const struct plan *plan,
		  const struct session_request *request,
		  const struct world *world, bool *waited, struct error *err)
{
	size_t last = plan->n_steps - 1;
	char name[WAIT_NAME_LEN];

	*waited = false;
	return !plan->steps[last].cached || request->refresh ||
	       locks_wait(&world->locks, wait_name(plan, last, world, name),
			  request->patience, waited, err);
}
