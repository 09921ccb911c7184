#include <stddef.h>
#include <string.h>

#include "aws/config.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/mark.h"
#include "base/text.h"
#include "plan/plan_internal.h"

#define ENDPOINT     "AWS_ENDPOINT_URL"
#define SERVICE_CHAR "abcdefghijklmnopqrstuvwxyz0123456789_"

/*
 * The keys of a profile that say where requests go or what they mean, and that
 * botocore also reads from a variable.  endpoint_url and services come apart.
 */
static const struct {
	const char *key;
	const char *sub; /* "use_arn_region" of "s3 =", or NULL */
	const char *name;
} rows[] = {
	{ "ignore_configured_endpoint_urls", NULL,
	  "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS" },
	{ "ca_bundle", NULL, "AWS_CA_BUNDLE" },
	{ "sts_regional_endpoints", NULL, "AWS_STS_REGIONAL_ENDPOINTS" },
	{ "use_fips_endpoint", NULL, "AWS_USE_FIPS_ENDPOINT" },
	{ "use_dualstack_endpoint", NULL, "AWS_USE_DUALSTACK_ENDPOINT" },
	{ "account_id_endpoint_mode", NULL, "AWS_ACCOUNT_ID_ENDPOINT_MODE" },
	{ "sigv4a_signing_region_set", NULL, "AWS_SIGV4A_SIGNING_REGION_SET" },
	{ "defaults_mode", NULL, "AWS_DEFAULTS_MODE" },
	{ "retry_mode", NULL, "AWS_RETRY_MODE" },
	{ "max_attempts", NULL, "AWS_MAX_ATTEMPTS" },
	{ "request_checksum_calculation", NULL,
	  "AWS_REQUEST_CHECKSUM_CALCULATION" },
	{ "response_checksum_validation", NULL,
	  "AWS_RESPONSE_CHECKSUM_VALIDATION" },
	{ "s3_use_arn_region", NULL, "AWS_S3_USE_ARN_REGION" },
	{ "s3", "use_arn_region", "AWS_S3_USE_ARN_REGION" },
	{ "s3_us_east_1_regional_endpoint", NULL,
	  "AWS_S3_US_EAST_1_REGIONAL_ENDPOINT" },
	{ "s3", "us_east_1_regional_endpoint",
	  "AWS_S3_US_EAST_1_REGIONAL_ENDPOINT" },
	{ "s3_disable_multiregion_access_points", NULL,
	  "AWS_S3_DISABLE_MULTIREGION_ACCESS_POINTS" },
};

static bool add(struct planner *p, const char *name, const char *value,
		const char *key, struct error *err)
{
	size_t n = p->plan->n_variables;
	struct plan_variable *list =
		arena_room(p->arena, p->variables, n, sizeof(*list));

	if (!list || (!name && !key))
		return error_memory(err);
	list[n] = (struct plan_variable){ name, value, key };
	p->variables = list;
	p->plan->variables = list;
	p->plan->n_variables = n + 1;
	return true;
}

/* Adds a variable and its mark: base/mark.h. */
static bool add_marked(struct planner *p, const char *name, const char *value,
		       const char *key, struct error *err)
{
	const char *mark = arena_printf(p->arena, MARK_PREFIX "%s", name);

	return (mark || error_memory(err)) && add(p, name, value, key, err) &&
	       add(p, mark, value, NULL, err);
}

static bool is_users(const struct planner *p, const char *name)
{
	return !text_is_empty(mark_env(planner_environment(p), name));
}

/* A region that the user set with a variable is for nested calls, too. */
static bool add_region(struct planner *p, struct error *err)
{
	const char *region = p->plan->region;
	bool variable = p->region.text && !p->region.value &&
			strncmp(p->region.by, "AWS_", 4) == 0;

	if (!region)
		return true;
	if (variable)
		return add(p, "AWS_REGION", region, "region", err) &&
		       add(p, "AWS_DEFAULT_REGION", region, NULL, err);
	return add_marked(p, "AWS_REGION", region, "region", err) &&
	       add_marked(p, "AWS_DEFAULT_REGION", region, NULL, err);
}

/* Returns a value in one line, or NULL. */
static const char *value_of(const struct planner *p,
			    const struct profile *profile, const char *key,
			    const char *sub)
{
	const struct config_value *value = profile_value(profile, key);
	const char *text;
	size_t len;

	if (!value)
		return NULL;
	if (!sub)
		return strpbrk(value->text, "\r\n") ? NULL : value->text;
	return config_subvalue(value, sub, &text, &len) && len > 0
		       ? arena_strndup(p->arena, text, len)
		       : NULL;
}

