#include "aws/endpoint.h"

#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/expected.h"
#include "base/uri.h"

#define GLOBAL_REGION "aws-global"
#define GLOBAL_STS    "https://sts.amazonaws.com"
#define PREFIXES_MAX  10
#define LABEL_MAX     63 /* bytes of a host label, RFC 1035 2.3.4 */

/* From botocore's partitions.json; the hosts of IAM from its endpoint rules. */
struct partition {
	const char *name;
	const char *prefixes[PREFIXES_MAX]; /* of its regions: PREFIX-WORD-N */
	const char *suffix;
	const char *dualstack_suffix;
	const char *global_region;
	const char *iam_region;
	const char *web;         /* signin.WEB and console.WEB */
	const char *home_region; /* whose hosts have no region; or NULL */
	/* Index 0: plain, FIPS, DUALSTACK, FIPS + DUALSTACK. */
	const char *iam[4];
};

enum { FIPS = 1, DUALSTACK = 2 };

static const struct partition partitions[] = {
	{ "aws",
	  { "us", "eu", "ap", "sa", "ca", "me", "af", "il", "mx" },
	  "amazonaws.com",
	  "api.aws",
	  "us-east-1",
	  "us-east-1",
	  "aws.amazon.com",
	  "us-east-1",
	  { "iam.amazonaws.com", "iam-fips.amazonaws.com", "iam.global.api.aws",
	    "iam-fips.global.api.aws" } },
	{ "aws-cn",
	  { "cn" },
	  "amazonaws.com.cn",
	  "api.amazonwebservices.com.cn",
	  "cn-northwest-1",
	  "cn-north-1",
	  "amazonaws.cn",
	  "cn-north-1",
	  { "iam.cn-north-1.amazonaws.com.cn", "iam-fips.amazonaws.com.cn",
	    "iam.global.api.amazonwebservices.com.cn",
	    "iam-fips.api.amazonwebservices.com.cn" } },
	{ "aws-us-gov",
	  { "us-gov" },
	  "amazonaws.com",
	  "api.aws",
	  "us-gov-west-1",
	  "us-gov-west-1",
	  "amazonaws-us-gov.com",
	  "us-gov-west-1",
	  { "iam.us-gov.amazonaws.com", "iam.us-gov.amazonaws.com",
	    "iam.us-gov.api.aws", "iam.us-gov.api.aws" } },
	{ "aws-eusc",
	  { "eusc-de" },
	  "amazonaws.eu",
	  "api.amazonwebservices.eu",
	  "eusc-de-east-1",
	  "eusc-de-east-1",
	  "amazonaws-eusc.eu",
	  NULL,
	  { "iam.eusc-de-east-1.amazonaws.eu", "iam-fips.amazonaws.eu",
	    "iam.global.api.amazonwebservices.eu",
	    "iam-fips.api.amazonwebservices.eu" } },
	{ "aws-iso",
	  { "us-iso" },
	  "c2s.ic.gov",
	  "api.aws.ic.gov",
	  "us-iso-east-1",
	  "us-iso-east-1",
	  "c2shome.ic.gov",
	  NULL,
	  { "iam.us-iso-east-1.c2s.ic.gov", "iam-fips.us-iso-east-1.c2s.ic.gov",
	    "iam.api.aws.ic.gov", "iam-fips.api.aws.ic.gov" } },
	{ "aws-iso-b",
	  { "us-isob" },
	  "sc2s.sgov.gov",
	  "api.aws.scloud",
	  "us-isob-east-1",
	  "us-isob-east-1",
	  "sc2shome.sgov.gov",
	  NULL,
	  { "iam.us-isob-east-1.sc2s.sgov.gov",
	    "iam-fips.us-isob-east-1.sc2s.sgov.gov", "iam.api.aws.scloud",
	    "iam-fips.api.aws.scloud" } },
	{ "aws-iso-e",
	  { "eu-isoe" },
	  "cloud.adc-e.uk",
	  "api.cloud-aws.adc-e.uk",
	  "eu-isoe-west-1",
	  "eu-isoe-west-1",
	  "csphome.adc-e.uk",
	  NULL,
	  { "iam.eu-isoe-west-1.cloud.adc-e.uk", "iam-fips.cloud.adc-e.uk",
	    "iam.api.cloud-aws.adc-e.uk", "iam-fips.api.cloud-aws.adc-e.uk" } },
	{ "aws-iso-f",
	  { "us-isof" },
	  "csp.hci.ic.gov",
	  "api.aws.hci.ic.gov",
	  "us-isof-south-1",
	  "us-isof-south-1",
	  "csphome.hci.ic.gov",
	  NULL,
	  { "iam.us-isof-south-1.csp.hci.ic.gov", "iam-fips.csp.hci.ic.gov",
	    "iam.api.aws.hci.ic.gov", "iam-fips.api.aws.hci.ic.gov" } },
};

