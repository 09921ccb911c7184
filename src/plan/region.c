#include <string.h>

#include "aws/arn.h"
#include "aws/endpoint.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"
#include "plan/plan_internal.h"

#define ATTEMPTS_MAX 100 /* our limit: AWS has none */

/* --- the region -------------------------------------------------------------- */

static struct said default_region(const struct planner *p)
{
	const struct config_section *section =
		aws_config_find(p->config, CONFIG_PROFILE, "default");
	const struct profile lender = { .name = "default",
					.sections = &section,
					.n_sections = section ? 1 : 0 };

	return resolve_key(&lender, "region");
}

/* Reads the partition of an ARN, if it is one of those that we know. */
static bool read_partition(const char *text, struct arn *arn)
{
	const char *region;

	if (!text || !arn_parse(text, arn))
		return false;
	region = endpoint_global_region(arn->partition);
	return strcmp(endpoint_partition(region), arn->partition) == 0;
}

/*
 * Finds an ARN that says where the chain is: a role as configured, or the MFA
 * device.
 */
static bool find_partition(const struct planner *p, struct arn *arn)
{
	struct said serial = resolve_env(p, "AWS_MFA_SERIAL");
	bool found = false;

	for (size_t i = 0; i < p->n_links && !found; i++) {
		const struct link *link = &p->links[i];

		found = !link->role_name && read_partition(link->role_arn, arn);
		serial = resolve_first(serial, resolve_key(&link->profile,
							   "mfa_serial"));
	}
	return found || read_partition(serial.text, arn);
}

static bool use_default(struct planner *p, const struct said *said,
			struct error *err)
{
	p->region = *said;
	p->plan->region = said->text;
	p->plan->region_from = "[default]";
	return planner_note(p, err, REASON_DEFAULT_REGION, .value = said->text,
			    .profile = p->plan->profile);
}

static bool use_partition(struct planner *p, const char *partition,
			  struct error *err)
{
	p->region = (struct said){ .text = endpoint_global_region(partition),
				   .by = "region" };
	p->plan->region = p->region.text;
	p->plan->region_from =
		arena_printf(p->arena, "partition %s", partition);
	return (p->plan->region_from || error_memory(err)) &&
	       planner_note(p, err, REASON_PARTITION_REGION,
			    .value = p->plan->region,
			    .profile = p->plan->profile,
			    .other = endpoint_partition(p->plan->region));
}

bool region_resolve(struct planner *p, const struct profile *profile,
		    struct error *err)
{
	struct said said = resolve_option("--region", p->options->region);

	said = resolve_first(said, resolve_env(p, "AWS_REGION"));
	said = resolve_first(said, resolve_env(p, "AWS_DEFAULT_REGION"));
	said = resolve_first(said, resolve_key(profile, "region"));
	p->region = said;
	p->plan->region = said.text;
	if (!said.text)
		return true;
	p->plan->region_from = resolve_origin(p, &said);
	return p->plan->region_from || error_memory(err);
}

/*
 * Warns of a region of another partition: requests for the chain would go to a
 * place that knows neither its key nor its roles.
 */
static bool check_partition(struct planner *p, const struct arn *arn,
			    struct error *err)
{
	const char *partition = endpoint_partition(p->region.text);

	if (!endpoint_is_region(p->region.text) ||
	    strcmp(partition, arn->partition) == 0)
		return true;
	return planner_warn(p, err, REASON_FOREIGN_REGION,
			    .value = p->region.text,
			    .detail = p->plan->region_from, .other = partition,
			    .expected = endpoint_partition(
				    endpoint_global_region(arn->partition)));
}

bool region_fall_back(struct planner *p, struct error *err)
{
	struct said other = default_region(p);
	struct arn arn;
	bool known = find_partition(p, &arn);

	if (p->region.text)
		return !known || check_partition(p, &arn, err);
	if (other.text && (!known || strcmp(endpoint_partition(other.text),
					    arn.partition) == 0))
		return use_default(p, &other, err);
	/* Without a region, aws has a global endpoint. */
	return !known || (!other.text && strcmp(arn.partition, "aws") == 0) ||
	       use_partition(p, arn.partition, err);
}

/* --- endpoints --------------------------------------------------------------- */

/* The service's own variables, such as AWS_ENDPOINT_URL_STS. */
static const char *const endpoint_variable[] = {
	[AWS_STS] = "AWS_ENDPOINT_URL_STS",
	[AWS_IAM] = "AWS_ENDPOINT_URL_IAM",
	[AWS_ORGANIZATIONS] = "AWS_ENDPOINT_URL_ORGANIZATIONS",
	[AWS_SSO] = "AWS_ENDPOINT_URL_SSO",
	[AWS_SSO_OIDC] = "AWS_ENDPOINT_URL_SSO_OIDC",
	[AWS_SIGNIN] = "AWS_ENDPOINT_URL_SIGNIN",
	[AWS_LOGIN] = "AWS_ENDPOINT_URL_SIGNIN",
};

/* Returns the endpoint of a service from the section named by services = X. */
static bool services_url(const struct planner *p, const struct profile *profile,
			 enum aws_service service, struct said *url,
			 struct error *err)
{
	struct said name = resolve_key(profile, "services");
	const struct config_section *section;
	const struct config_value *value;
	const char *text;
	size_t len;

	*url = (struct said){ 0 };
	if (!name.text)
		return true;
	section = aws_config_find(p->config, CONFIG_SERVICES, name.text);
	if (!section)
		return resolve_fail(&name, err, REASON_NO_SUCH_SECTION,
				    .value = name.text, .other = "services");
	value = config_value(section, endpoint_service_name(service));
	if (!value || !config_subvalue(value, "endpoint_url", &text, &len) ||
	    len == 0)
		return true;
	*url = (struct said){ .text = arena_strndup(p->arena, text, len),
			      .by = "endpoint_url",
			      .value = value,
			      .section = section };
	return url->text || error_memory(err);
}

