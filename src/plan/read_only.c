#include <string.h>

#include "aws/arn.h"
#include "base/arena.h"
#include "base/error.h"
#include "plan/plan_internal.h"

/* AWS's managed policy, in the partition of the role. */
static bool name_policy(const char *role_arn, struct arena *arena,
			char **policy, struct error *err)
{
	static const char head[] = "arn:";
	static const char tail[] = ":iam::aws:policy/ReadOnlyAccess";
	struct arn arn;
	size_t len;

	*policy = NULL;
	if (!arn_parse(role_arn, &arn))
		return true;
	len = strlen(arn.partition);
	*policy = arena_alloc(arena, strlen(head) + len + sizeof(tail));
	if (!*policy)
		return error_memory(err);
	memcpy(*policy, head, strlen(head));
	memcpy(*policy + strlen(head), arn.partition, len);
	memcpy(*policy + strlen(head) + len, tail, sizeof(tail));
	return true;
}

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

	if (!name_policy(role->role_arn, p->arena, &policy, err))
		return false;
	if (!policy)
		return error_fail(err, REASON_READ_ONLY_NEEDS_ROLE,
				  .profile = p->plan->profile);
	if (role->policy_arns && strcmp(role->policy_arns, policy) != 0)
		return error_fail(err, REASON_READ_ONLY_AND_POLICIES,
				  .profile = p->plan->profile,
				  .value = role->policy_arns) ||
		       resolve_add(said, err);
	p->plan->own_policies = role->policy_arns;
	role->policy_arns = policy;
	p->plan->read_only = true;
	return planner_note(p, err, REASON_READ_ONLY, .key = said->by);
}

/* AWS takes session policies where a role is assumed. */
static bool takes_policy(const struct step *step)
{
	return step->kind == STEP_ASSUME_ROLE ||
	       step->kind == STEP_WEB_IDENTITY;
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
	if (takes_policy(last))
		return set_policy(p, last, &said, err);
	return error_fail(err, REASON_READ_ONLY_NEEDS_ROLE,
			  .profile = p->plan->profile) ||
	       resolve_add(&said, err);
}

bool plan_read_only_other(const struct plan *plan, struct arena *arena,
			  struct plan *other, struct error *err)
{
	size_t last = plan->n_steps - 1;
	struct step *steps;
	char *policy;

	if (!takes_policy(&plan->steps[last]) ||
	    !name_policy(plan->steps[last].role_arn, arena, &policy, err) ||
	    !policy)
		return false;
	if (!plan->read_only && plan->steps[last].policy_arns &&
	    strcmp(plan->steps[last].policy_arns, policy) != 0)
		return false;
	steps = arena_alloc(arena, plan->n_steps * sizeof(*steps));
	if (!steps)
		return error_memory(err);
	memcpy(steps, plan->steps, plan->n_steps * sizeof(*steps));
	steps[last].policy_arns = plan->read_only ? plan->own_policies : policy;
	*other = *plan;
	other->steps = steps;
	other->read_only = !plan->read_only;
	other->own_policies =
		plan->read_only ? NULL : plan->steps[last].policy_arns;
	return true;
}
