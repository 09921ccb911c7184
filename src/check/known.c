#include <string.h>

#include "base/text.h"
#include "check/check_internal.h"

/*
 * Keys that some tool reads.  A missing one costs a warning; a wrong one hides
 * a misspelling.
 */
static const char *const profile_keys[] = {
	/*
	 * AWS SDKs and Tools Reference Guide, "Settings reference", and
	 * botocore's configprovider.py.
	 */
	"account_id_endpoint_mode",
	"api_versions",
	"auth_scheme_preference",
	"aws_access_key_id",
	"aws_credential_expiration", /* rolekey export --format ini */
	"aws_account_id",            /* AWS Extend Switch Roles, too */
	"aws_secret_access_key",
	"aws_security_token",
	"aws_session_token",
	"ca_bundle",
	"credential_process",
	"credential_source",
	"csm_client_id",
	"csm_enabled",
	"csm_host",
	"csm_port",
	"data_path",
	"defaults_mode",
	"disable_ec2_metadata",
	"disable_request_compression",
	"duration_seconds",
	"ec2_instance_profile_name",
	"ec2_metadata_service_endpoint",
	"ec2_metadata_service_endpoint_mode",
	"ec2_metadata_v1_disabled",
	"endpoint_discovery_enabled",
	"endpoint_url",
	"external_id",
	"ignore_configured_endpoint_urls",
	"imds_use_ipv6",
	"login_session",
	"max_attempts",
	"metadata_service_num_attempts",
	"metadata_service_timeout",
	"mfa_serial",
	"parameter_validation",
	"region",
	"request_checksum_calculation",
	"request_min_compression_size_bytes",
	"response_checksum_validation",
	"retry_mode",
	"role_arn",
	"role_session_name",
	"s3",
	"s3_disable_express_session_auth",
	"s3_disable_multiregion_access_points",
	"s3_us_east_1_regional_endpoint",
	"s3_use_arn_region",
	"sdk_ua_app_id",
	"services",
	"sigv4a_signing_region_set",
	"source_profile",
	"sso_account_id",
	"sso_region",
	"sso_registration_scopes",
	"sso_role_name",
	"sso_session",
	"sso_start_url",
	"sts_regional_endpoints",
	"tcp_keepalive",
	"use_dualstack_endpoint",
	"use_fips_endpoint",
	"user_agent_appid",
	"user_agent_extra",
	"web_identity_token_file",

	/*
	 * AWS CLI User Guide, "Supported config file settings"; and emr's own.
	 */
	"emr",
	"output",

	/* AWS SDK for .NET, its SharedCredentialsFile, and the toolkits. */
	"default_configuration_mode",
	"endpoint_name",
	"s3_regional_endpoint",
	"toolkit_artifact_guid",
	"user_identity",

	/* aws-vault, vault/config.go. */
	"include_profile",
	"parent_profile", /* of version 5 */
	"mfa_process",
	"session_tags",
	"source_identity",
	"transitive_session_tags",
	"web_identity_token_process",

	/* AWS Extend Switch Roles, its README; group is used by its forks. */
	"aws_account_alias",
	"color",
	"group",
	"image",
	"role_name",
	"target_region",
	"target_role_name",

	/* awsume, its autoawsume profiles. */
	"autoawsume",
	"awsumepy_command",
	"expiration",
	"manager",
	"source_expiration",

	/* granted, besides its prefix. */
	"common_fate_generated_from",

	/* saml2aws and okta-aws-cli, in the credentials file. */
	"x_principal_arn",
	"x_security_token_expires",

	/* aws-mfa. */
	"assume_role",
	"assumed_role",
	"assumed_role_arn",
	"aws_mfa_device",

	/* aws-okta, besides its prefix. */
	"assume_role_ttl",
	"aws_saml_url",
	"mfa_factor_type",
	"mfa_provider",
	"session_ttl",

	/* aws-sso-util. */
	"sso_account_name",
	"sso_auto_populated",
	"sso_interactive_auth",

	/* rolekey. */
	"rolekey_confirm",
	"rolekey_expect_account",
	"rolekey_policy_arns",
	"rolekey_read_only",
	"rolekey_reason",
	NULL,
};

/* Prefixes of keys: the AWS CLI's own, and those of other tools. */
static const char *const profile_families[] = {
	"cli_",           /* AWS CLI */
	"granted_",       /* granted */
	"okta_",          /* aws-okta */
	"azure_",         /* aws-azure-login */
	"google_config.", /* aws-google-auth */
	"adfs_config.",   /* aws-adfs */
	NULL,
};

/* AWS SDKs and Tools Reference Guide, "IAM Identity Center ...". */
static const char *const sso_keys[] = {
	"sso_region",
	"sso_registration_scopes",
	"sso_start_url",
	NULL,
};

static const char *const sections[] = {
	"plugins", /* AWS CLI: config-vars.rst, "Plugins" */
	"preview", /* AWS CLI: commands still to be enabled */
	"okta",    /* aws-okta */
	NULL,
};

static const char *const section_families[] = {
	"granted_registry_start ", /* granted: marks its profiles */
	"granted_registry_end ",
	NULL,
};

static const char *const words[] = { "profile", "sso-session", "services",
				     NULL };

static bool is_in(const char *const *list, const char *text)
{
	for (; *list; list++)
		if (strcmp(*list, text) == 0)
			return true;
	return false;
}

static bool is_of(const char *const *families, const char *text)
{
	for (; *families; families++)
		if (strncmp(*families, text, strlen(*families)) == 0)
			return true;
	return false;
}

static size_t apart(size_t a, size_t b)
{
	return a > b ? a - b : b - a;
}

/*
 * Returns the closest known word.  In a short word a misspelling often gives
 * another word.
 */
static const char *nearest(const char *const *list, const char *text)
{
	size_t len = strlen(text);
	size_t best = 1 + len / 5;
	const char *near = NULL;

	for (; len > 2 && *list; list++) {
		size_t distance = apart(len, strlen(*list));

		if (distance <= best)
			distance = text_distance(text, *list);
		if (distance < best || (distance == best && !near)) {
			best = distance;
			near = *list;
		}
	}
	return near;
}

bool known_key(enum config_kind kind, const char *key)
{
	switch (kind) {
	case CONFIG_PROFILE:
		return is_in(profile_keys, key) || is_of(profile_families, key);
	case CONFIG_SSO_SESSION:
		return is_in(sso_keys, key);
	case CONFIG_SERVICES:
		break;
	}
	return true; /* AWS defines the names of services */
}

const char *known_near(enum config_kind kind, const char *key)
{
	return nearest(kind == CONFIG_PROFILE ? profile_keys : sso_keys, key);
}

bool known_section(const char *name)
{
	return is_in(sections, name) || is_of(section_families, name);
}

const char *known_word(const char *word, size_t len)
{
	char text[32] = "";

	if (len >= sizeof(text))
		return NULL;
	memcpy(text, word, len);
	text_lower(text);
	return nearest(words, text);
}
