#ifndef AWS_ARN_H
#define AWS_ARN_H

#include <stdbool.h>
#include <stddef.h>

/* "arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE" (IAM User Guide, ARNs). */
struct arn {
	char partition[32];
	char service[32];
	char account[16];   /* digits; "aws" for what AWS owns; or "" */
	char resource[600]; /* "role/path/Name" */
};

/* False if text is no ARN. */
bool arn_parse(const char *text, struct arn *arn);

/* An IAM role's ARN: service iam, an account, "role/...". */
bool arn_is_role(const char *text);

/*
 * The name of a role, a user or an MFA device: what stands behind the last
 * '/' of the resource.  Points into arn.
 */
const char *arn_name(const struct arn *arn);

#endif
