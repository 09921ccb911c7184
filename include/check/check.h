#ifndef CHECK_CHECK_H
#define CHECK_CHECK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attrs.h"

struct error;
struct request;
struct world;

/*
 * An error makes a command fail, makes it do something else than the file says,
 * or gives other users a way to the keys.  A warning works here and not
 * elsewhere, or means something else than it seems to.
 */
enum severity { CHECK_WARNING, CHECK_ERROR };

/*
 * Find the problems in both AWS files and print them to the world's output as
 * "FILE:LINE: SEVERITY: TEXT", unless quiet.  count[] is indexed by severity.
 * Fails if the files cannot be read for want of memory or by a system error; a
 * problem in them is a finding, not a failure.
 */
bool check_files(const struct request *request, const struct world *world,
		 bool quiet, size_t count[2], struct error *err) MUST_CHECK;

#endif
