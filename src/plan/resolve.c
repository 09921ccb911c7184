#include "base/arena.h"
#include "base/error.h"
#include "base/expected.h"
#include "base/mark.h"
#include "base/text.h"
#include "plan/plan_internal.h"

struct said resolve_option(const char *name, const char *text)
{
	return (struct said){ .text = text_is_empty(text) ? NULL : text,
			      .by = name };
}

struct said resolve_env(const struct planner *p, const char *name)
{
	return resolve_option(name, mark_env(planner_environment(p), name));
}

struct said resolve_key(const struct profile *profile, const char *key)
{
	struct said said = { .by = key };

	said.value = profile_find(profile, key, &said.section);
	said.text = said.value ? said.value->text : NULL;
	return said;
}

struct said resolve_first(struct said a, struct said b)
{
	return a.text ? a : b;
}

const char *resolve_origin(const struct planner *p, const struct said *said)
{
	return said->section ? arena_printf(p->arena, "profile %s",
					    said->section->name)
			     : said->by;
}

const char *resolve_reason(const struct planner *p, const struct said *said)
{
	return said->section ? arena_printf(p->arena, "%s of profile %s",
					    said->by, said->section->name)
			     : said->by;
}

bool resolve_add(const struct said *said, struct error *err)
{
	if (!said->value)
		return error_add(err, .key = said->by);
	return error_add(err, .key = said->by, .path = said->value->file,
			 .line = said->value->line);
}

bool resolve_fail_with(const struct said *said, struct error *err,
		       const struct error_facts *facts)
{
	(void)error_fail_with(err, facts);
	if (said->by[0] == '-')
		err->code = ERROR_USAGE;
	return resolve_add(said, err);
}

bool resolve_bad(const struct said *said, const char *expected,
		 struct error *err)
{
	return resolve_fail(said, err, REASON_BAD_VALUE, .value = said->text,
			    .expected = expected);
}

bool resolve_missing(const struct said *said, const char *profile,
		     const char *key, struct error *err)
{
	return resolve_fail(said, err, REASON_MISSING_KEY, .profile = profile,
			    .key = key);
}

bool resolve_bool(const struct said *said, bool *value, struct error *err)
{
	*value = false;
	return !said->text || text_bool(said->text, value) ||
	       resolve_bad(said, EXPECTED_BOOL, err);
}
