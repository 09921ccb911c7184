#include "check/check.h"

#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "check/check_internal.h"

static const enum config_file both[] = { CONFIG_FILE, CREDENTIALS_FILE };

static bool begin(struct check *c, const struct check_input *input,
		  struct arena *arena, struct error *err)
{
	*c = (struct check){ .input = input,
			     .findings = arena,
			     .arena = arena_new() };
	for (size_t i = 0; i < 2; i++)
		c->files[i].path = input->files[i].path;
	c->config = c->arena ? aws_config_new(c->arena) : NULL;
	return c->config || error_memory(err);
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
	for (size_t i = 0; i < 2; i++)
		secbuf_free(c->files[i].copy);
}

bool check_run(const struct check_input *input, struct arena *arena,
	       struct findings *findings, struct error *err)
{
	struct check c;
	bool ok;

	*findings = (struct findings){ 0 };
	ok = begin(&c, input, arena, err) && check_file(&c, CONFIG_FILE, err) &&
	     check_file(&c, CREDENTIALS_FILE, err);
	if (ok) {
		check_each(&c);
		check_together(&c);
		ok = !c.failed || error_memory(err);
	}
	if (ok)
		findings_finish(&c, findings);
	finish(&c);
	return ok;
}
