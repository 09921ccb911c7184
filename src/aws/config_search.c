#include <string.h>

#include "aws/config_internal.h"
#include "base/view.h"
#include "format/ini.h"

/* Adds the occurrences of a section in one file. */
static void search_file(struct known *known, struct source *source,
			const struct config_header *header,
			struct section **section)
{
	const struct view name = { header->name, header->len };
	size_t n = config_header_find(source, 0, header->kind, &name);

	while (n < source->ini.n_sections) {
		config_sections_add(known, section, header, source, n);
		n = config_header_find(source, n + 1, header->kind, &name);
	}
}

struct section *config_search(struct known *known, enum config_kind kind,
			      const char *name)
{
	struct config_header header;
	struct view wanted = view_of(name);
	struct section *section = config_sections_find(known, kind, &wanted);

	if (section || known->listed)
		return section;
	header.kind = kind;
	header.name = wanted.at;
	header.len = wanted.len;
	for (struct source *s = known->sources; s; s = s->next)
		search_file(known, s, &header, &section);
	if (section)
		section->n_searched = known->n_sources;
	return section;
}

static void list(struct known *known, struct section *section)
{
	enum config_kind kind = section->shown.kind;

	known->sections[kind][known->n_sections[kind]++] = section;
	section->listed = true;
}

static void list_section(struct known *known, struct source *source, size_t n)
{
	struct config_header header;
	struct section *section;

	if (!config_header_of(source, n, &header)) {
		known->ignored[known->n_ignored++] =
			(struct config_ignored){ ini_name(&source->ini, n),
						 source->path,
						 source->ini.heads[n].line };
		return;
	}
	section = config_sections_find(
		known, header.kind, &(struct view){ header.name, header.len });
	if (!section || section->n_searched < source->number)
		config_sections_add(known, &section, &header, source, n);
	if (!section->listed)
		list(known, section);
}

void config_search_all(struct known *known)
{
	if (known->listed)
		return;
	for (struct source *s = known->sources; s; s = s->next) {
		for (size_t i = 0; !s->listed && i < s->ini.n_sections; i++)
			list_section(known, s, i);
		s->listed = true;
	}
	known->listed = true;
}
