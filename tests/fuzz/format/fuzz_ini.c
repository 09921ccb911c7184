#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "format/ini.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What is read lies in the text, in order, and its lines are numbered. */
static void check_property(const struct ini_property *p, const char *text,
			   size_t size)
{
	const char *rest = p->value;
	struct ini_piece key;
	struct ini_piece value;

	if (p->key < text || p->value < p->key + strlen(p->key) ||
	    p->value + strlen(p->value) > text + size || p->key[0] == '\0' ||
	    strchr(p->key, '=') || p->line == 0)
		abort();
	while (ini_subproperty(&rest, &key, &value))
		if (!ini_is_name(key.text, key.len) ||
		    value.text + value.len > p->value + strlen(p->value))
			abort();
}

static void check(const struct ini *ini, const char *text, size_t size)
{
	unsigned line = 0;

	for (size_t i = 0; i < ini->n_sections; i++) {
		const struct ini_section *s = &ini->sections[i];
		struct ini_property p;
		struct ini_walk walk;
		size_t n = 0;

		if (s->line <= line)
			abort();
		line = s->line;
		for (walk = ini_walk(s); ini_next(&walk, &p); n++) {
			if (p.line <= line)
				abort();
			line = p.line;
			check_property(&p, text, size);
		}
		if (n != s->n_properties)
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct secbuf *text = secbuf_new(size);
	struct arena *arena = arena_new();
	struct error err = { 0 };
	struct ini ini;

	if (text && arena) {
		secbuf_add(text, data, size);
		if (ini_parse("F", text, arena, &ini, &err))
			check(&ini, secbuf_text(text), size);
		else if (err.code == ERROR_CONFIG &&
			 strncmp(err.text, "F:", 2) != 0)
			abort();
	}
	arena_free(arena);
	secbuf_free(text);
	return 0;
}
