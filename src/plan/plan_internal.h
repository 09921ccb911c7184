#ifndef PLAN_PLAN_INTERNAL_H
#define PLAN_PLAN_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aws/config.h"
#include "base/attrs.h"
#include "base/error.h"
#include "plan/chain.h"
#include "plan/plan.h"
#include "plan/profile.h"

/* A value and its origin: an option, a variable or a line of the files. */
struct said {
	const char *text; /* NULL: not set, like the rest */
	const char *by;   /* "--region", "AWS_REGION", or the key */
	const struct config_value *value;     /* NULL unless a line */
	const struct config_section *section; /* the section of that line */
};

/*
 * The sections visited along source_profile or include_profile.  There is a
 * cycle if the walk comes to mark again (Brent's algorithm, which needs no
 * search through all of them).
 */
struct visited {
	const struct config_section **at;
	size_t n;
	size_t mark;
};

bool cycle_add(struct visited *visited, const struct config_section *section,
	       struct arena *arena, struct error *err) MUST_CHECK;
bool cycle_is_closed(const struct visited *visited);

/* Cuts the list after the first section that occurs twice. */
void cycle_cut(struct visited *visited);

#define CYCLE_TEXT_LEN 500 /* bytes; of more the middle is left out */

/* Formats "a -> b -> a". */
void cycle_show(const struct visited *visited, char out[static CYCLE_TEXT_LEN]);

/* A profile in the chain from the selected one to its credentials. */
struct link {
	struct profile profile;
	const char *role_arn; /* NULL: no role */
	/* Of an ARN that is made of account and name; else NULL. */
	const char *account, *role_name;
};

/* The start of the chain, at the last link. */
struct base {
	enum step_kind kind;
	const struct config_section *keys; /* static keys, or NULL */
	const struct config_value *by;     /* see struct chain */
	bool without_keys;                 /* see struct chain */
	struct error_facts no_key;         /* see struct plan */
};

/* More variables than these are searched for in the whole environment. */
#define PLANNER_VARIABLES 24

struct planner {
	const struct aws_config *config;
	const struct plan_options *options;
	struct arena *arena;
	struct plan *plan;
	struct link *links; /* the selected profile first */
	size_t n_links;
	struct visited visited; /* sections of the links */
	struct base base;
	struct said serial; /* MFA device that the chain would use */
	struct said region;
	struct step *steps;
	struct plan_variable *variables;
	struct error_facts *warnings;
	struct error_facts *notes;
	char *environment[PLANNER_VARIABLES + 1]; /* AWS_* and marks only */
	bool many; /* there are more: they are in options->environment */
};

/* Makes a planner, and an empty plan for it to fill. */
struct planner planner_begin(const struct aws_config *config,
			     const struct plan_options *options,
			     struct arena *arena, struct plan *plan);

/* Returns the variables for mark_env(): those whose names begin with AWS_. */
char *const *planner_environment(const struct planner *p);

/*
 * Treat "" as unset.  A variable that an outer rolekey set is unset, too:
 * base/mark.h.
 */
struct said resolve_option(const char *name, const char *text);
struct said resolve_env(const struct planner *p, const char *name);
struct said resolve_key(const struct profile *profile, const char *key);
struct said resolve_first(struct said a, struct said b);

/*
 * Returns "-d", "AWS_REGION", or "profile NAME" in the arena.  NULL when out of
 * memory.
 */
const char *resolve_origin(const struct planner *p, const struct said *said);

/*
 * Returns "KEY of profile NAME" for a line, else the same as resolve_origin().
 */
const char *resolve_reason(const struct planner *p, const struct said *said);

/*
 * Fails with a reason about a setting, as error_fail() does; adds its name and
 * line.  An option is ERROR_USAGE.
 */
#define resolve_fail(said, err, ...)                             \
	resolve_fail_with((said), (err),                         \
			  &(const struct error_facts){ .reason = \
							       __VA_ARGS__ })
bool resolve_fail_with(const struct said *said, struct error *err,
		       const struct error_facts *facts);

/* The same for the commonest reason: what the text is not. */
bool resolve_bad(const struct said *said, const char *expected,
		 struct error *err);

/* Fails because a setting needs another one of its profile. */
bool resolve_missing(const struct said *said, const char *profile,
		     const char *key, struct error *err);

/* Adds the setting's name and line to what err has. Returns false. */
bool resolve_add(const struct said *said, struct error *err);

/* Parses a boolean, false if unset; an error if it is neither. */
bool resolve_bool(const struct said *said, bool *value, struct error *err);

/*
 * Add a fact to the plan: planner_note(p, err, REASON_X, .profile = name).  Its
 * texts live as long as the plan.
 */
#define planner_warn(p, err, ...)                                \
	planner_warn_with((p), (err),                            \
			  &(const struct error_facts){ .reason = \
							       __VA_ARGS__ })
#define planner_note(p, err, ...)                                \
	planner_note_with((p), (err),                            \
			  &(const struct error_facts){ .reason = \
							       __VA_ARGS__ })
bool planner_warn_with(struct planner *p, struct error *err,
		       const struct error_facts *facts);
