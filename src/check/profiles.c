#include <string.h>

#include "aws/arn.h"
#include "base/text.h"
#include "check/check_internal.h"

/* Returns a value that is not empty. */
static const struct config_value *said(const struct config_section *section,
				       const char *key)
{
	const struct config_value *value = config_value(section, key);

	return value && value->text[0] != '\0' ? value : NULL;
}

static bool begins(const struct config_value *value, const char *with)
{
	return value && strncmp(value->text, with, strlen(with)) == 0;
}

/*
 * Checks keys in a section's own lines; a pair is never combined from two
 * sections.
 */
static void check_static_keys(struct check *c,
			      const struct config_section *section)
{
	const struct config_value *id = said(section, "aws_access_key_id");
	const struct config_value *secret =
		said(section, "aws_secret_access_key");
	const struct config_value *token = said(section, "aws_session_token");

	token = token ? token : said(section, "aws_security_token");
	if (id && !secret)
		findings_add_value(c, CHECK_ERROR, id,
				   "there is no aws_secret_access_key");
	if (secret && !id)
		findings_add_value(c, CHECK_ERROR, secret,
				   "there is no aws_access_key_id");
	if (token && !id && !secret)
		findings_add_value(c, CHECK_WARNING, token,
				   "a token without a key stands for nothing");
	if (secret && begins(id, "ASIA") && !token)
		findings_add_value(
			c, CHECK_ERROR, id,
			"a temporary key without its aws_session_token");
	if (secret && begins(id, "AKIA"))
		findings_add_value(
			c, CHECK_WARNING, secret,
			"a long-lived key in plaintext: \"rolekey import "
			"%s\" takes it into the keyring, and out of this "
			"file",
			section->name);
}

static void check_both_sources(struct check *c, const struct profile *profile)
{
	const struct config_value *one =
		profile_value(profile, "source_profile");
	const struct config_value *other =
		profile_value(profile, "credential_source");

	if (one && other)
		findings_add_value(c, CHECK_ERROR, other,
				   "excludes source_profile, in %s",
				   findings_where(c, other, one));
}

/*
 * Checks for a role without a source.  A role_name alone is for the console, by
 * AWS Extend Switch Roles; an included profile may leave the source to others.
 */
static void check_source(struct check *c, const struct node *node)
{
	static const char *const sources[] = {
		"source_profile",
		"credential_source",
		"web_identity_token_file",
		"web_identity_token_process",
	};
	const struct config_value *arn =
		profile_value(&node->profile, "role_arn");

	if (!arn || node->included)
		return;
	for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++)
		if (profile_value(&node->profile, sources[i]))
			return;
	findings_add_value(c, CHECK_ERROR, arn,
			   "needs a source_profile or a credential_source");
}

/* aws_account_id may be an alias in AWS Extend Switch Roles. */
static bool is_number(const char *text)
{
	return text[0] != '\0' && text[strspn(text, "0123456789")] == '\0';
}

static void obtain_check_account(struct check *c, const struct profile *profile)
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
				"%s is not the account of role_arn in %s, "
				"%s",
				account->text, findings_where(c, account, role),
				arn.account);
	} else if (!role && sso && strcmp(account->text, sso->text) != 0) {
		findings_add_value(c, CHECK_ERROR, account,
				   "%s is not sso_account_id in %s, %s",
				   account->text,
				   findings_where(c, account, sso), sso->text);
	}
}

void check_profiles(struct check *c)
{
	for (size_t i = 0; i < c->n_nodes; i++) {
		const struct node *node = &c->nodes[i];

		check_static_keys(c, node->section);
		if (node->profile.n_sections == 0)
			continue;
		check_both_sources(c, &node->profile);
		check_source(c, node);
		obtain_check_account(c, &node->profile);
	}
}
