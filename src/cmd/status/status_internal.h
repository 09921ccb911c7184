#ifndef CMD_STATUS_STATUS_INTERNAL_H
#define CMD_STATUS_STATUS_INTERNAL_H

#include <stdbool.h>

#include "base/attrs.h"
#include "cmd/option.h"

struct call;
struct error;

struct world;

struct status_options {
	bool prompt;
};

extern const struct option status_prompt_options[];

/*
 * Returns the profile that a variable of rolekey, or of aws-vault, names; NULL:
 * none.
 */
const char *status_prompt_profile(char *const *environment);

/* Returns when the session in the environment expires, as it says; or NULL. */
const char *status_prompt_expiration(char *const *environment);

/* status --prompt: prints the profile and what is left, from variables alone. */
bool status_prompt_print(const struct call *call, const struct world *world,
			 struct error *err) MUST_CHECK;

#endif
