#include <string.h>

#include "aws/limits.h"
#include "base/arena.h"
#include "check/rules_internal.h"

static const struct rule rules[] = {
	{ "api_versions", rules_nested, false, NULL, 0, 0 },
	{ "aws_account_id", rules_account_or_alias, true, NULL, 0, 0 },
	{ "ca_bundle", rules_ca_bundle, true, NULL, 0, 0 },
	{ "credential_process", rules_process, false, NULL, 0, 0 },
	{ "duration_seconds", rules_span, true, NULL, LIMITS_DURATION_MIN,
	  LIMITS_ROLE_MAX },
	{ "endpoint_url", rules_url, true, NULL, 0, 0 },
	{ "ignore_configured_endpoint_urls", rules_bool, true, NULL, 0, 0 },
	{ "max_attempts", rules_number, true, NULL, 1, 100 },
	{ "mfa_serial", rules_serial, true, NULL, 0, 0 },
	{ "region", rules_region, true, NULL, 0, 0 },
	{ "role_arn", rules_role, true, NULL, 0, 0 },
	{ "rolekey_confirm", rules_bool, true, NULL, 0, 0 },
	{ "rolekey_read_only", rules_bool, true, NULL, 0, 0 },
	{ "rolekey_reason", rules_word, true, "session_tag source_identity", 0,
	  0 },
	{ "rolekey_expect_account", rules_account, true, NULL, 0, 0 },
	{ "s3", rules_nested, false, NULL, 0, 0 },
	{ "sso_account_id", rules_account, true, NULL, 0, 0 },
	{ "sso_region", rules_region, true, NULL, 0, 0 },
	{ "sso_start_url", rules_start_url, false, NULL, 0, 0 },
	{ "sts_regional_endpoints", rules_word, true, "regional legacy", 0, 0 },
	{ "use_dualstack_endpoint", rules_bool, true, NULL, 0, 0 },
	{ "use_fips_endpoint", rules_bool, true, NULL, 0, 0 },

	/* The AWS SDKs and the AWS CLI read these, and rolekey does not. */
	{ "account_id_endpoint_mode", rules_word, false,
	  "preferred disabled required", 0, 0 },
	{ "cli_auto_prompt", rules_word, false, "on on-partial off", 0, 0 },
	{ "cli_binary_format", rules_word, false, "base64 raw-in-base64-out", 0,
	  0 },
	{ "cli_history", rules_word, false, "enabled disabled", 0, 0 },
	{ "cli_timestamp_format", rules_word, false, "iso8601 wire none", 0,
	  0 },
	{ "defaults_mode", rules_word, false,
	  "standard in-region cross-region mobile auto legacy", 0, 0 },
	{ "disable_request_compression", rules_bool, false, NULL, 0, 0 },
	{ "ec2_metadata_service_endpoint_mode", rules_word, false, "ipv4 ipv6",
	  0, 0 },
	{ "ec2_metadata_v1_disabled", rules_bool, false, NULL, 0, 0 },
	{ "endpoint_discovery_enabled", rules_word, false, "true false auto", 0,
	  0 },
	{ "metadata_service_num_attempts", rules_number, false, NULL, 1, 1000 },
	{ "output", rules_word, false, "json text table yaml yaml-stream off",
	  0, 0 },
	{ "parameter_validation", rules_bool, false, NULL, 0, 0 },
	{ "request_checksum_calculation", rules_word, false,
	  "when_supported when_required", 0, 0 },
	{ "response_checksum_validation", rules_word, false,
	  "when_supported when_required", 0, 0 },
	{ "retry_mode", rules_word, false, "standard adaptive legacy", 0, 0 },
	{ "s3_disable_multiregion_access_points", rules_bool, false, NULL, 0,
	  0 },
	{ "s3_us_east_1_regional_endpoint", rules_word, false,
	  "regional legacy", 0, 0 },
	{ "s3_use_arn_region", rules_bool, false, NULL, 0, 0 },
	{ "tcp_keepalive", rules_bool, false, NULL, 0, 0 },

	/* aws-okta. */
	{ "assume_role_ttl", rules_span, false, NULL, LIMITS_DURATION_MIN,
	  LIMITS_ROLE_MAX },
	{ "session_ttl", rules_span, false, NULL, LIMITS_DURATION_MIN,
	  LIMITS_SESSION_MAX },
};

