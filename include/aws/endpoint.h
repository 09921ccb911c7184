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
	AWS_SIGNIN,   /* federation of the console; not signed */
	AWS_LOGIN,    /* the tokens of `aws login`; not signed */
};

/*
 * Returns "sts", "iam", "organizations", "sso", "sso_oidc" or, for both of the
 * last, "signin": the key in a [services] section and, where requests are signed,
 * the signing name.
 */
const char *endpoint_service_name(enum aws_service service);

struct endpoint_options {
	const char *region; /* NULL if no region is known */
	const char *custom; /* URL from environment or config, or NULL */
	bool fips;
	bool dualstack;
	bool legacy; /* sts_regional_endpoints = legacy */
};

struct endpoint {
	const char *url;            /* with scheme, without a trailing '/' */
	const char *signing_region; /* region in the scope of SigV4 */
	/*
	 * Where credentials that STS issues at this endpoint are valid: the
	 * name of the partition, because those of one region are valid in all
	 * of them; "global" for the global endpoint, whose credentials are not;
	 * the URL of a custom endpoint.
	 */
	const char *reach;
};

/*
 * Determines the endpoint of a service ("AWS STS Regional endpoints" and
 * "Service-specific endpoints", SDKs and Tools Reference Guide; endpoint rules
 * of botocore).  Without a region: the global endpoint of the aws partition, or
 * us-east-1.  Texts are in arena or constant.  ERROR_CONFIG for a custom
 * endpoint with FIPS or dual-stack, and for a region that is not a valid host
 * label; ERROR_MEMORY.
 */
bool endpoint_for(enum aws_service service,
		  const struct endpoint_options *options, struct arena *arena,
		  struct endpoint *endpoint, struct error *err) MUST_CHECK;

#define ENDPOINT_MEMO 16

/*
 * Endpoints that were determined before, for the many profiles of a file: most
 * of them have the same few.  The texts are in arena, which must live as long.
 */
struct endpoint_memo {
	struct arena *arena;
	struct endpoint_known {
		enum aws_service service;
		struct endpoint_options options;
		struct endpoint endpoint; /* without a url: none is known */
	} known[ENDPOINT_MEMO];
};

/*
 * Does the same as endpoint_for(), from memo if it is known there.  The region
 * must live as long as memo.
 */
bool endpoint_for_many(enum aws_service service,
		       const struct endpoint_options *options,
		       struct endpoint_memo *memo, struct endpoint *endpoint,
		       struct error *err) MUST_CHECK;

/*
 * Returns the URL of a custom endpoint, or NULL for AWS's own.  What a custom
 * endpoint says holds there only.
 */
const char *endpoint_custom(const struct endpoint *endpoint);

/*
 * Returns the name of a region's partition, "aws" if the region is unknown.
 * Constant.
 */
const char *endpoint_partition(const char *region);

/*
 * Returns the host of the console or of its sign-in, in arena: name is
 * "console" or "signin".  The hosts of a partition's first region have no region
 * in them.  region may be NULL.  NULL when out of memory.
 */
const char *endpoint_web_host(const char *name, const char *region,
			      struct arena *arena);

/*
 * Tests whether a name has the form of a partition's regions, or is
 * "aws-global" or similar.
 */
bool endpoint_is_region(const char *region);

/*
 * Returns the region that requests to a partition's global services are signed
 * for: "us-east-1" for "aws".
 */
const char *endpoint_global_region(const char *partition);

#endif
