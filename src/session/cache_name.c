#include <stddef.h>
#include <stdint.h>

#include "aws/config.h"
#include "base/error.h"
#include "base/text.h"
#include "plan/plan.h"
#include "port/world.h"
#include "session/session.h"

/* Adds a number in decimal digits. */
static void add_number(struct name_state *state, int64_t number)
{
	uint64_t left = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
	char text[32] = "";
	size_t at = sizeof(text) - 1;

	do {
		text[--at] = (char)('0' + left % 10);
		left /= 10;
	} while (left > 0);
	if (number < 0)
		text[--at] = '-';
	name_add(state, text + at);
}

/* The id of the key that the files have, so that an edit is another session. */
static const char *id_in_files(const struct step *step)
{
	const struct config_value *id =
		step->keys ? config_value(step->keys, "aws_access_key_id")
			   : NULL;

	return id ? id->text : NULL;
}

/*
 * A keyring that has the sessions of several stores tells them apart by the
 * store; others have the keys beside the sessions.
 */
static void add_store(struct name_state *state, const struct plan *plan,
		      const struct world *world)
{
	const struct keyring *keyring = &world->keyring;
	char stamp[KEYRING_STAMP_LEN];
	struct error ignored = { 0 };

	if (!keyring->apart || plan->steps[0].kind != STEP_STORED_KEY) {
		name_add(state, NULL);
		return;
	}
	if (!keyring->store) /* it is not chosen yet */
		(void)!keyring_stamp(keyring, plan->steps[0].profile, false,
				     stamp, &ignored);
	name_add(state, keyring->name);
	name_add(state, keyring->store);
}

/* What the source is outside the files. */
static void add_place(struct name_state *state, const struct step *first,
		      const struct world *world)
{
	static const struct {
		enum step_kind kind;
		const char *variable;
	} places[] = {
		{ STEP_ENVIRONMENT, "AWS_ACCESS_KEY_ID" },
		{ STEP_LOGIN, "AWS_LOGIN_CACHE_DIRECTORY" },
		{ STEP_CONTAINER, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI" },
		{ STEP_CONTAINER, "AWS_CONTAINER_CREDENTIALS_FULL_URI" },
		{ STEP_CONTAINER, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE" },
	};

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (places[i].kind == first->kind)
			name_add(state, text_env(world->environment,
						 places[i].variable));
	if (first->sso) {
		name_add(state, first->sso->start_url);
		name_add(state, first->sso->region);
		name_add(state, first->sso->account);
		name_add(state, first->sso->role);
		name_add(state, first->sso->portal.url);
	}
	if (first->login)
		name_add(state, endpoint_custom(&first->login->endpoint));
	if (first->kind != STEP_INSTANCE)
		return;
	name_add(state, first->metadata_endpoint);
	name_add(state, first->metadata_mode);
}

static void add_first(struct name_state *state, const struct plan *plan,
		      bool from_files, const struct world *world)
{
	const struct step *first = &plan->steps[0];
	bool by_id = from_files || first->kind != STEP_STORED_KEY;

	name_add(state, step_action(first->kind));
	name_add(state, first->profile);
	name_add(state, by_id ? id_in_files(first) : NULL);
	if (first->by) {
		name_add(state, first->by->key);
		name_add(state, first->by->text);
		add_place(state, first, world);
	}
	add_store(state, plan, world);
}

/* The certificates that requests trust: what came by others is not found. */
static void add_trust(struct name_state *state, const struct plan *plan,
		      const struct world *world)
{
	struct file_facts facts = { 0 };
	struct error ignored = { 0 };

	name_add(state, plan->trust.ca_bundle);
	if (!plan->trust.ca_bundle)
		return;
	(void)!files_facts(&world->files, plan->trust.ca_bundle, &facts,
			   &ignored);
	add_number(state, facts.size);
	add_number(state, facts.modified);
}

/*
 * Adds the values that change the response of AWS, and not the profile's own
 * name.  A session made with a code is valid in every region, so that one code
 * is enough for all roles.
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

void session_cache_name_begin(struct name_state *names, const struct plan *plan,
			      bool from_files, const struct world *world)
{
	name_begin(names, "rolekey session 2");
	add_first(names, plan, from_files, world);
	add_trust(names, plan, world);
	if (plan->steps[0].kind == STEP_WEB_IDENTITY)
		add_request(names, &plan->steps[0]);
}

void session_cache_name_add(struct name_state *names, const struct step *step)
{
	add_request(names, step);
}

void session_cache_name_get(const struct name_state *names,
			    char name[static NAME_LEN])
{
	struct name_state copy = *names;

	name_end(&copy, name);
}

void session_cache_name(const struct plan *plan, size_t n, bool from_files,
			const struct world *world, char name[static NAME_LEN])
{
	struct name_state state;

	session_cache_name_begin(&state, plan, from_files, world);
	for (size_t i = 1; i <= n && i < plan->n_steps; i++)
		session_cache_name_add(&state, &plan->steps[i]);
	name_end(&state, name);
}
