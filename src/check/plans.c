#include <string.h>

#include "aws/arn.h"
#include "aws/limits.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"
#include "check/check_internal.h"
#include "plan/plan.h"
#include "plan/source.h"

static const struct config_value *value_of(const struct check *c,
					   const char *profile, const char *key)
{
	const struct node *node = chains_find(c, profile);

	return node && node->profile.n_sections > 0
		       ? profile_value(&node->profile, key)
		       : NULL;
}

/* --- the plan --------------------------------------------------------------------- */

/* A guard that refuses each command of the profile. */
static void check_guard(struct check *c, const struct plan *plan)
{
	const struct config_value *guard =
		value_of(c, plan->profile, "rolekey_expect_account");
	const struct config_value *role =
		value_of(c, plan->profile, "role_arn");

	if (!guard || !plan->account ||
	    strcmp(plan->expect_account, plan->account) == 0)
		return;
	findings_add_value(c, CHECK_ERROR, guard, REASON_ACCOUNT_CONFLICT,
			   .value = plan->expect_account,
			   .other =
				   role ? findings_where(c, guard, role) : NULL,
			   .profile = plan->profile, .expected = plan->account);
}

/*
 * A role that lasts one hour although its profile asks for more.  The other
 * roles of the chain may last longer when they are used by themselves.
 */
static void check_cut(struct check *c, const struct plan *plan)
{
	const struct step *step = &plan->steps[plan->n_steps - 1];
	const struct config_value *value =
		value_of(c, plan->profile, "duration_seconds");
	int64_t seconds;

	if (step->kind == STEP_ASSUME_ROLE && value &&
	    strcmp(step->profile, plan->profile) == 0 &&
	    step->duration == LIMITS_CHAINED_MAX &&
	    text_duration(value->text, &seconds) &&
	    seconds > LIMITS_CHAINED_MAX)
		findings_add_value(c, CHECK_WARNING, value, REASON_DURATION_CUT,
				   .profile = plan->profile, .number = seconds);
}

static void check_partition(struct check *c, const struct plan *plan)
{
	const struct config_value *role =
		value_of(c, plan->profile, "role_arn");
	struct arn device;
	struct arn arn;

	if (role && plan->mfa_serial && arn_parse(plan->mfa_serial, &device) &&
	    arn_parse(role->text, &arn) &&
	    strcmp(device.partition, arn.partition) != 0)
		findings_add_value(c, CHECK_ERROR, role,
				   REASON_PARTITION_CONFLICT,
				   .value = arn.partition,
				   .arn = plan->mfa_serial);
}

/* Repeats the plan's warning of a region that the profile itself sets. */
static void check_region(struct check *c, const struct plan *plan)
{
	const struct config_value *region =
		value_of(c, plan->profile, "region");

	for (size_t i = 0; region && i < plan->n_warnings; i++)
		if (plan->warnings[i].reason == REASON_FOREIGN_REGION &&
		    strcmp(plan->warnings[i].value, region->text) == 0)
			findings_add_value(
				c, CHECK_WARNING, region, REASON_FOREIGN_REGION,
				.value = region->text,
				.other = plan->warnings[i].other,
				.expected = plan->warnings[i].expected);
}

/* --- MFA devices -------------------------------------------------------------------- */

/* The line with the serial that the plan uses: the first of the chain. */
static const struct config_value *serial_of(const struct check *c,
					    const struct plan *plan)
{
	for (size_t i = plan->n_steps; i > 0; i--) {
		const struct config_value *value =
			value_of(c, plan->steps[i - 1].profile, "mfa_serial");

		if (value)
			return value;
	}
	return value_of(c, plan->profile, "mfa_serial");
}

/* Finds the account of the key that is stored for a profile, once. */
static void ask_keys(struct check *c, struct node *base)
{
	const struct check_keys *keys = c->input->keys;
	char account[CHECK_ACCOUNT_LEN] = "";
	struct error err;

	if (base->asked || !keys)
		return;
	base->asked = true;
	if (!keys->account(keys->self, base->section->name, account, &err)) {
		c->failed = true;
	} else if (account[0] != '\0') {
		base->key_account = arena_strdup(c->arena, account);
		c->failed = c->failed || !base->key_account;
	}
}

