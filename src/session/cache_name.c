#include <stdio.h>

#include "aws/config.h"
#include "base/text.h"
#include "plan/plan.h"
#include "session/session.h"

static void add_number(struct name_state *state, int64_t number)
{
	char text[32];

	(void)snprintf(text, sizeof(text), "%lld", (long long)number);
	name_add(state, text);
}

/*
 * Identifies static keys by their access key id, so that an edit of the file
 * gives another session.
 */
static const char *static_id(const struct step *step)
{
	const struct config_value *id =
		step->keys ? config_value(step->keys, "aws_access_key_id")
			   : NULL;

	return id ? id->text : NULL;
}

static void add_first(struct name_state *state, const struct step *step)
{
	name_add(state, step_action(step->kind));
	name_add(state, step->profile);
	name_add(state, static_id(step));
}

/*
 * Adds everything that determines AWS's response, but not the name of the
 * profile.  A session created with a code is valid in every region: one code
 * serves all roles.
 */
static void add_request(struct name_state *state, const struct step *step)
{
	bool anywhere = step->kind == STEP_SESSION_TOKEN;
	const struct endpoint *at = &step->endpoint;
	const char *const fields[] = { step_action(step->kind),
				       step->mfa_serial,
				       step->role_arn,
				       step->external_id,
				       step->session_name,
				       step->source_identity,
				       step->session_tags,
				       step->transitive_tags,
				       step->policy_arns,
				       anywhere ? at->reach : at->url,
				       anywhere ? NULL : at->signing_region };

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		name_add(state, fields[i]);
	add_number(state, step->duration);
}

void session_cache_name(const struct plan *plan, size_t n,
			char name[static NAME_LEN])
{
	struct name_state state;

	name_begin(&state, "rolekey session 1");
	add_first(&state, &plan->steps[0]);
	for (size_t i = 1; i <= n && i < plan->n_steps; i++)
		add_request(&state, &plan->steps[i]);
	name_end(&state, name);
}
