#ifndef CMD_GUARD_INTERNAL_H
#define CMD_GUARD_INTERNAL_H

#include <stdbool.h>

#include "base/attrs.h"

struct error;
struct plan;
struct world;

/*
 * Asks for the name of a profile with rolekey_confirm, unless yes.
 * ERROR_PERSON if another name is typed or nobody can be asked.
 */
bool guard_confirm(const struct plan *plan, bool yes, const struct world *world,
		   struct error *err) MUST_CHECK;

#endif
