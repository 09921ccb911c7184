#ifndef ACCESS_CONFIG_CHECK_H
#define ACCESS_CONFIG_CHECK_H

#include <stdbool.h>

#include "base/attrs.h"
#include "check/check.h"

struct arena;
struct error;
struct request;
struct world;

/*
 * Reads both AWS files and checks them (check/check.h).  The keyring is read for
 * the accounts of stored keys, as far as it answers without a question.  The
 * findings are in arena.  A file that cannot be read is a finding; fails if the
 * system or memory fails.
 */
bool config_check_run(const struct request *request, const struct world *world,
		      struct arena *arena, struct findings *findings,
		      struct error *err) MUST_CHECK;

#endif
