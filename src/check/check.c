#include "check/check.h"

#include <stddef.h>

#include "access/request.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "check/check_internal.h"
#include "port/world.h"

static const enum config_file both[] = { CONFIG_FILE, CREDENTIALS_FILE };

static bool begin(struct check *c, const struct request *request,
		  const struct world *world, struct error *err)
{
	*c = (struct check){ .request = request,
			     .world = world,
			     .arena = arena_new() };
	c->files[CONFIG_FILE].path = request->config_path;
	c->files[CREDENTIALS_FILE].path = request->credentials_path;
	c->config = c->arena ? aws_config_new(c->arena) : NULL;
	return c->config || findings_no_memory(err);
}

static void check_each(struct check *c)
{
	for (size_t i = 0; i < 2; i++) {
		check_lines(c, both[i]);
		check_sections(c, both[i]);
		check_duplicates(c, both[i]);
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
		ok = !c.failed || findings_no_memory(err);
	}
	count[CHECK_WARNING] = count[CHECK_ERROR] = 0;
	ok = ok && findings_print(&c, quiet, count, err);
	finish(&c);
	return ok;
}