#define N_PARTITIONS (sizeof(partitions) / sizeof(partitions[0]))

/*
 * Regions for which sts_regional_endpoints = legacy means the global endpoint.
 */
static const char *const legacy_regions[] = {
	"ap-northeast-1", "ap-south-1",   "ap-southeast-1", "ap-southeast-2",
	"ca-central-1",   "eu-central-1", "eu-north-1",     "eu-west-1",
	"eu-west-2",      "eu-west-3",    "sa-east-1",      "us-east-1",
	"us-east-2",      "us-west-1",    "us-west-2",
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter_or_digit(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c);
}

/* Tests for "-WORD-DIGITS", the rest of a region after its prefix. */
static bool is_tail(const char *text)
{
	const char *word = text + 1;
	const char *digits;

	if (*text != '-')
		return false;
	for (text = word; is_letter_or_digit(*text) || *text == '_';)
		text++;
	if (text == word || *text != '-')
		return false;
	for (digits = ++text; is_digit(*text);)
		text++;
	return text > digits && *text == '\0';
}

/*
 * Tests for a partition's name for its global services, such as
 * "aws-cn-global".
 */
static bool is_pseudo(const struct partition *p, const char *region)
{
	size_t name = strlen(p->name);

	return strncmp(region, p->name, name) == 0 &&
	       strcmp(region + name, "-global") == 0;
}

static bool is_in(const struct partition *p, const char *region)
{
	for (size_t i = 0; i < PREFIXES_MAX && p->prefixes[i]; i++) {
		size_t len = strlen(p->prefixes[i]);

		if (strncmp(region, p->prefixes[i], len) == 0 &&
		    is_tail(region + len))
			return true;
	}
	return is_pseudo(p, region);
}

static const struct partition *partition_of(const char *region)
{
	for (size_t i = 0; region && i < N_PARTITIONS; i++)
		if (is_in(&partitions[i], region))
			return &partitions[i];
	return &partitions[0];
}

static bool is_label(const char *text)
{
	size_t len = 0;

	while (is_letter_or_digit(text[len]) || text[len] == '-')
		len++;
	return text[len] == '\0' && len > 0 && len <= LABEL_MAX &&
	       text[0] != '-' && text[len - 1] != '-';
}

static bool is_legacy(const char *region)
{
	for (size_t i = 0;
	     i < sizeof(legacy_regions) / sizeof(legacy_regions[0]); i++)
		if (strcmp(region, legacy_regions[i]) == 0)
			return true;
	return false;
}

static bool no_memory(struct error *err)
{
	return error_memory(err);
}

static bool is_global(const char *region)
{
	return !region || strcmp(region, GLOBAL_REGION) == 0;
}

/* Returns the region that requests are signed for, also for a pseudo region. */
static const char *real_region(const struct partition *p, const char *region)
{
	return !region || is_pseudo(p, region) ? p->global_region : region;
}

static const char *signing_region(enum aws_service service,
				  const struct partition *p, const char *region)
{
	if (service == AWS_IAM)
		return p->iam_region;
	return service == AWS_ORGANIZATIONS ? p->global_region
					    : real_region(p, region);
}

const char *endpoint_web_host(const char *name, const char *region,
			      struct arena *arena)
{
	const struct partition *p = partition_of(region);

	region = real_region(p, region);
	if (p->home_region && strcmp(region, p->home_region) == 0)
		return arena_printf(arena, "%s.%s", name, p->web);
	return arena_printf(arena, "%s.%s.%s", region, name, p->web);
}

static bool custom(enum aws_service service, const struct endpoint_options *o,
		   struct arena *arena, struct endpoint *endpoint,
		   struct error *err)
{
	const struct partition *p = partition_of(o->region);
	size_t len = strlen(o->custom);
	struct uri uri;

