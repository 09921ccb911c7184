#ifndef PLAN_PLAN_H
#define PLAN_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aws/endpoint.h"
#include "base/attrs.h"

struct arena;
struct aws_config;
struct config_section;
struct error;

/*
 * From a profile to the steps that end in its credentials, decided before
 * anything is done: no keyring is opened, no clock read, no code asked for, no
 * request sent.  Each step's credentials sign the next step's request.
 */
enum step_kind {
	STEP_STORED_KEY, /* from the keyring, or else keys of the files */
	STEP_STATIC_KEY, /* from the files, no matter what is stored */
	STEP_PROCESS,
	STEP_WEB_IDENTITY,
	STEP_SSO,
	STEP_LOGIN,
	STEP_ENVIRONMENT,
	STEP_INSTANCE,
	STEP_CONTAINER,
	STEP_SESSION_TOKEN, /* GetSessionToken */
	STEP_ASSUME_ROLE    /* AssumeRole */
};

/*
 * What `explain --json` calls it: the API's name, or "StoredKey", "StaticKey",
 * "Process", "AssumeRoleWithWebIdentity", "SSO", "Login", "Environment",
 * "Ec2InstanceMetadata", "EcsContainer".
 */
const char *step_action(enum step_kind kind);

struct step {
	enum step_kind kind;
	const char *profile;      /* whose words these are */
	const char *source;       /* profile whose credentials sign, or NULL */
	const char *role_arn;     /* NULL unless a role is taken */
	const char *session_name; /* as configured, or NULL */
	const char *sso_role;     /* IAM Identity Center's name, or NULL */
	const char *external_id;
	const char *source_identity;
	const char *session_tags;    /* "k=v,k2=v2" as configured, or NULL */
	const char *transitive_tags; /* "k,k2" as configured, or NULL */
	const char *policy_arns;     /* rolekey_policy_arns, or NULL */
	const char *mfa_serial;      /* NULL: no code goes with this request */
	int64_t duration;            /* seconds; 0 where it means nothing */
	const char *why;             /* of the duration, for people */
	const char *region;          /* as configured; NULL if unknown */
	struct endpoint endpoint;    /* url NULL where no request is made */
	bool cached;                 /* its result is kept between runs */
	/* First step only: static keys of the files, if there are any. */
	const struct config_section *keys;
};

struct plan {
	const char *profile;
	const char *account;     /* of the last role, or NULL */
	const char *region;      /* for the child, or NULL */
	const char *region_from; /* "--region", "AWS_REGION", "profile", ... */
	const char *mfa_serial;  /* the device of the chain, or NULL */
	const char *mfa_from;    /* "AWS_MFA_SERIAL", "profile testing", ... */
	const char
		*mfa_process; /* a shell command that gives a code, or NULL */
	const char *mfa_process_file; /* where that stands */
	const char *expect_account;   /* rolekey_expect_account, or NULL */
	bool confirm;                 /* rolekey_confirm */
	const struct step *steps;
	size_t n_steps;               /* at least one */
	const struct error *warnings; /* for notice_error() when it is used */
	size_t n_warnings;
	const struct error *notes; /* what explain shows beside them */
	size_t n_notes;
	struct endpoint iam; /* for ListMFADevices */
	struct endpoint sts; /* for GetCallerIdentity */
	int max_attempts;    /* of a request; 0: the default of api/caller.h */
	const char *ca_bundle; /* whom requests trust, or NULL */
};

/* What the planner must be told, since it looks at nothing itself. */
struct plan_options {
	const char *profile;
	int64_t duration;         /* -d, seconds, or 0 */
	int64_t session_duration; /* setting, seconds */
	int64_t role_duration;    /* setting, seconds, or 0 */
	bool one_hour;            /* a role of more was denied: see mend.h */
	bool no_session;          /* -n */
	const char *region;       /* --region, or NULL */
	bool brief;               /* one of many: see profile_resolve() */
	char *const *environment; /* AWS_* overrides are taken from here */
};

/*
 * Everything that plan points to lies in arena, config or options.  Fails with
 * ERROR_CONFIG, with FILE:LINE where a line is to blame: no such profile (the
 * nearest are named: REASON_NO_SUCH_PROFILE), a circle of source or included
 * profiles (its path is named), a role without a source, a part of a key, a
 * text that is no ARN or duration; or ERROR_MEMORY.
 */
bool plan_make(const struct aws_config *config,
	       const struct plan_options *options, struct arena *arena,
	       struct plan *plan, struct error *err) MUST_CHECK;

/*
 * A profile that may have no section: `add` needs endpoints before there is
 * one.  Only plan->sts, iam, region, max_attempts and ca_bundle are filled.
 */
bool plan_endpoints(const struct aws_config *config,
		    const struct plan_options *options, struct arena *arena,
		    struct plan *plan, struct error *err) MUST_CHECK;

#endif
