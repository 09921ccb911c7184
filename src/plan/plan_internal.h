#ifndef PLAN_PLAN_INTERNAL_H
#define PLAN_PLAN_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aws/config.h"
#include "base/attrs.h"
#include "base/error.h"
#include "plan/plan.h"
#include "plan/profile.h"

/* A text and who said it: an option, a variable or a line of the files. */
struct said {
	const char *text; /* NULL: nobody; then the rest is nothing */
	const char *by;   /* "--region", "AWS_REGION", or the key */
	const struct config_value *value;     /* NULL unless a line */
	const struct config_section *section; /* whose line */
};

/*
 * The sections that a walk along source_profile or include_profile has passed.
 * It is in a circle when it comes where mark is again (Brent's algorithm: so a
 * walk of any length costs no look back over all of it).
 */
struct trail {
	const struct config_section **at;
	size_t n;
	size_t mark;
};

bool cycle_add(struct trail *trail, const struct config_section *section,
	       struct arena *arena, struct error *err) MUST_CHECK;
bool cycle_is_closed(const struct trail *trail);

/* Cut it behind the first section that is there twice. */
void cycle_cut(struct trail *trail);

#define TRAIL_LEN 500 /* bytes; of more the middle is left out */

/* "a -> b -> a" */
void cycle_show(const struct trail *trail, char out[static TRAIL_LEN]);

/* A profile on the way from the selected one to its credentials. */
struct link {
	struct profile profile;
	const char *role_arn; /* NULL: no role is taken here */
};

/* Where the chain begins: at the last link. */
struct base {
	enum step_kind kind;
	const struct config_section *keys; /* static ones, or NULL */
};

struct planner {
	const struct aws_config *config;
	const struct plan_options *options;
	struct arena *arena;
	struct plan *plan;
	struct link *links; /* the selected profile first */
	size_t n_links;
	struct trail trail; /* of the links' own sections */
	struct base base;
	struct said serial; /* of the MFA device that the chain would use */
	struct said region;
	struct step *steps;
	struct error *warnings;
	struct error *notes;
};

/* What is "" counts as not said. */
struct said resolve_option(const char *name, const char *text);
struct said resolve_env(const struct planner *p, const char *name);
struct said resolve_key(const struct profile *profile, const char *key);
struct said resolve_first(struct said a, struct said b);

/*
 * "-d", "AWS_REGION", or "profile NAME" in the arena; NULL when out of memory.
 */
const char *resolve_origin(const struct planner *p, const struct said *said);

/* "KEY of profile NAME" for a line, else as above. */
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

/* Adds the setting's name and line to what err has. Returns false. */
bool resolve_add(const struct said *said, struct error *err);

/* false unless it says so; an error if it is neither. */
bool resolve_bool(const struct said *said, bool *value, struct error *err);

/* Add a fact to the plan: planner_note(p, err, REASON_X, .profile = name). */
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

/* Follow the sources: fills links and base.  Wants plan->region. */
bool chain_resolve(struct planner *p, struct error *err) MUST_CHECK;

/* Region and endpoints of the selected profile. */
bool region_resolve(struct planner *p, const struct profile *profile,
		    struct error *err) MUST_CHECK;
bool region_endpoints(struct planner *p, const struct profile *profile,
		      struct error *err) MUST_CHECK;

/* How long a session shall live, and who wants it. */
struct wanted {
	int64_t seconds;
	const char *why;
};

#define CHAINED_MAX 3600 /* s: AWS's limit for chained roles */

bool duration_session(struct planner *p, bool last, struct wanted *wanted,
		      struct error *err) MUST_CHECK;
bool duration_role(struct planner *p, const struct link *link,
		   struct wanted *wanted, struct error *err) MUST_CHECK;

/* Is it a text that goes with AssumeRole: checks and fills what step says. */
bool assume_role_fill(struct planner *p, const struct link *link,
		      struct step *step, struct error *err) MUST_CHECK;
bool assume_role_check_serial(const struct said *serial,
			      struct error *err) MUST_CHECK;

#endif
