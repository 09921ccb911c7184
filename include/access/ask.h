#ifndef ACCESS_ASK_H
#define ACCESS_ASK_H

#include <stdbool.h>

#include "base/attrs.h"

struct error;
struct world;

/* Asks a yes-or-no question. *yes is true for "y" or "yes", in any case. */
bool ask_confirm(const struct world *world, const char *question, bool *yes,
		 struct error *err) MUST_CHECK;

#endif
