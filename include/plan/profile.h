#ifndef PLAN_PROFILE_H
#define PLAN_PROFILE_H

#include <stdbool.h>

#include "base/attrs.h"

struct arena;
struct aws_config;
struct config_section;
struct config_value;
struct error;

/*
 * A profile with the sections that it inherits from: `include_profile` hands on
 * every key that the profile does not set itself, over any number of profiles.
 */
struct profile {
	const char *name;
	const struct config_section *const *sections; /* its own first */
	unsigned n_sections;
};

/*
 * Resolves a profile and its includes.  ERROR_CONFIG if there is no such
 * profile (REASON_NO_SUCH_PROFILE, with the closest names), or if its includes
 * form a cycle (with its path) or name a missing profile.  With brief, for
 * callers that ask for many profiles, the closest names are not searched for.
 */
bool profile_resolve(const struct aws_config *config, const char *name,
		     bool brief, struct arena *arena, struct profile *profile,
		     struct error *err) MUST_CHECK;

/*
 * Return the value of a key, its own or inherited; NULL if it is missing or
 * empty.  An empty value stops inheritance.
 */
const struct config_value *profile_value(const struct profile *profile,
					 const char *key);
const char *profile_text(const struct profile *profile, const char *key);

/* The same, and the section that sets it: NULL if it is missing or empty. */
const struct config_value *profile_find(const struct profile *profile,
					const char *key,
					const struct config_section **section);

/* Tests whether the key is set and empty, which stops inheritance. */
bool profile_is_empty(const struct profile *profile, const char *key);

/* Returns the section that sets profile_value(), or NULL. */
const struct config_section *profile_section(const struct profile *profile,
					     const char *key);

#endif
