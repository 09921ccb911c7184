#ifndef AWS_SELECTOR_H
#define AWS_SELECTOR_H

#include <stdbool.h>

#include "base/attrs.h"

/*
 * A profile that is named by its account and role, instead of its name: an
 * account id (also as the console shows it, 1111-2222-3333), ACCOUNT:ROLE, the
 * ARN of a role or of a session of it, the console's switch-role link, a link
 * of the access portal, or the address of a console that has the account in its
 * host (AWS Management Console User Guide, "multi-session support").
 */
struct selector {
	char partition[32]; /* "": any */
	char account[16];   /* 12 digits */
	char role[600];     /* "": any; path and name if whole, else the name */
	bool whole;
};

/* Parses a text.  False if it is none of these. */
bool selector_parse(const char *text, struct selector *selector) MUST_CHECK;

/*
 * Tests a profile's account and role: its ARN, or NULL and the name of a role of
 * IAM Identity Center, or NULL.  account may be NULL.
 */
bool selector_matches(const struct selector *selector, const char *account,
		      const char *role_arn, const char *sso_role);

#endif
