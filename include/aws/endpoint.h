#ifndef AWS_ENDPOINT_H
#define AWS_ENDPOINT_H

#include <stdbool.h>

#include "base/attrs.h"

struct arena;
struct error;

enum aws_service {
	AWS_STS,
	AWS_IAM,
	AWS_ORGANIZATIONS,
	AWS_SSO,      /* IAM Identity Center's portal; not signed */
	AWS_SSO_OIDC, /* its sign-in; not signed */
};

/*
 * "sts", "iam", "organizations", "sso", "sso_oidc": the key in a [services]
 * section and, where requests are signed, the signing name.
 */
const char *endpoint_service_name(enum aws_service service);

struct endpoint_options {
	const char *region; /* NULL: none is known anywhere */
	const char *custom; /* URL from environment or config; NULL: none */
	bool fips;
	bool dualstack;
	bool legacy; /* sts_regional_endpoints = legacy */
};

struct endpoint {
	const char *url;            /* with scheme, without a trailing '/' */
	const char *signing_region; /* region in the scope of SigV4 */
	/*
	 * How far credentials reach that STS gives out there: the partition's
	 * name, since those of one region are good in all; "global" for the
	 * global endpoint's, which are not; of a custom one, its URL.
	 */
	const char *reach;
};

/*
 * Where requests to service go ("AWS STS Regional endpoints" and
 * "Service-specific endpoints", SDKs and Tools Reference Guide; endpoint rules
 * of botocore).  Without a region: the global endpoint of the aws partition, or
 * us-east-1.  Texts are in arena or constants.  ERROR_CONFIG for a custom
 * endpoint with FIPS or dual-stack, and for a region that is not a host label;
 * ERROR_MEMORY.
 */
bool endpoint_for(enum aws_service service,
		  const struct endpoint_options *options, struct arena *arena,
		  struct endpoint *endpoint, struct error *err) MUST_CHECK;

/* The partition of a region ("aws" if it is unknown): a constant. */
const char *endpoint_partition(const char *region);

/* Is it named as a partition's regions are, or "aws-global" and its kin? */
bool endpoint_is_region(const char *region);

/* Where a partition's global services sign, "us-east-1" for "aws". */
const char *endpoint_global_region(const char *partition);

#endif
