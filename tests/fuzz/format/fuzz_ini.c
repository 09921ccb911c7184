#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "base/strbuf.h"
#include "format/ini.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define WRITTEN_MAX (1 << 24)

/* Checks that properties are inside the text, in order, with their lines. */
static void check_property(const struct ini_property *p, const char *text,
			   size_t size)
{
	const char *rest = p->value;
	struct view key;
	struct view value;

	if (p->key < text || p->value < p->key + strlen(p->key) ||
	    p->value + strlen(p->value) > text + size || p->key[0] == '\0' ||
	    strchr(p->key, '=') || p->line == 0)
		abort();
	while (ini_subproperty(&rest, &key, &value))
		if (!ini_is_name(key.at, key.len) ||
		    value.at + value.len > p->value + strlen(p->value))
			abort();
}

/* A section with its properties, which can be walked once. */
struct section {
	struct ini_section ini;
	struct ini_property *properties;
	size_t n_properties;
};

/* A text as it is read: all of it points into the secbuf. */
struct read {
	struct secbuf *text;
	struct arena *arena;
	struct section *sections;
	size_t n;
	struct error err;
	bool ok;
};

/* Running out of memory is not a finding. */
static void *must_have(void *p)
{
	if (!p)
		exit(0);
	return p;
}

static void walk(struct section *section, struct arena *arena)
{
	size_t max = section->ini.n_lines;
	struct ini_walk at = ini_walk(&section->ini);
	size_t n = 0;

	section->properties = must_have(
		arena_alloc(arena, (max + 1) * sizeof(struct ini_property)));
	while (n <= max && ini_next(&at, &section->properties[n]))
		n++;
	if (n > max)
		abort();
	section->n_properties = n;
}

static struct read read_text(const char *text, size_t len)
{
	struct read r = { .text = must_have(secbuf_new(len)),
			  .arena = must_have(arena_new()) };
	struct ini ini = { 0 };

	secbuf_add(r.text, text, len);
	r.ok = ini_parse("F", r.text, r.arena, &ini, &r.err);
	if (!r.ok && r.err.code == ERROR_MEMORY)
		exit(0);
	if (!r.ok)
		return r;
	r.n = ini.n_sections;
	r.sections = must_have(
		arena_alloc(r.arena, (r.n + 1) * sizeof(struct section)));
	for (size_t i = 0; i < r.n; i++) {
		r.sections[i].ini = ini_section(&ini, i);
		walk(&r.sections[i], r.arena);
	}
	return r;
}

static void clear(struct read *r)
{
	arena_free(r->arena);
	secbuf_free(r->text);
}

static void check(const struct read *r, size_t size)
{
	unsigned line = 0;

	for (size_t i = 0; i < r->n; i++) {
		const struct section *s = &r->sections[i];

		if (s->ini.line <= line)
			abort();
		line = s->ini.line;
		for (size_t p = 0; p < s->n_properties; p++) {
			if (s->properties[p].line <= line)
				abort();
			line = s->properties[p].line;
			check_property(&s->properties[p], secbuf_text(r->text),
				       size);
		}
	}
}

#define ANYWHERE UINT32_MAX

/* Is a line not where it was, or at most by so many later? */
static bool is_moved(unsigned from, unsigned to, unsigned by)
{
	return by != ANYWHERE && (to < from || to - from > by);
}

/* One section in both texts. */
static void check_same_section(const struct section *a, const struct section *b,
			       unsigned later)
{
	if (strcmp(a->ini.name, b->ini.name) != 0 ||
	    a->n_properties != b->n_properties ||
	    is_moved(a->ini.line, b->ini.line, later))
		abort();
	for (size_t i = 0; i < a->n_properties; i++) {
		const struct ini_property *p = &a->properties[i];
		const struct ini_property *q = &b->properties[i];

		if (strcmp(p->key, q->key) != 0 ||
		    strcmp(p->value, q->value) != 0 ||
		    is_moved(p->line, q->line, later))
			abort();
	}
}

/* b has what a has, and more sections behind it. */
static void check_same(const struct read *a, const struct read *b, size_t more,
		       unsigned later)
{
	if (!b->ok || b->n != a->n + more)
		abort();
	for (size_t i = 0; i < a->n; i++)
		check_same_section(&a->sections[i], &b->sections[i], later);
}

/*
 * With an indentation, since a key that was indented may begin with '['; and
 * with CRLF, since a value may end with a CR of its own.
 */
static void write_property(struct strbuf *out, const struct ini_property *p)
{
	strbuf_printf(out, " %s=", p->key);
	for (const char *c = p->value; *c != '\0'; c++)
		if (*c == '\n')
			strbuf_puts(out, "\r\n  ");
		else
			strbuf_add(out, c, 1);
	strbuf_puts(out, "\r\n");
}

/* Checks that a file that is written again reads the same. */
static void check_rewritten(const struct read *r)
{
	struct strbuf out = strbuf_with_max(WRITTEN_MAX);
	struct read again;

	for (size_t i = 0; i < r->n; i++) {
		const struct section *s = &r->sections[i];

		strbuf_printf(&out, "[%s]\n", s->ini.name);
		for (size_t p = 0; p < s->n_properties; p++)
			write_property(&out, &s->properties[p]);
	}
	if (!strbuf_ok(&out))
		exit(0);
	again = read_text(strbuf_text(&out), out.len);
	check_same(r, &again, 0, ANYWHERE);
	clear(&again);
	strbuf_clear(&out);
}

/* A section more at the end changes no other. */
static void check_appended(const struct read *r, const char *text, size_t size)
{
	struct strbuf out = strbuf_with_max(WRITTEN_MAX);
	struct read more;

	strbuf_add(&out, text, size);
	strbuf_puts(&out, "\n[added]\nkey = value\n");
	more = read_text(strbuf_text(&out), out.len);
	check_same(r, &more, 1, 0);
	clear(&more);
	strbuf_clear(&out);
}

/* Where a line begins: before the half of the text, or 0. */
static size_t line_start(const char *text, size_t size)
{
	size_t at = size / 2;

	while (at > 0 && text[at - 1] != '\n')
		at--;
	return at;
}

/* A line that says nothing changes nothing, but where an error is. */
static void check_commented(const struct read *plain, const char *text,
			    size_t size, const char *comment)
{
	struct strbuf out = strbuf_with_max(WRITTEN_MAX);
	size_t at = line_start(text, size);
	struct read more;

	if (at == 0) /* before a byte order mark it would be another text */
		return;
	strbuf_add(&out, text, at);
	strbuf_puts(&out, comment);
	strbuf_add(&out, text + at, size - at);
	more = read_text(strbuf_text(&out), out.len);
	if (more.ok != plain->ok)
		abort();
	if (plain->ok)
		check_same(plain, &more, 0, 1);
	else if (plain->err.reason != more.err.reason)
		abort();
	clear(&more);
	strbuf_clear(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	struct read r = read_text(text, size);

	if (r.ok) {
		check(&r, size);
		check_rewritten(&r);
		check_appended(&r, text, size);
	} else if (r.err.code != ERROR_CONFIG ||
		   strcmp(r.err.about.path, "F") != 0 ||
		   r.err.about.line == 0) {
		abort();
	}
	check_commented(&r, text, size, "# said = nothing\n");
	check_commented(&r, text, size, "\t;\n");
	check_commented(&r, text, size, " \t\r\n");
	clear(&r);
	return 0;
}
