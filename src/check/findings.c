#include <stdint.h>
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

static const size_t texts[] = {
	offsetof(struct error_facts, profile),
	offsetof(struct error_facts, path),
	offsetof(struct error_facts, key),
	offsetof(struct error_facts, value),
	offsetof(struct error_facts, expected),
	offsetof(struct error_facts, other),
	offsetof(struct error_facts, arn),
	offsetof(struct error_facts, action),
	offsetof(struct error_facts, aws_code),
	offsetof(struct error_facts, detail),
};

#define N_TEXTS (sizeof(texts) / sizeof(texts[0]))

static const char **text_at(const struct error_facts *facts, size_t i)
{
	/* NOLINTNEXTLINE(performance-no-int-to-ptr): a member by its offset */
	return (const char **)((uintptr_t)facts + texts[i]);
}

static void add(struct check *c, const struct finding *finding)
{
	struct finding *found =
		arena_room(c->findings, c->found, c->n_found, sizeof(*found));
	struct finding *copy;

	if (!found) {
		c->failed = true;
		return;
	}
	copy = &found[c->n_found];
	*copy = *finding;
	copy->order = c->n_found;
	for (size_t i = 0; i < N_TEXTS; i++) {
		const char **text = text_at(&copy->fact, i);

		if (*text)
			*text = arena_strdup(c->findings, *text);
		c->failed =
			c->failed || (*text_at(&finding->fact, i) && !*text);
	}
	c->found = found;
	c->n_found++;
}

void findings_add_with(struct check *c, enum severity severity,
		       struct place place, const struct error_facts *facts)
{
	add(c, &(struct finding){ .file = place.file,
				  .line = place.line,
				  .severity = severity,
				  .fact = *facts });
}

void findings_add_value_with(struct check *c, enum severity severity,
			     const struct config_value *value,
			     const struct error_facts *facts)
{
	struct error_facts with_key = *facts;

	if (!with_key.key)
		with_key.key = findings_key(value->key);
	findings_add_with(c, severity, findings_place(value), &with_key);
}

static bool is_ours(const struct check *c, const struct error *err,
		    struct place *place)
{
	for (int which = 0; which < 2; which++)
		if (err->about.line > 0 &&
		    strcmp(err->about.path, c->files[which].path) == 0) {
			*place = (struct place){ (enum config_file)which,
						 err->about.line };
			return true;
		}
	return false;
}

static const char *or_null(const char *text)
{
	return text[0] != '\0' ? text : NULL;
}

void findings_add_error(struct check *c, struct place place, bool planned,
			const struct error *err)
{
	const struct about *about = &err->about;
	bool ours = is_ours(c, err, &place);
	struct finding finding = {
		.file = place.file,
		.line = place.line,
		.severity = CHECK_ERROR,
		.planned = planned,
		.fact = { .reason = err->reason,
			  .profile = or_null(about->profile),
			  .path = ours ? NULL : or_null(about->path),
			  .key = or_null(about->key),
			  .value = or_null(about->value),
			  .expected = or_null(about->expected),
			  .other = or_null(about->other),
			  .arn = or_null(about->arn),
			  .action = or_null(about->action),
			  .aws_code = or_null(about->aws_code),
			  .detail = or_null(about->detail),
			  .line = ours ? 0 : about->line,
			  .number = about->number,
			  .of = about->of },
	};

	memcpy(finding.within, err->within, sizeof(finding.within));
	add(c, &finding);
}

const char *findings_key(const char *key)
{
	return strlen(key) < SECRET_LEN ? key : "a very long key";
}

const char *findings_where(struct check *c, const struct config_value *from,
			   const struct config_value *to)
{
	const char *text = from->from == to->from
				   ? arena_printf(c->arena, "%s (line %u)",
						  to->key, to->line)
				   : arena_printf(c->arena, "%s (%s:%u)",
						  to->key, to->file, to->line);

	c->failed = c->failed || !text;
	return text ? text : "";
}

void findings_error(const struct finding *finding, struct error *err)
{
	(void)error_fail_with(err, &finding->fact);
	memcpy(err->within, finding->within, sizeof(err->within));
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
	if (x->planned != y->planned)
		return x->planned ? 1 : -1;
	return x->order < y->order ? -1 : 1;
}

static bool is_same(const struct finding *a, const struct finding *b)
{
	if (a->fact.reason != b->fact.reason ||
	    a->fact.number != b->fact.number || a->fact.of != b->fact.of)
		return false;
	for (size_t i = 0; i < N_TEXTS; i++) {
		const char *x = *text_at(&a->fact, i);
		const char *y = *text_at(&b->fact, i);

		if (strcmp(x ? x : "", y ? y : "") != 0)
			return false;
	}
	return true;
}

/* The findings of one line are in list[first], up to list[last]. */
static bool is_known(const struct finding *list, size_t first, size_t last,
		     const struct finding *finding)
{
	for (size_t i = first; i < last; i++)
		if (is_same(&list[i], finding) ||
		    (finding->planned && list[i].severity == CHECK_ERROR))
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
		if (is_known(c->found, first, findings->n, finding))
			continue;
		findings->count[finding->severity]++;
		c->found[findings->n++] = *finding;
	}
}