/* Other keys with a value that rolekey uses as it is written. */
static const char *const literal_keys[] = {
	"aws_access_key_id", "aws_secret_access_key", "aws_session_token",
	"credential_source", "external_id",           "include_profile",
	"role_name",         "role_session_name",     "services",
	"source_identity",   "source_profile",        "sso_role_name",
	"sso_session",
};

static const struct rule *find_rule(const char *key)
{
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (strcmp(rules[i].key, key) == 0)
			return &rules[i];
	return NULL;
}

static bool is_literal(const char *key)
{
	for (size_t i = 0; i < sizeof(literal_keys) / sizeof(literal_keys[0]);
	     i++)
		if (strcmp(literal_keys[i], key) == 0)
			return true;
	return false;
}

bool values_is_quoted(const char *text)
{
	size_t len = strlen(text);

	return len >= 2 && (text[0] == '"' || text[0] == '\'') &&
	       text[len - 1] == text[0];
}

/* These belong to tools that remove the quotes. */
static bool may_be_quoted(const char *key)
{
	return strcmp(key, "image") == 0 || /* AWS Extend Switch Roles */
	       strncmp(key, "granted_", strlen("granted_")) == 0;
}

static void check_one(struct check *c, const struct config_section *section,
		      const struct config_value *value)
{
	const struct rule *rule = known_key(section->kind, value->key)
					  ? find_rule(value->key)
					  : NULL;

	if (may_be_quoted(value->key))
		return;
	if (values_is_quoted(value->text))
		findings_add_value(c,
				   is_literal(value->key) ||
						   (rule && rule->ours)
					   ? CHECK_ERROR
					   : CHECK_WARNING,
				   value, REASON_VALUE_QUOTED);
	else if (rule && value->text[0] != '\0')
		rule->check(c, rule, section, value);
}

static void check_service_url(struct check *c, const struct config_value *value)
{
	const char *key = arena_printf(c->arena, "%s.endpoint_url", value->key);
	const char *url;
	const char *text;
	size_t len;

	if (!config_subvalue(value, "endpoint_url", &text, &len) || len == 0)
		return;
	url = arena_strndup(c->arena, text, len);
	c->failed = c->failed || !url || !key;
	if (!c->failed)
		rules_check_url(c, value, key, url);
}

/* Each key of [services X] is a service, with endpoint_url nested in it. */
static void check_service(struct check *c, const struct config_value *value)
{
	const char *rest = value->text;
	struct view key;
	struct view piece;

	if (value->text[0] != '\n') {
		findings_add_value(c, CHECK_WARNING, value,
				   REASON_SERVICE_WITHOUT_KEYS);
		return;
	}
	while (ini_subproperty(&rest, &key, &piece))
		if (!view_equals(key, "endpoint_url"))
			findings_add_value(c, CHECK_WARNING, value,
					   REASON_SERVICE_KEY);
	check_service_url(c, value);
}

static void check_section(struct check *c, const struct config_section *section)
{
	for (size_t i = 0; i < section->n_values; i++) {
		if (section->kind == CONFIG_SERVICES)
			check_service(c, &section->values[i]);
		else
			check_one(c, section, &section->values[i]);
	}
}

void check_values(struct check *c)
{
	static const enum config_kind kinds[] = { CONFIG_PROFILE,
						  CONFIG_SSO_SESSION,
						  CONFIG_SERVICES };
	const struct config_section *section;

	for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++)
		for (size_t i = 0;
		     (section = aws_config_nth(c->config, kinds[k], i)); i++)
			check_section(c, section);
}