static bool is_added(const struct planner *p, const char *name)
{
	for (size_t i = 0; i < p->plan->n_variables; i++)
		if (p->variables[i].name &&
		    strcmp(p->variables[i].name, name) == 0)
			return true;
	return false;
}

static bool add_rows(struct planner *p, const struct profile *profile,
		     struct error *err)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *value =
			value_of(p, profile, rows[i].key, rows[i].sub);
		const char *key = rows[i].sub ? NULL : rows[i].key;

		if (!arena_ok(p->arena))
			return error_memory(err);
		if (value && !is_users(p, rows[i].name) &&
		    !is_added(p, rows[i].name) &&
		    !add_marked(p, rows[i].name, value, key, err))
			return false;
	}
	return true;
}

/* --- endpoints --------------------------------------------------------------- */

static const struct config_section *services_of(const struct planner *p,
						const struct profile *profile)
{
	const char *name = profile_text(profile, "services");

	return name ? aws_config_find(p->config, CONFIG_SERVICES, name) : NULL;
}

/* Returns the endpoint_url of a service in a [services] section, or NULL. */
static const char *service_url(const struct planner *p,
			       const struct config_value *value)
{
	const char *text;
	size_t len;

	if (value->key[0] == '\0' ||
	    value->key[strspn(value->key, SERVICE_CHAR)] != '\0' ||
	    !config_subvalue(value, "endpoint_url", &text, &len) || len == 0)
		return NULL;
	return arena_strndup(p->arena, text, len);
}

/* Formats AWS_ENDPOINT_URL_ELASTIC_BEANSTALK for elastic_beanstalk. */
static const char *service_variable(const struct planner *p, const char *key)
{
	char *name = arena_printf(p->arena, ENDPOINT "_%s", key);

	for (char *at = name; at && *at != '\0'; at++)
		if (*at >= 'a' && *at <= 'z')
			*at = (char)(*at - 'a' + 'A');
	return name;
}

static bool add_services(struct planner *p,
			 const struct config_section *section,
			 struct error *err)
{
	for (size_t i = 0; i < section->n_values; i++) {
		const struct config_value *value = &section->values[i];
		const char *url = service_url(p, value);
		const char *name = service_variable(p, value->key);

		if (!arena_ok(p->arena) || !name)
			return error_memory(err);
		if (url && !is_users(p, name) &&
		    !add_marked(p, name, url, NULL, err))
			return false;
	}
	return add(p, NULL, section->name, "services", err);
}

/*
 * Warns if the command would use the endpoint of [default]: it no longer knows
 * the profile, and a profile without an endpoint means AWS's own.
 */
static bool warn_default(struct planner *p, struct error *err)
{
	static const char *const keys[] = { "endpoint_url", "services" };
	const struct config_section *section =
		aws_config_find(p->config, CONFIG_PROFILE, "default");
	const struct config_value *value = NULL;
	struct error_facts *facts;

	for (size_t i = 0; section && !value && i < 2; i++) {
		value = config_value(section, keys[i]);
		if (value && value->text[0] == '\0')
			value = NULL;
	}
	if (!value)
		return true;
	facts = arena_alloc(p->arena, sizeof(*facts));
	if (!facts)
		return error_memory(err);
	*facts = (struct error_facts){ .reason = REASON_DEFAULT_ENDPOINT,
				       .path = value->file,
				       .line = value->line,
				       .key = keys[value->key[0] == 's'],
				       .profile = p->plan->profile };
	p->plan->default_endpoint = facts;
	return true;
}

static bool add_endpoints(struct planner *p, const struct profile *profile,
			  struct error *err)
{
	const struct config_section *services = services_of(p, profile);
	const char *url = value_of(p, profile, "endpoint_url", NULL);
	bool ignored;

	if (!region_ignores_endpoints(p, profile, &ignored, err))
		return false;
	if (ignored || is_users(p, ENDPOINT))
		return true;
	if (!services && !url)
		return warn_default(p, err);
	return (!services || add_services(p, services, err)) &&
	       (!url || add_marked(p, ENDPOINT, url, "endpoint_url", err));
}

bool variables_resolve(struct planner *p, const struct profile *profile,
		       struct error *err)
{
	return p->options->brief ||
	       ((!p->plan->read_only ||
		 add(p, "ROLEKEY_READ_ONLY", "1", NULL, err)) &&
		add_region(p, err) && add_rows(p, profile, err) &&
		add_endpoints(p, profile, err));
}
