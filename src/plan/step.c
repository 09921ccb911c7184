#include "plan/plan.h"

const char *step_action(enum step_kind kind)
{
	static const char *const names[] = {
		[STEP_STORED_KEY] = "StoredKey",
		[STEP_STATIC_KEY] = "StaticKey",
		[STEP_PROCESS] = "Process",
		[STEP_WEB_IDENTITY] = "AssumeRoleWithWebIdentity",
		[STEP_SSO] = "SSO",
		[STEP_LOGIN] = "Login",
		[STEP_ENVIRONMENT] = "Environment",
		[STEP_INSTANCE] = "Ec2InstanceMetadata",
		[STEP_CONTAINER] = "EcsContainer",
		[STEP_SESSION_TOKEN] = "GetSessionToken",
		[STEP_ASSUME_ROLE] = "AssumeRole",
	};

	return names[kind];
}
