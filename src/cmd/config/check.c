#include <stddef.h>

#include "access/request.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "check/check_internal.h"
#include "cmd/cmd_internal.h"
#include "cmd/command.h"
#include "port/world.h"

static const enum config_file both[] = { CONFIG_FILE, CREDENTIALS_FILE };

bool check_no_memory(struct error *err)
{
	return error_set(err, ERROR_MEMORY, "no memory to check the files");
}

static bool begin(struct check *c, const struct request *request,
		  const struct world *world, struct error *err)
{
	*c = (struct check){ .request = request,
			     .world = world,
			     .arena = arena_new() };
	c->files[CONFIG_FILE].path = request->config_path;
	c->files[CREDENTIALS_FILE].path = request->credentials_path;
	c->config = c->arena ? aws_config_new(c->arena) : NULL;
	return c->config || check_no_memory(err);
}

static void check_each(struct check *c)
{
	for (size_t i = 0; i < 2; i++) {
		check_lines(c, both[i]);
		check_sections(c, both[i]);
		check_twice(c, both[i]);
		check_keys(c, both[i]);
	}
}

static void check_together(struct check *c)
{
	check_values(c);
	check_chains(c);
	if (c->failed) /* there are no nodes */
		return;
	check_profiles(c);
	check_plans(c);
}

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

static void finish(struct check *c)
{
	arena_free(c->arena);
	for (size_t i = 0; i < 2; i++) {
		secbuf_free(c->files[i].text);
		secbuf_free(c->files[i].copy);
	}
}

bool check_files(const struct request *request, const struct world *world,
		 bool quiet, size_t count[2], struct error *err)
{
	struct check c;
	bool ok;

	ok = begin(&c, request, world, err) &&
	     check_file(&c, CONFIG_FILE, err) &&
	     check_file(&c, CREDENTIALS_FILE, err);
	if (ok) {
		check_each(&c);
		check_together(&c);
		ok = !c.failed || check_no_memory(err);
	}
	count[CHECK_WARNING] = count[CHECK_ERROR] = 0;
	ok = ok && check_print(&c, quiet, count, err);
	finish(&c);
	return ok;
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
