#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "check/check_internal.h"

#define SECRET_LEN 40 /* bytes of an AWS secret access key */

struct place findings_place(const struct config_value *value)
{
	return (struct place){ value->from, value->line };
}

struct place findings_place_of_section(const struct check *c,
				       const struct config_section *section)
{
	bool config = strcmp(section->file, c->files[CONFIG_FILE].path) == 0;

	return (struct place){ config ? CONFIG_FILE : CREDENTIALS_FILE,
			       section->line };
}

static void add(struct check *c, const struct finding *finding)
{
	struct finding *found =
		arena_room(c->findings, c->found, c->n_found, sizeof(*found));

	if (!found || !finding->text) {
		c->failed = true;
		return;
	}
	found[c->n_found] = *finding;
	found[c->n_found].order = c->n_found;
	c->found = found;
	c->n_found++;
}

/* Formats a text with a prefix in the arena; NULL when out of memory. */
static char *vtext(struct arena *arena, const char *prefix, const char *fmt,
		   va_list ap) __attribute__((format(printf, 3, 0)));

static char *vtext(struct arena *arena, const char *prefix, const char *fmt,
		   va_list ap)
{
	va_list again;
	size_t at = strlen(prefix);
	char *text;
	int len;

	va_copy(again, ap);
	len = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	text = len < 0 ? NULL : arena_alloc(arena, at + (size_t)len + 1);
	if (text) {
		(void)snprintf(text, at + 1, "%s", prefix);
		(void)vsnprintf(text + at, (size_t)len + 1, fmt, ap);
	}
	return text;
}

void findings_add(struct check *c, enum severity severity, struct place place,
		  const char *fmt, ...)
{
	struct finding finding = { .file = place.file,
				   .line = place.line,
				   .severity = severity };
	va_list ap;

	va_start(ap, fmt);
	finding.text = vtext(c->findings, "", fmt, ap);
	va_end(ap);
	add(c, &finding);
}

void findings_add_value(struct check *c, enum severity severity,
			const struct config_value *value, const char *fmt, ...)
{
	struct finding finding = { .file = value->from,
				   .line = value->line,
				   .severity = severity };
	char *prefix = arena_printf(c->arena, "%s: ", findings_key(value->key));
	va_list ap;

	va_start(ap, fmt);
	finding.text = prefix ? vtext(c->findings, prefix, fmt, ap) : NULL;
	va_end(ap);
	add(c, &finding);
}

void findings_add_planners(struct check *c, struct place place,
			   const char *text)
{
	add(c, &(struct finding){ .file = place.file,
				  .line = place.line,
				  .severity = CHECK_ERROR,
				  .second = true,
				  .text = arena_strdup(c->findings, text) });
}

const char *findings_key(const char *key)
{
	return strlen(key) < SECRET_LEN ? key : "a very long key";
}

const char *findings_where(struct check *c, const struct config_value *from,
			   const struct config_value *to)
{
	const char *text =
		from->from == to->from
			? arena_printf(c->arena, "line %u", to->line)
			: arena_printf(c->arena, "%s:%u", to->file, to->line);

	c->failed = c->failed || !text;
	return text ? text : "";
}

/* --- the end ------------------------------------------------------------------ */

static int by_place(const void *a, const void *b)
{
	const struct finding *x = a;
	const struct finding *y = b;

	if (x->file != y->file)
		return x->file < y->file ? -1 : 1;
	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	if (x->second != y->second)
		return x->second ? 1 : -1;
	return x->order < y->order ? -1 : 1;
}

/* Tests the findings of one line, from first up to but not including last. */
static bool is_said(const struct check *c, size_t first, size_t last,
		    const struct finding *finding)
{
	for (size_t i = first; i < last; i++)
		if (strcmp(c->found[i].text, finding->text) == 0 ||
		    (finding->second && c->found[i].severity == CHECK_ERROR))
			return true;
	return false;
}

void findings_finish(struct check *c, struct findings *findings)
{
	size_t first = 0;

	if (c->n_found > 0)
		qsort(c->found, c->n_found, sizeof(*c->found), by_place);
	*findings = (struct findings){ .list = c->found };
	for (size_t i = 0; i < c->n_found; i++) {
		const struct finding *finding = &c->found[i];

		if (findings->n == 0 || finding->file != c->found[first].file ||
		    finding->line != c->found[first].line)
			first = findings->n;
		if (is_said(c, first, findings->n, finding))
			continue;
		findings->count[finding->severity]++;
		c->found[findings->n++] = *finding;
	}
}
