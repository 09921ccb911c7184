#ifndef AWS_ARN_H
#define AWS_ARN_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The parts of "arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE" (IAM User Guide,
 * "IAM ARNs").
 */
struct arn {
	char partition[32];
	char service[32];
	char account[16];   /* digits; "aws" for resources of AWS; or "" */
	char resource[600]; /* "role/path/Name" */
};

/* Parses an ARN. Returns false if text is not one. */
bool arn_parse(const char *text, struct arn *arn);

/*
 * Tests whether text is the ARN of an IAM role: service iam, an account,
 * "role/...".
 */
bool arn_is_role(const char *text);

/*
 * Returns the name of a role, user or MFA device: the part of the resource
 * after the last '/'.  Points into arn.
 */
const char *arn_name(const struct arn *arn);

#endif
