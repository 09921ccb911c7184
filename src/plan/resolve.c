#include <stdarg.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"
#include "plan/plan_internal.h"

struct said resolve_option(const char *name, const char *text)
{
	return (struct said){ .text = text_is_empty(text) ? NULL : text,
			      .by = name };
}

struct said resolve_env(const struct planner *p, const char *name)
{
	return resolve_option(name, text_env(p->options->environment, name));
}

struct said resolve_key(const struct profile *profile, const char *key)
{
	struct said said = { .by = key,
			     .value = profile_value(profile, key),
			     .section = profile_section(profile, key) };

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

bool resolve_within(const struct said *said, struct error *err)
{
	if (!said->value)
		return error_within(err, "%s", said->by);
	return error_within(err, "%s:%u: %s", said->value->file,
			    said->value->line, said->by);
}

bool resolve_wrong(const struct said *said, struct error *err, const char *fmt,
		   ...)
{
	char what[512];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	(void)error_set(err, said->by[0] == '-' ? ERROR_USAGE : ERROR_CONFIG,
			"%s", what);
	return resolve_within(said, err);
}

bool resolve_bool(const struct said *said, bool *value, struct error *err)
{
	*value = false;
	return !said->text || text_bool(said->text, value) ||
	       resolve_wrong(said, err, "\"%s\" is neither true nor false",
			     said->text);
}
