#ifndef PLAN_CHAIN_H
#define PLAN_CHAIN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attrs.h"
#include "plan/plan.h"

struct arena;
struct aws_config;
struct config_section;
struct config_value;
struct error;

/* Where the chain of a profile starts, and its roles. */
struct chain {
	const char *selected; /* the profile that was asked for */
	const char *profile;  /* the last of the chain, which has the source */
	enum step_kind kind;
	/* The section with static keys that a source may use, or NULL. */
	const struct config_section *keys;
	/*
	 * The line by which a key that is stored for the selected profile is
	 * not used: source_profile, credential_process, ...; or NULL.
	 */
	const struct config_value *by;
	const char *const *roles; /* their ARNs, the selected profile's first */
	size_t n_roles;
	bool without_keys; /* options->without was met: see there */
};

/*
 * Finds the chain of a profile; everything else in its plan may be wrong.
 * Fails as plan_make() does.  Everything the chain points to is in arena,
 * config or options.
 */
bool chain_find(const struct aws_config *config,
		const struct plan_options *options, struct arena *arena,
		struct chain *chain, struct error *err) MUST_CHECK;

/* Would a key that is stored for the selected profile be used? */
bool chain_starts_itself(const struct chain *chain);

/* Are the roles of two chains the same? */
bool chain_same_roles(const struct chain *a, const struct chain *b);

/*
 * Tests whether the chain stays the same if the key of its files is stored for
 * the profile of that section and its lines are removed: then `import` can move
 * it, as far as this chain is concerned.  *moves is false without such a key.
 */
bool chain_moves(const struct aws_config *config,
		 const struct plan_options *options, const struct chain *chain,
		 struct arena *arena, bool *moves,
		 struct error *err) MUST_CHECK;

#endif
