#include "session/source.h"

#include <stddef.h>

#include "base/error.h"
#include "session/source/source_internal.h"

#define NOT_YET(TEXT, NEEDS)                     \
	&(const struct session_source)           \
	{                                        \
		.name = (TEXT), .needs = (NEEDS) \
	}

static const struct session_source *const sources[] = {
	[STEP_STORED_KEY] = &stored_key_source,
	[STEP_STATIC_KEY] = &static_key_source,
	[STEP_PROCESS] = NOT_YET("a credential_process", 0),
	[STEP_WEB_IDENTITY] = NOT_YET("a web identity", SESSION_NEEDS_NETWORK),
	[STEP_SSO] = NOT_YET("IAM Identity Center (SSO)",
			     SESSION_NEEDS_KEYRING | SESSION_NEEDS_NETWORK |
				     SESSION_NEEDS_USER),
	[STEP_LOGIN] = NOT_YET("a login_session",
			       SESSION_NEEDS_NETWORK | SESSION_NEEDS_USER),
	[STEP_ENVIRONMENT] = NOT_YET("the environment", 0),
	[STEP_INSTANCE] =
		NOT_YET("EC2's instance metadata", SESSION_NEEDS_NETWORK),
	[STEP_CONTAINER] = NOT_YET("the container", SESSION_NEEDS_NETWORK),
};

const struct session_source *session_source_find(enum step_kind kind)
{
	return (size_t)kind < sizeof(sources) / sizeof(sources[0])
		       ? sources[kind]
		       : NULL;
}

bool session_source_check(const struct plan *plan, struct error *err)
{
	const struct step *first = &plan->steps[0];
	const struct session_source *source = session_source_find(first->kind);

	return source->load ||
	       error_fail(err, REASON_SOURCE_UNSUPPORTED,
			  .profile = first->profile, .other = source->name);
}

bool session_source_load(const struct plan *plan, const struct world *world,
			 struct session_start *start, struct error *err)
{
	bool ok;

	*start = (struct session_start){ .stored = false };
	ok = session_source_check(plan, err) &&
	     session_source_find(plan->steps[0].kind)
		     ->load(plan, world, start, err);
	if (!ok)
		credentials_clear(&start->creds);
	return ok;
}