	if (service != AWS_SIGNIN && (o->fips || o->dualstack))
		return error_fail(err, REASON_ENDPOINT_CONFLICT,
				  .value = o->custom,
				  .other = o->fips ? "FIPS" : "dual-stack");
	if (!uri_split(o->custom, arena, &uri, err))
		return false;
	while (len > 0 && o->custom[len - 1] == '/')
		len--;
	endpoint->url = arena_strndup(arena, o->custom, len);
	endpoint->signing_region = signing_region(service, p, o->region);
	endpoint->reach = endpoint->url;
	return endpoint->url || no_memory(err);
}

static bool iam(const struct endpoint_options *o, struct arena *arena,
		struct endpoint *endpoint, struct error *err)
{
	const struct partition *p = partition_of(o->region);
	int which = (o->fips ? FIPS : 0) + (o->dualstack ? DUALSTACK : 0);

	endpoint->url = arena_printf(arena, "https://%s", p->iam[which]);
	endpoint->signing_region = p->iam_region;
	endpoint->reach = p->name;
	return endpoint->url || no_memory(err);
}

/*
 * Formats "https://NAME[-fips].REGION.SUFFIX"; GovCloud's are FIPS without it.
 */
static bool regional(const char *name, const struct endpoint_options *o,
		     const char *region, struct arena *arena,
		     struct endpoint *endpoint, struct error *err)
{
	const struct partition *p = partition_of(o->region);
	bool gov = strcmp(p->name, "aws-us-gov") == 0;

	endpoint->url =
		arena_printf(arena, "https://%s%s.%s.%s", name,
			     o->fips && !(gov && !o->dualstack) ? "-fips" : "",
			     region,
			     o->dualstack ? p->dualstack_suffix : p->suffix);
	endpoint->signing_region = region;
	endpoint->reach = p->name;
	return endpoint->url || no_memory(err);
}

/* Only the aws partition has a global endpoint of STS. */
static bool sts(const struct endpoint_options *o, struct arena *arena,
		struct endpoint *endpoint, struct error *err)
{
	const char *region = real_region(partition_of(o->region), o->region);

	if (!o->fips && !o->dualstack &&
	    (is_global(o->region) || (o->legacy && is_legacy(region)))) {
		endpoint->url = GLOBAL_STS;
		endpoint->signing_region = partitions[0].global_region;
		endpoint->reach = "global";
		return true;
	}
	return regional("sts", o, region, arena, endpoint, err);
}

/*
 * Each partition has one endpoint, which signs for the partition's own region;
 * the FIPS hosts of China and of the isolated partitions have the given region
 * in their names.
 */
static bool organizations(const struct endpoint_options *o, struct arena *arena,
			  struct endpoint *endpoint, struct error *err)
{
	const struct partition *p = partition_of(o->region);
	bool given = o->fips && !o->dualstack && p != &partitions[0] &&
		     strcmp(p->name, "aws-us-gov") != 0;

	return regional("organizations", o,
			given ? real_region(p, o->region) : p->global_region,
			arena, endpoint, err);
}

/* Signing in has no FIPS or dual-stack host. */
static bool signin(const char *region, struct arena *arena,
		   struct endpoint *endpoint, struct error *err)
{
	const char *host = endpoint_web_host("signin", region, arena);

	endpoint->url = host ? arena_printf(arena, "https://%s", host) : NULL;
	endpoint->signing_region = region;
	endpoint->reach = partition_of(region)->name;
	return endpoint->url || no_memory(err);
}

/*
 * The hosts of tokens have the region in any partition: botocore's endpoint
 * rules of signin.
 */
static bool aws_login(const struct endpoint_options *o, const char *region,
		      struct arena *arena, struct endpoint *endpoint,
		      struct error *err)
{
	const struct partition *p = partition_of(region);
	bool gov = strcmp(p->name, "aws-us-gov") == 0;

