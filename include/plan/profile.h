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
 * ERROR_CONFIG: there is no such profile (REASON_NO_SUCH_PROFILE, with the nearest
 * names), or its includes form a circle (which is named), or name a profile
 * that is not there.  brief: for who asks for many profiles.  What is wrong is
 * said, and no list is looked through for what may be meant.
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

/* Returns the section that sets profile_value(), or NULL. */
const struct config_section *profile_section(const struct profile *profile,
					     const char *key);

#endif
