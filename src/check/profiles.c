#include <string.h>

#include "aws/arn.h"
#include "base/arena.h"
#include "base/text.h"
#include "check/check_internal.h"
#include "plan/chain.h"

/* A value that is not empty. */
static const struct config_value *filled(const struct config_section *section,
					 const char *key)
{
	const struct config_value *value = config_value(section, key);

	return value && value->text[0] != '\0' ? value : NULL;
}

static bool begins(const struct config_value *value, const char *with)
{
	return value && strncmp(value->text, with, strlen(with)) == 0;
}

static void incomplete(struct check *c, const struct config_value *half,
		       const struct config_section *section, const char *other)
{
	findings_add(c, CHECK_ERROR, findings_place(half), REASON_MISSING_KEY,
		     .profile = section->name, .key = other);
}

/* Would `import` take the key of the profile?  It refuses to change a chain. */
static bool can_be_imported(struct check *c, const struct node *node)
{
	static char *const nothing[] = { NULL };
	const struct plan_options options = { .profile = node->section->name,
					      .brief = true,
					      .environment = nothing };
	struct arena *arena;
	struct error err = { 0 };
	struct chain chain;
	bool moves = false;

	if (node->broken || node->included || node->profile.n_sections == 0)
		return false;
	arena = arena_new();
	c->failed = c->failed || !arena ||
		    ((!chain_find(c->config, &options, arena, &chain, &err) ||
		      !chain_moves(c->config, &options, &chain, arena, &moves,
				   &err)) &&
		     err.code == ERROR_MEMORY);
	moves = moves && chain.n_roles == 0 && chain.keys == node->section;
	arena_free(arena);
	return moves;
}

/* The keys in a section's own lines: a pair is never made of two profiles. */
static void check_static_keys(struct check *c, const struct node *node)
{
	const struct config_section *section = node->section;
	const struct config_value *id = filled(section, "aws_access_key_id");
	const struct config_value *secret =
		filled(section, "aws_secret_access_key");
	const struct config_value *token = config_session_token(section);

	if (id && !secret)
		incomplete(c, id, section, "aws_secret_access_key");
	if (secret && !id)
		incomplete(c, secret, section, "aws_access_key_id");
	if (id && secret && id->from != secret->from)
		findings_add_value(c, CHECK_WARNING, secret,
				   REASON_PAIR_IN_TWO_FILES,
				   .other = findings_where(c, secret, id));
	if (token && !id && !secret)
		findings_add_value(c, CHECK_WARNING, token,
				   REASON_TOKEN_WITHOUT_KEY);
	if (secret && begins(id, "ASIA") && !token)
		findings_add_value(c, CHECK_ERROR, id,
				   REASON_KEY_WITHOUT_TOKEN);
	if (secret && begins(id, "AKIA"))
		findings_add_value(c, CHECK_WARNING, secret, REASON_KEY_IN_FILE,
				   .profile = can_be_imported(c, node)
						      ? section->name
						      : NULL);
}

/* aws_account_id may be an alias for AWS Extend Switch Roles. */
static bool is_number(const char *text)
{
	return text[0] != '\0' && text[strspn(text, "0123456789")] == '\0';
}

static void check_account(struct check *c, const struct profile *profile)
{
	const struct config_value *account =
		profile_value(profile, "aws_account_id");
	const struct config_value *role = profile_value(profile, "role_arn");
	const struct config_value *sso =
		profile_value(profile, "sso_account_id");
	struct arn arn;

	if (!account || !is_number(account->text))
		return;
	if (role && arn_parse(role->text, &arn)) {
		if (strcmp(account->text, arn.account) != 0)
			findings_add_value(
				c, CHECK_ERROR, account,
				REASON_ACCOUNT_CONFLICT, .value = account->text,
				.other = findings_where(c, account, role),
				.expected = arn.account);
	} else if (!role && sso && strcmp(account->text, sso->text) != 0) {
		findings_add_value(c, CHECK_ERROR, account,
				   REASON_ACCOUNT_CONFLICT,
				   .value = account->text,
				   .other = findings_where(c, account, sso),
				   .expected = sso->text);
	}
}

/* Go's SDKs, and Terraform, allow one of these in the sections of a profile. */
static void check_sources(struct check *c, const struct config_section *section)
{
	static const char *const sources[] = { "source_profile",
					       "credential_source",
					       "credential_process",
					       "web_identity_token_file" };
	const struct config_value *first = NULL;

	for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++) {
		const struct config_value *value = filled(section, sources[i]);

		if (value && first && i > 1)
			findings_add_value(c, CHECK_WARNING, value,
					   REASON_SOURCES_CONFLICT,
					   .other = findings_where(c, value,
								   first));
		first = first ? first : value;
	}
}

void check_profiles(struct check *c)
{
	for (size_t i = 0; i < c->n_nodes; i++) {
		const struct node *node = &c->nodes[i];

		check_static_keys(c, node);
		check_sources(c, node->section);
		if (node->profile.n_sections == 0)
			continue;
		check_account(c, &node->profile);
	}
}
