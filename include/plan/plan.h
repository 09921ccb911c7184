#ifndef PLAN_PLAN_H
#define PLAN_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aws/endpoint.h"
#include "aws/trust.h"
#include "base/attrs.h"
#include "base/error.h"

struct arena;
struct aws_config;
struct config_section;
struct config_value;

/*
 * Derives the steps to a profile's credentials before anything is done: no
 * keyring is opened, no clock is read, no code is asked for and no request is
 * sent.  The credentials of each step sign the request of the next.
 */
enum step_kind {
	STEP_STORED_KEY, /* in the keyring, or else in the files */
	STEP_STATIC_KEY, /* in the files, whatever is stored */
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
 * Returns the name of a step in `explain --json`: the API's name, or
 * "StoredKey", "StaticKey", "Process", "AssumeRoleWithWebIdentity", "SSO",
 * "Login", "Environment", "Ec2InstanceMetadata", "EcsContainer".
 */
const char *step_action(enum step_kind kind);

/* IAM Identity Center: what a profile or an [sso-session] section names. */
struct plan_sso {
	const char *session;   /* of the section; NULL for an older profile */
	const char *start_url; /* as configured */
	const char *region;    /* sso_region */
	const char *scopes;    /* sso_registration_scopes, or NULL */
	const char *account;   /* sso_account_id and sso_role_name; or NULL */
	const char *role;
	struct endpoint oidc;   /* signs in */
	struct endpoint portal; /* gives the credentials of roles */
};

/* A session of `aws login`. */
struct plan_login {
	const char *session; /* login_session: an ARN */
	bool fips, dualstack;
	/*
	 * Refreshes it.  Its region is a guess: the session's own comes first,
	 * unless the endpoint is custom.
	 */
	struct endpoint endpoint;
};

struct step {
	enum step_kind kind;
	const char *profile;      /* the profile that defines the step */
	const char *source;       /* profile whose credentials sign, or NULL */
	const char *role_arn;     /* NULL unless a role is assumed */
	const char *session_name; /* as configured, or NULL */
	const char *sso_role;     /* IAM Identity Center's name, or NULL */
	const char *external_id;
	const char *source_identity;
	const char *session_tags;    /* "k=v,k2=v2" as configured, or NULL */
	const char *transitive_tags; /* "k,k2" as configured, or NULL */
	const char *policy_arns;     /* rolekey_policy_arns, or NULL */
	const char *mfa_serial;      /* NULL: no code is sent */
	int64_t duration;            /* seconds; 0 if it does not apply */
	const char *why;             /* origin of the duration, for the user */
	const char *region;          /* as configured; NULL if unknown */
	struct endpoint endpoint;    /* url NULL where no request is made */
	bool cached;                 /* its result is cached */
	/* First step only: static keys in the files, or NULL. */
	const struct config_section *keys;
	/* First step only: the line that names its source, or NULL. */
	const struct config_value *by;
	const struct plan_sso *sso;     /* of a first SSO, or NULL */
	const struct plan_login *login; /* of a first Login, or NULL */
	/* Of a first Ec2InstanceMetadata, as configured, or NULL. */
	const char *metadata_endpoint;
	const char *metadata_mode;
};

/*
 * A variable that exec and export set because the command does not read the
 * profile: the endpoints and the region of its requests.
 */
struct plan_variable {
	const char *name;  /* "AWS_ENDPOINT_URL", or a mark (base/mark.h), or
			      NULL: there is only a key */
	const char *value; /* in one line */
	const char *key;   /* in a section of the AWS files, or NULL */
};

struct plan {
	const char *profile;
	const char *account;     /* of the last role, or NULL */
	const char *region;      /* for the child, or NULL */
	const char *region_from; /* "--region", "AWS_REGION", "profile", ... */
	const char *mfa_serial;  /* the device of the chain, or NULL */
	bool no_code; /* an empty mfa_serial says that none is to be sent */
	const char *mfa_from; /* "AWS_MFA_SERIAL", "profile testing", ... */
	const char
		*mfa_process; /* a shell command that gives a code, or NULL */
	const char *mfa_process_file; /* the file that sets it */
	const char *expect_account;   /* rolekey_expect_account, or NULL */
	bool confirm;                 /* rolekey_confirm */
	bool read_only; /* the last role has the policy ReadOnlyAccess only */
	const char *own_policies; /* rolekey_policy_arns that it replaces */
	/*
	 * The long-lived key itself assumes the only role, with the code, so
	 * that the role may last more than an hour.
	 */
	bool direct;
	/* Why there are no credentials if no key is stored: a first StoredKey. */
	struct error_facts no_key;
	bool movable; /* `import` can move its key from the files: chain_moves() */
	const struct step *steps;
	size_t n_steps;                     /* at least one */
	const struct error_facts *warnings; /* for notice_fact(), when used */
	size_t n_warnings;
	const struct error_facts *notes; /* explain shows these, too */
	size_t n_notes;
	struct endpoint iam; /* for ListMFADevices */
	struct endpoint sts; /* for GetCallerIdentity */
	int max_attempts;    /* of a request; 0: the default of api/caller.h */
	struct trust trust;  /* for all requests */
	const struct plan_variable *variables; /* none if options.brief */
	size_t n_variables;
	/* A warning for exec and export: [default] has an endpoint. Or NULL. */
	const struct error_facts *default_endpoint;
};

/* Input of the planner, which reads nothing itself. */
struct plan_options {
	const char *profile;
	int64_t duration;         /* -d, seconds, or 0 */
	int64_t session_duration; /* setting, seconds */
	int64_t role_duration;    /* setting, seconds, or 0 */
	bool one_hour;        /* a longer role was denied: access/remedy.h */
	bool no_session;      /* -n */
	const char *region;   /* --region, or NULL */
	const char *role_arn; /* a role that the profile's credentials assume
				 at the end; or NULL */
	const char *reason;   /* --reason, or NULL */
	bool read_only;       /* --read-only */
	bool no_read_only;    /* --no-read-only: despite rolekey_read_only */
	bool brief;           /* one of many: see profile_resolve() */
	struct endpoint_memo *memo; /* of many plans, or NULL */
	/* A section that is read as if it had no static keys, or NULL. */
	const struct config_section *without;
	char *const *environment; /* AWS_* overrides */
};

/*
 * Makes the plan for a profile.  Everything it points to is in arena, config,
 * options or their memo.  Fails with ERROR_CONFIG, with path and line if a line is the
 * reason: a missing profile (REASON_NO_SUCH_PROFILE, with the closest names), a
 * cycle of source or included profiles (with its path), a role without a
 * source, an incomplete key, an invalid ARN or duration; or with ERROR_MEMORY.
 */
bool plan_make(const struct aws_config *config,
	       const struct plan_options *options, struct arena *arena,
	       struct plan *plan, struct error *err) MUST_CHECK;

/*
 * Makes the plan of the other mode from a plan that succeeded: with --read-only
 * if it is not read-only, else with --no-read-only.  Returns false with err
 * unchanged if that mode is not possible, or with ERROR_MEMORY.  Only the steps
 * and read_only are those of the other mode; both plans share the rest.
 */
bool plan_read_only_other(const struct plan *plan, struct arena *arena,
			  struct plan *other, struct error *err) MUST_CHECK;

/*
 * Fills only plan->sts, iam, region, max_attempts and trust, for a profile
 * that may have no section: `add` needs endpoints before there is one.
 */
bool plan_endpoints(const struct aws_config *config,
		    const struct plan_options *options, struct arena *arena,
		    struct plan *plan, struct error *err) MUST_CHECK;

/*
 * Finds the endpoint where the console's sign-in tokens are made, for a profile
 * that has a section.  Fails like plan_make().
 */
bool plan_signin(const struct aws_config *config,
		 const struct plan_options *options, struct arena *arena,
		 struct endpoint *endpoint, struct error *err) MUST_CHECK;

/* Finds the endpoint of AWS Organizations, in the same way. */
bool plan_organizations(const struct aws_config *config,
			const struct plan_options *options, struct arena *arena,
			struct endpoint *endpoint,
			struct error *err) MUST_CHECK;

/*
 * Describes the section [sso-session NAME], without account and role; the name
 * is options->profile.  Also sets
 * max_attempts and trust of plan.  ERROR_CONFIG: NO_SUCH_SECTION, MISSING_KEY.
 */
bool plan_sso_session(const struct aws_config *config,
		      const struct plan_options *options, struct arena *arena,
		      struct plan *plan, struct plan_sso *sso,
		      struct error *err) MUST_CHECK;

#endif
