#ifndef PLAN_SOURCE_H
#define PLAN_SOURCE_H

#include "plan/profile.h"

struct config_value;

/*
 * Knows which keys of the AWS files name a source of credentials.  This is the
 * only list of them: everybody who asks where a profile's credentials come from
 * asks here, or makes a plan.
 */
enum source_use {
	SOURCE_KEYS = 1 << 0,         /* an access key in the files */
	SOURCE_SSO_ROLE = 1 << 1,     /* IAM Identity Center: account, role */
	SOURCE_SSO = 1 << 2,          /* IAM Identity Center: the portal */
	SOURCE_LOGIN = 1 << 3,        /* login_session */
	SOURCE_PROCESS = 1 << 4,      /* credential_process */
	SOURCE_WEB_IDENTITY = 1 << 5, /* for a role only */
	SOURCE_ELSEWHERE = 1 << 6,    /* credential_source */
	SOURCE_PROFILE = 1 << 7,      /* source_profile */
	SOURCE_ROLE = 1 << 8, /* a role is not a source, but needs one */
};

/* The sources, except static keys, of a profile that assumes no role. */
#define SOURCE_OWN \
	(SOURCE_SSO_ROLE | SOURCE_SSO | SOURCE_LOGIN | SOURCE_PROCESS)

/*
 * Returns the value of the first key that names one of the sources, own or
 * inherited; NULL if there is none.
 */
const struct config_value *source_value(const struct profile *profile,
					unsigned uses);

/*
 * Returns the source_profile that is followed from a profile which is a source
 * itself; NULL if the chain ends there.
 */
const struct config_value *source_next(const struct profile *profile);

#endif
