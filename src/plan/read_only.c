#include <stdio.h>
#include <string.h>

#include "aws/arn.h"
#include "base/arena.h"
#include "base/error.h"
#include "plan/plan_internal.h"

/* AWS's managed policy, in the partition of the role. */
#define POLICY "arn:%s:iam::aws:policy/ReadOnlyAccess"

static const struct said option = { .text = "yes", .by = "--read-only" };

/* Finds out whether the profile is to be read-only, and who says so. */
static bool is_asked(const struct planner *p, struct said *said, bool *asked,
		     struct error *err)
{
	*said = resolve_key(&p->links[0].profile, "rolekey_read_only");
	if (!resolve_bool(said, asked, err))
		return false;
	if (p->options->no_read_only)
		*asked = false;
	if (p->options->read_only)
		*said = option;
	*asked = *asked || p->options->read_only;
	return true;
}

/*
 * Gives the role a session policy.  Several policies allow what any of them
 * allows, so there can be no other.
 */
static bool set_policy(struct planner *p, struct step *role,
		       const struct said *said, struct error *err)
{
	char *policy;
	struct arn arn;

	if (!arn_parse(role->role_arn, &arn))
		return error_fail(err, REASON_READ_ONLY_NEEDS_ROLE,
				  .profile = p->plan->profile);
	policy = arena_printf(p->arena, POLICY, arn.partition);
	if (!policy)
		return error_memory(err);
	if (role->policy_arns && strcmp(role->policy_arns, policy) != 0)
		return error_fail(err, REASON_READ_ONLY_AND_POLICIES,
				  .profile = p->plan->profile,
				  .value = role->policy_arns) ||
		       resolve_add(said, err);
	role->policy_arns = policy;
	p->plan->read_only = true;
	return planner_note(p, err, REASON_READ_ONLY, .key = said->by);
}

bool read_only_apply(struct planner *p, struct error *err)
{
	struct step *last = &p->steps[p->plan->n_steps - 1];
	struct said said;
	bool asked = false;

	if (!is_asked(p, &said, &asked, err))
		return false;
	if (!asked)
		return true;
	if (last->kind == STEP_ASSUME_ROLE)
		return set_policy(p, last, &said, err);
	return error_fail(err, REASON_READ_ONLY_NEEDS_ROLE,
			  .profile = p->plan->profile) ||
	       resolve_add(&said, err);
}