bool planner_note_with(struct planner *p, struct error *err,
		       const struct error_facts *facts);

/*
 * Returns the section with static keys: a pair is never combined from two.  A
 * section with empty keys stops their inheritance.
 */
const struct config_section *source_keys(struct planner *p,
					 const struct profile *profile);

/*
 * These set the planner's base; the chain ends there.  by is the line that
 * names the source, or NULL for a stored key.
 */
bool source_begin(struct planner *p, enum step_kind kind,
		  const struct config_value *by);
bool source_begin_at_keys(struct planner *p, const struct config_section *keys,
			  struct error *err) MUST_CHECK;

/*
 * Finds credentials that the profile itself names, in botocore's order.  *found
 * says whether there are any.
 */
bool source_own(struct planner *p, const struct profile *profile, bool *found,
		struct error *err) MUST_CHECK;

/*
 * Handles a profile that is its own source_profile: its static keys or, if
 * there are none, the stored one.
 */
bool source_itself(struct planner *p, const struct profile *profile,
		   const struct said *source, struct error *err) MUST_CHECK;

/*
 * Handles a role that names no source: a key of its own, as for aws-vault.  role
 * is the line with the role.
 */
bool source_of_role(struct planner *p, const struct profile *profile,
		    const struct said *role, struct error *err) MUST_CHECK;

/* Begins at the source that credential_source names. */
bool source_elsewhere(struct planner *p, const struct said *source,
		      struct error *err) MUST_CHECK;

/* Follows the sources and fills links and base. */
bool chain_resolve(struct planner *p, struct error *err) MUST_CHECK;

/* Describes what chain_resolve() found. */
bool chain_describe(const struct planner *p, struct chain *chain,
		    struct error *err) MUST_CHECK;

/* Puts the partition of plan->region into ARNs that are made of names. */
bool chain_name_roles(struct planner *p, struct error *err) MUST_CHECK;

/*
 * Determine region and endpoints of the selected profile. region_resolve() reads
 * what is set for it; region_fall_back() then uses the region of [default], but
 * only in the partition that the ARNs of the links name, or else that
 * partition's own.
 */
bool region_resolve(struct planner *p, const struct profile *profile,
		    struct error *err) MUST_CHECK;
bool region_fall_back(struct planner *p, struct error *err) MUST_CHECK;
bool region_endpoints(struct planner *p, const struct profile *profile,
		      struct error *err) MUST_CHECK;

/* Determines the endpoint of another service. Requires plan->region. */
bool region_service(const struct planner *p, const struct profile *profile,
		    enum aws_service service, struct endpoint *endpoint,
		    struct error *err) MUST_CHECK;

/* The same for a region that the service has of its own. */
bool region_service_in(const struct planner *p, const struct profile *profile,
		       enum aws_service service, const char *region,
		       struct endpoint *endpoint, struct error *err) MUST_CHECK;

/* The same with all options but the URL, which is found here. */
bool region_endpoint(const struct planner *p, const struct profile *profile,
		     enum aws_service service, struct endpoint_options options,
		     struct endpoint *endpoint, struct error *err) MUST_CHECK;

/* Reads whether FIPS and dual-stack endpoints are used. */
bool region_variants(const struct planner *p, const struct profile *profile,
		     struct endpoint_options *options,
		     struct error *err) MUST_CHECK;

/* Fills what a profile says of a session of `aws login`, in the arena. */
bool login_resolve(struct planner *p, const struct profile *profile,
		   struct step *step, struct error *err) MUST_CHECK;

/* Fills what a profile says of IAM Identity Center, in the arena. */
bool sso_resolve(const struct planner *p, const struct profile *profile,
		 const struct plan_sso **sso, struct error *err) MUST_CHECK;

/* Reads ignore_configured_endpoint_urls, or its variable. */
bool region_ignores_endpoints(const struct planner *p,
			      const struct profile *profile, bool *ignored,
			      struct error *err) MUST_CHECK;

/*
 * Limits the last role to AWS's policy ReadOnlyAccess, if --read-only or
 * rolekey_read_only says so.  Requires plan->steps.
 */
bool read_only_apply(struct planner *p, struct error *err) MUST_CHECK;

/*
 * Sends the reason as a session tag or as the source identity of the last role,
 * if rolekey_reason says so.  Requires plan->steps.
 */
bool send_reason_apply(struct planner *p, struct error *err) MUST_CHECK;

/* Fills plan->variables. Requires plan->region and read_only_apply(). */
bool variables_resolve(struct planner *p, const struct profile *profile,
		       struct error *err) MUST_CHECK;

/* A duration and its origin. */
struct wanted {
	int64_t seconds;
	const char *why;
};

bool duration_session(struct planner *p, bool last, struct wanted *wanted,
		      struct error *err) MUST_CHECK;
bool duration_role(struct planner *p, const struct link *link,
		   struct wanted *wanted, struct error *err) MUST_CHECK;

/* Checks and fills the texts that are sent with AssumeRole. */
bool assume_role_fill(struct planner *p, const struct link *link,
		      struct step *step, struct error *err) MUST_CHECK;
bool assume_role_check_serial(const struct said *serial,
			      struct error *err) MUST_CHECK;

#endif
