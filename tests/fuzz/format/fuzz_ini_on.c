#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "format/ini.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct ini_remark *first_fault(const struct ini *ini)
{
	for (size_t i = 0; i < ini->n_remarks; i++)
		if (ini->remarks[i].kind == INI_FAULT)
			return &ini->remarks[i];
	return NULL;
}

/* Remarks stand in the order of their lines; of one line there may be two. */
static void check_order(const struct ini *ini)
{
	for (size_t i = 1; i < ini->n_remarks; i++)
		if (ini->remarks[i].line < ini->remarks[i - 1].line)
			abort();
}

static void check_properties(const struct ini_section *a,
			     const struct ini_section *b)
{
	struct ini_walk x = ini_walk(a);
	struct ini_walk y = ini_walk(b);
	struct ini_property p;
	struct ini_property q;

	while (ini_next(&x, &p))
		if (!ini_next(&y, &q) || strcmp(p.key, q.key) != 0 ||
		    strcmp(p.value, q.value) != 0 || p.line != q.line)
			abort();
	if (ini_next(&y, &q))
		abort();
}

static void check_same(const struct ini *a, const struct ini *b)
{
	if (a->n_sections != b->n_sections)
		abort();
	for (size_t i = 0; i < a->n_sections; i++) {
		struct ini_section x = ini_section(a, i);
		struct ini_section y = ini_section(b, i);

		if (strcmp(x.name, y.name) != 0 || x.line != y.line ||
		    x.n_lines != y.n_lines)
			abort();
		check_properties(&x, &y);
	}
}

/* Checks that everything after a mistake is read. */
static void check_whole(const struct ini *ini)
{
	for (size_t i = 0; i < ini->n_sections; i++) {
		struct ini_section section = ini_section(ini, i);
		struct ini_walk walk = ini_walk(&section);
		struct ini_property p;
		size_t n = 0;

		while (ini_next(&walk, &p))
			n++;
		if (n > section.n_lines)
			abort();
	}
}

/* It stops where the other goes on, at the same line for the same reason. */
static void check_agreement(const struct ini *strict, bool ok,
			    const struct error *err, const struct ini *on)
{
	const struct ini_remark *fault = first_fault(on);

	if (ok != !fault)
		abort();
	if (ok) {
		check_same(strict, on);
		return;
	}
	check_whole(on);
	if (err->about.line != fault->line || err->reason != fault->reason)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct secbuf *text = secbuf_new(size);
	struct secbuf *again = secbuf_new(size);
	struct arena *arena = arena_new();
	struct error err = { 0 };
	struct error none = { 0 };
	struct ini strict;
	struct ini on;

	if (text && again && arena) {
		bool ok;

		secbuf_add(text, data, size);
		secbuf_add(again, data, size);
		ok = ini_parse("F", text, arena, &strict, &err);
		if ((ok || err.code == ERROR_CONFIG) &&
		    ini_parse_on("F", again, arena, &on, &none)) {
			check_order(&on);
			check_agreement(&strict, ok, &err, &on);
		}
	}
	arena_free(arena);
	secbuf_free(text);
	secbuf_free(again);
	return 0;
}