	if (o->dualstack || (o->fips && !gov))
		return regional("signin", o, region, arena, endpoint, err);
	if (o->fips && strcmp(region, p->home_region) == 0)
		endpoint->url =
			arena_printf(arena, "https://signin-fips.%s", p->web);
	else
		endpoint->url =
			arena_printf(arena, "https://%s.signin%s.%s", region,
				     o->fips ? "-fips" : "", p->web);
	endpoint->signing_region = region;
	endpoint->reach = p->name;
	return endpoint->url || no_memory(err);
}

const char *endpoint_service_name(enum aws_service service)
{
	static const char *const names[] = {
		[AWS_STS] = "sts",
		[AWS_IAM] = "iam",
		[AWS_ORGANIZATIONS] = "organizations",
		[AWS_SSO] = "sso",
		[AWS_SSO_OIDC] = "sso_oidc",
		[AWS_SIGNIN] = "signin",
		[AWS_LOGIN] = "signin",
	};

	return names[service];
}

static bool own(enum aws_service service, const struct endpoint_options *o,
		struct arena *arena, struct endpoint *endpoint,
		struct error *err)
{
	const char *region = real_region(partition_of(o->region), o->region);

	switch (service) {
	case AWS_STS:
		return sts(o, arena, endpoint, err);
	case AWS_IAM:
		return iam(o, arena, endpoint, err);
	case AWS_ORGANIZATIONS:
		return organizations(o, arena, endpoint, err);
	case AWS_SSO:
		return regional("portal.sso", o, region, arena, endpoint, err);
	case AWS_SIGNIN:
		return signin(region, arena, endpoint, err);
	case AWS_LOGIN:
		return aws_login(o, region, arena, endpoint, err);
	case AWS_SSO_OIDC:
		break;
	}
	return regional("oidc", o, region, arena, endpoint, err);
}

bool endpoint_for(enum aws_service service,
		  const struct endpoint_options *options, struct arena *arena,
		  struct endpoint *endpoint, struct error *err)
{
	if (options->region && !is_label(options->region))
		return error_fail(err, REASON_BAD_VALUE,
				  .value = options->region,
				  .expected = EXPECTED_REGION);
	if (options->custom)
		return custom(service, options, arena, endpoint, err);
	return own(service, options, arena, endpoint, err);
}

static bool is_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static bool is_known(const struct endpoint_known *known,
		     enum aws_service service,
		     const struct endpoint_options *options)
{
	return known->endpoint.url && known->service == service &&
	       known->options.fips == options->fips &&
	       known->options.dualstack == options->dualstack &&
	       known->options.legacy == options->legacy &&
	       is_text(known->options.region, options->region) &&
	       is_text(known->options.custom, options->custom);
}

/* Finds the only place where an endpoint may be known. */
static struct endpoint_known *
place(struct endpoint_memo *memo, enum aws_service service, const char *region)
{
	unsigned sum = 0;

	for (; region && *region != '\0'; region++)
		sum = (sum * 3 + (unsigned char)*region) % 4096;
	return &memo->known[(2 * sum + (unsigned)service) % ENDPOINT_MEMO];
}

bool endpoint_for_many(enum aws_service service,
		       const struct endpoint_options *options,
		       struct endpoint_memo *memo, struct endpoint *endpoint,
		       struct error *err)
{
	struct endpoint_known *known = place(memo, service, options->region);
	struct endpoint_known made = { service, *options, { 0 } };

	if (!is_known(known, service, options)) {
		if (!endpoint_for(service, options, memo->arena, &made.endpoint,
				  err))
			return false;
		if (options->custom)
			made.options.custom =
				arena_strdup(memo->arena, options->custom);
		if (options->custom && !made.options.custom)
			return no_memory(err);
		*known = made;
	}
	*endpoint = known->endpoint;
	return true;
}

const char *endpoint_partition(const char *region)
{
	return partition_of(region)->name;
}

bool endpoint_is_region(const char *region)
{
	for (size_t i = 0; i < N_PARTITIONS; i++)
		if (is_in(&partitions[i], region))
			return true;
	return false;
}

const char *endpoint_global_region(const char *partition)
{
	for (size_t i = 0; i < N_PARTITIONS; i++)
		if (strcmp(partition, partitions[i].name) == 0)
			return partitions[i].global_region;
	return partitions[0].global_region;
}

const char *endpoint_custom(const struct endpoint *endpoint)
{
	return endpoint->reach && strstr(endpoint->reach, "://")
		       ? endpoint->reach
		       : NULL;
}
