#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "check/check_internal.h"

/* A section that is not ignored, and its name. */
struct head {
	enum config_kind kind;
	const char *name;
	size_t len;
	const struct listed *section;
};

/* A key of one profile, and its section. */
struct key {
	const struct ini_property *property;
	const struct listed *section;
};

static int compare_names(const struct head *a, const struct head *b)
{
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	if (a->len != b->len)
		return a->len < b->len ? -1 : 1;
	return memcmp(a->name, b->name, a->len);
}

static int by_name(const void *a, const void *b)
{
	const struct head *x = a;
	const struct head *y = b;
	int order = compare_names(x, y);

	if (order != 0)
		return order;
	return x->section->line < y->section->line ? -1 : 1;
}

static int by_key(const void *a, const void *b)
{
	const struct ini_property *x = ((const struct key *)a)->property;
	const struct ini_property *y = ((const struct key *)b)->property;
	int order = strcmp(x->key, y->key);

	if (order != 0)
		return order;
	return x->line < y->line ? -1 : 1;
}

/* Python's configparser rejects a second section with the very same text. */
static void check_section(struct check *c, enum config_file which,
			  const struct head *first, const struct head *again)
{
	bool same = strcmp(first->section->name, again->section->name) == 0;

	findings_add(c, CHECK_WARNING, place_at(which, again->section->line),
		     same ? REASON_SECTION_REPEATED : REASON_SECTION_CONTINUED,
		     .value = again->section->name,
		     .number = first->section->line);
}

static void check_key(struct check *c, enum config_file which,
		      const struct key *first, const struct key *again)
{
	bool same = first->section == again->section;

	findings_add(c, CHECK_WARNING, place_at(which, again->property->line),
		     same ? REASON_KEY_REPEATED : REASON_KEY_OVERRIDDEN,
		     .key = findings_key(again->property->key),
		     .number = first->property->line);
}

static void check_keys_of(struct check *c, enum config_file which,
			  struct key *keys, size_t n)
{
	size_t first = 0;

	qsort(keys, n, sizeof(*keys), by_key);
	for (size_t i = 1; i < n; i++) {
		if (strcmp(keys[first].property->key, keys[i].property->key) ==
		    0)
			check_key(c, which, &keys[first], &keys[i]);
		else
			first = i;
	}
}

/* n sections of one name, in the order of their lines. */
static void check_same_name(struct check *c, enum config_file which,
			    const struct head *heads, size_t n)
{
	struct key *keys;
	size_t n_keys = 0;

	for (size_t i = 0; i < n; i++)
		n_keys += heads[i].section->n_properties;
	keys = n_keys > 1 ? arena_alloc(c->arena, n_keys * sizeof(*keys))
			  : NULL;
	if (n_keys > 1 && !keys) {
		c->failed = true;
		return;
	}
	n_keys = 0;
	for (size_t i = 0; i < n; i++) {
		const struct listed *section = heads[i].section;

		if (i > 0)
			check_section(c, which, &heads[0], &heads[i]);
		for (size_t p = 0; keys && p < section->n_properties; p++)
			keys[n_keys++] = (struct key){ &section->properties[p],
						       section };
	}
	if (keys)
		check_keys_of(c, which, keys, n_keys);
}

static bool counts(const struct checked *file, const struct head *head)
{
	return file->prefixed_default == 0 ||
	       strcmp(head->section->name, "default") != 0;
}

static bool read_head(struct check *c, enum config_file which,
		      struct head *head)
{
	struct config_header header;

	if (!config_header(which, head->section->name, &header))
		return false;
	head->kind = header.kind;
	head->name = arena_strndup(c->arena, header.name, header.len);
	head->len = header.len;
	c->failed = c->failed || !head->name;
	return head->name;
}

void check_duplicates(struct check *c, enum config_file which)
{
	const struct checked *file = &c->files[which];
	struct head *heads =
		arena_alloc(c->arena, (file->n_sections + 1) * sizeof(*heads));
	size_t n = 0;
	size_t last;

	if (!heads) {
		c->failed = true;
		return;
	}
	for (size_t i = 0; i < file->n_sections; i++) {
		struct head *head = &heads[n];

		head->section = &file->sections[i];
		n += counts(&c->files[which], head) &&
		     read_head(c, which, head);
	}
	qsort(heads, n, sizeof(*heads), by_name);
	for (size_t i = 0; i < n; i = last) {
		for (last = i + 1;
		     last < n && compare_names(&heads[i], &heads[last]) == 0;)
			last++;
		check_same_name(c, which, &heads[i], last - i);
	}
}
