#ifndef AWS_AESR_H
#define AWS_AESR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attrs.h"
#include "base/view.h"

struct arena;
struct error;

/* A profile of AWS Extend Switch Roles. Texts are in the arena; NULL: not set. */
struct aesr_profile {
	const char *name;
	const char
		*role_arn; /* made of account and role name, if it has these */
	const char *account; /* 12 digits, or an alias */
	const char *role_name;
	const char *source_profile;
	const char *color; /* without "#" */
	const char *image;
	const char *region;
	const char *target_role_name; /* of a base: for its targets */
	const char *target_region;
	unsigned line; /* of its section */
};

/*
 * Reads the configuration text of AWS Extend Switch Roles, as its own parser
 * does (aesr-config, version 0.6): ';' and '#' begin a comment anywhere, and a
 * second '=' ends a value.  Targets get role name and region from their base.
 * ERROR_CONFIG with the line for a text that it refuses: a line that is neither
 * section nor key, an empty value, a key twice, a profile without an account, a
 * source_profile that does not exist; ERROR_MEMORY.
 */
bool aesr_parse(struct view text, struct arena *arena,
		struct aesr_profile **profiles, size_t *n,
		struct error *err) MUST_CHECK;

#endif