bool region_ignores_endpoints(const struct planner *p,
			      const struct profile *profile, bool *ignored,
			      struct error *err)
{
	struct said off = resolve_first(
		resolve_env(p, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"),
		resolve_key(profile, "ignore_configured_endpoint_urls"));

	return resolve_bool(&off, ignored, err);
}

static bool custom_url(const struct planner *p, const struct profile *profile,
		       enum aws_service service, struct said *url,
		       struct error *err)
{
	struct said services;
	bool ignored;

	*url = (struct said){ 0 };
	if (!region_ignores_endpoints(p, profile, &ignored, err))
		return false;
	if (ignored)
		return true;
	if (!services_url(p, profile, service, &services, err))
		return false;
	*url = resolve_first(resolve_env(p, endpoint_variable[service]),
			     resolve_env(p, "AWS_ENDPOINT_URL"));
	*url = resolve_first(*url, services);
	*url = resolve_first(*url, resolve_key(profile, "endpoint_url"));
	return true;
}

static bool is_legacy(const struct said *said, bool *legacy, struct error *err)
{
	*legacy = said->text && text_equal_nocase(said->text, "legacy");
	return !said->text || *legacy ||
	       text_equal_nocase(said->text, "regional") ||
	       resolve_bad(said, "regional or legacy", err);
}

static bool read_attempts(const struct planner *p, const struct said *said,
			  struct error *err)
{
	int64_t number = 0;

	if (said->text && !text_number(said->text, 1, ATTEMPTS_MAX, &number))
		return resolve_bad(said, "a number from 1 to 100", err);
	p->plan->max_attempts = (int)number;
	return true;
}

/*
 * A relative path would name another file in each folder, so a folder that
 * somebody else made could name whom to trust.  No SDK expands "~".
 */
static bool read_ca_bundle(struct planner *p, const struct profile *profile,
			   struct error *err)
{
	struct said path = resolve_first(resolve_env(p, "AWS_CA_BUNDLE"),
					 resolve_key(profile, "ca_bundle"));

	if (!path.text)
		return true;
	p->plan->trust = (struct trust){
		.ca_bundle = path.text,
		.from = resolve_origin(p, &path),
		.key = path.by,
		.file = path.value ? path.value->file : NULL,
		.line = path.value ? path.value->line : 0,
	};
	if (!p->plan->trust.from)
		return error_memory(err);
	if (!path.value || path.text[0] == '/') /* a variable may be relative */
		return true;
	(void)error_fail(err, REASON_BAD_VALUE, .value = path.text,
			 .expected = "an absolute path");
	return resolve_add(&path, err);
}

bool region_endpoint(const struct planner *p, const struct profile *profile,
		     enum aws_service service, struct endpoint_options options,
		     struct endpoint *endpoint, struct error *err)
{
	struct said url;

	if (!custom_url(p, profile, service, &url, err))
		return false;
	options.custom = url.text;
	if (p->options->memo
		    ? endpoint_for_many(service, &options, p->options->memo,
					endpoint, err)
		    : endpoint_for(service, &options, p->arena, endpoint, err))
		return true;
	if (error_is(err, REASON_BAD_VALUE)) /* the region: not the URL */
		return p->region.text ? resolve_add(&p->region, err) : false;
	if (err->code == ERROR_CONFIG && url.text)
		return resolve_add(&url, err);
	return err->code == ERROR_CONFIG && p->region.text
		       ? resolve_add(&p->region, err)
		       : false;
}

bool region_service_in(const struct planner *p, const struct profile *profile,
		       enum aws_service service, const char *region,
		       struct endpoint *endpoint, struct error *err)
{
	const struct endpoint_options options = { .region = region };

	return region_endpoint(p, profile, service, options, endpoint, err);
}

bool region_service(const struct planner *p, const struct profile *profile,
		    enum aws_service service, struct endpoint *endpoint,
		    struct error *err)
{
	return region_service_in(p, profile, service, p->region.text, endpoint,
				 err);
}

bool region_variants(const struct planner *p, const struct profile *profile,
		     struct endpoint_options *options, struct error *err)
{
	struct said fips =
		resolve_first(resolve_env(p, "AWS_USE_FIPS_ENDPOINT"),
			      resolve_key(profile, "use_fips_endpoint"));
	struct said dualstack =
		resolve_first(resolve_env(p, "AWS_USE_DUALSTACK_ENDPOINT"),
			      resolve_key(profile, "use_dualstack_endpoint"));

	return resolve_bool(&fips, &options->fips, err) &&
	       resolve_bool(&dualstack, &options->dualstack, err);
}

bool region_endpoints(struct planner *p, const struct profile *profile,
		      struct error *err)
{
	struct said legacy =
		resolve_first(resolve_env(p, "AWS_STS_REGIONAL_ENDPOINTS"),
			      resolve_key(profile, "sts_regional_endpoints"));
	struct said attempts =
		resolve_first(resolve_env(p, "AWS_MAX_ATTEMPTS"),
			      resolve_key(profile, "max_attempts"));
	struct endpoint_options options = {
		.region = p->region.text,
	};

	return read_ca_bundle(p, profile, err) &&
	       read_attempts(p, &attempts, err) &&
	       region_variants(p, profile, &options, err) &&
	       is_legacy(&legacy, &options.legacy, err) &&
	       region_endpoint(p, profile, AWS_STS, options, &p->plan->sts,
			       err) &&
	       region_endpoint(p, profile, AWS_IAM, options, &p->plan->iam,
			       err);
}
