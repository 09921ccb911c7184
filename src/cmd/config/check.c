#include "check/check.h"

#include <stddef.h>

#include "access/request.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "cmd/cmd_internal.h"
#include "cmd/command.h"
#include "port/world.h"

static const char *plural(size_t n)
{
	return n == 1 ? "" : "s";
}

/* The sum, on stderr: as the failure that errors are, or as a notice. */
static bool sum_up(const struct world *world, const size_t count[2],
		   struct error *err)
{
	size_t errors = count[CHECK_ERROR];
	size_t warnings = count[CHECK_WARNING];

	if (errors > 0 && warnings > 0)
		return error_set(err, ERROR_CONFIG,
				 "%zu error%s, %zu warning%s", errors,
				 plural(errors), warnings, plural(warnings));
	if (errors > 0)
		return error_set(err, ERROR_CONFIG, "%zu error%s", errors,
				 plural(errors));
	if (warnings > 0)
		notice(&world->notices, NOTICE_INFO,
		       "config check: %zu warning%s", warnings,
		       plural(warnings));
	else
		notice(&world->notices, NOTICE_INFO,
		       "config check: no problems found");
	return true;
}

static bool cmd_config_check(const struct request *request,
			     const struct world *world, struct error *err)
{
	size_t count[2];

	return check_files(request, world, false, count, err) &&
	       sum_up(world, count, err);
}

const struct command command_config_check = {
	.name = "config check",
	.summary = "show every problem in the AWS files, with its line",
	.operands = OPERANDS_NONE,
	.asks_nobody = true,
	.help = "Looks at ~/.aws/config and ~/.aws/credentials and prints "
		"each problem as\n\n"
		"    FILE:LINE: error|warning: what is wrong\n\n"
		"An error makes a command fail, lets it run as another than "
		"the file says, or\ngives others a way to the keys.  A warning "
		"is what works here and not with\nevery AWS SDK, or is not "
		"what it looks like.  What concerns a whole file\nstands at "
		"its line 1.  Ends with 3 if there are errors, else with 0.\n"
		"No request is made and nobody is asked.\n"
		"\n  rolekey config check\n",
	.run = cmd_config_check,
};