/* A device belongs to the user of the key, so both are of one account. */
static void compare(struct check *c, const struct node *base,
		    const struct config_value *serial, const struct arn *device)
{
	struct arn other;

	if (base->key_account) {
		if (strcmp(device->account, base->key_account) != 0)
			findings_add_value(c, CHECK_ERROR, serial,
					   REASON_DEVICE_OF_OTHER_USER,
					   .value = device->account,
					   .profile = base->section->name,
					   .expected = base->key_account);
		return;
	}
	if (base->serial && arn_parse(base->serial->text, &other) &&
	    strcmp(device->account, other.account) != 0)
		findings_add_value(
			c, CHECK_ERROR, serial, REASON_DEVICES_CONFLICT,
			.value = device->account,
			.profile = base->section->name,
			.other = findings_where(c, serial, base->serial),
			.expected = other.account);
}

static void check_device(struct check *c, const struct plan *plan)
{
	struct node *base = chains_find(c, plan->steps[0].profile);
	const struct config_value *serial = serial_of(c, plan);
	const struct config_value *own =
		base ? value_of(c, base->section->name, "mfa_serial") : NULL;
	struct arn device;

	if (!base || !serial || !plan->mfa_serial ||
	    plan->steps[0].kind != STEP_STORED_KEY ||
	    !arn_parse(serial->text, &device))
		return;
	ask_keys(c, base);
	if (!base->serial)
		base->serial = own ? own : serial;
	compare(c, base, serial, &device);
}

/* --- the key ------------------------------------------------------------------------ */

/*
 * A profile that has nothing but a key which may be stored for it, where a
 * mistake is more likely: a role without a source, a process that asks itself.
 */
static void check_start(struct check *c, const struct node *node,
			const struct plan *plan)
{
	const struct check_keys *keys = c->input->keys;
	const struct error_facts *lacks = &plan->no_key;
	struct error fact;
	struct error err;
	bool missing = true;

	if (plan->steps[0].kind != STEP_STORED_KEY || plan->steps[0].keys ||
	    lacks->reason == REASON_NO_KEY || node->included)
		return;
	if (keys &&
	    !keys->is_missing(keys->self, lacks->profile, &missing, &err))
		c->failed = true;
	if (!missing)
		return;
	(void)error_fail_with(&fact, lacks);
	findings_add_error(c, findings_place_of_section(c, node->section), true,
			   &fact);
}

/* --- all profiles ------------------------------------------------------------------ */

/* Plans a profile by the files alone, without the environment. */
static void check_plan(struct check *c, const struct node *node,
		       struct arena *arena)
{
	static char *const nothing[] = { NULL };
	const struct plan_options options = { .profile = node->section->name,
					      .brief = true,
					      .environment = nothing };
	struct error err = { 0 };
	struct plan plan;

	if (plan_make(c->config, &options, arena, &plan, &err)) {
		check_guard(c, &plan);
		check_cut(c, &plan);
		check_partition(c, &plan);
		check_region(c, &plan);
		check_device(c, &plan);
		check_start(c, node, &plan);
	} else if (err.code == ERROR_MEMORY) {
		c->failed = true;
	} else if (!node->included) {
		findings_add_error(c,
				   findings_place_of_section(c, node->section),
				   true, &err);
	}
}

/* A role_name alone is for AWS Extend Switch Roles, in the console. */
static bool is_for_console(const struct profile *profile)
{
	return profile_value(profile, "role_name") &&
	       !profile_value(profile, "role_arn") &&
	       !source_value(profile, SOURCE_PROFILE | SOURCE_ELSEWHERE |
					      SOURCE_WEB_IDENTITY);
}

static bool is_planned(struct check *c, const struct node *node)
{
	return !node->broken && node->profile.n_sections > 0 &&
	       !is_for_console(&node->profile) &&
	       chains_depth(c, node,
			    profile_value(&node->profile, "source_profile"));
}

void check_plans(struct check *c)
{
	for (size_t i = 0; i < c->n_nodes && !c->failed; i++) {
		const struct node *node = &c->nodes[i];
		struct arena *arena;

		if (!is_planned(c, node))
			continue;
		arena = arena_new(); /* of one plan */
		c->failed = !arena;
		if (arena)
			check_plan(c, node, arena);
		arena_free(arena);
	}
}
