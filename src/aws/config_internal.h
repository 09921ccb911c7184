#ifndef AWS_CONFIG_INTERNAL_H
#define AWS_CONFIG_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aws/config.h"
#include "base/attrs.h"
#include "base/view.h"
#include "format/ini.h"

#define CONFIG_KINDS 3

/* A file that was added. */
struct source {
	struct source *next;
	struct ini ini;
	const char *path; /* for errors */
	enum config_file which;
	uint16_t number;       /* from 1, in the order they were added */
	bool listed;           /* all its sections are known */
	bool asked;            /* for the next member */
	bool prefixed_default; /* [profile default] hides [default] */
};

/* One occurrence of a section in a file. */
struct piece {
	struct piece *next;
	struct source *source;
	size_t n; /* in source */
};

/*
 * A section of the merged view.  Its values are parsed when it is first
 * requested, because a command needs one profile, and the files may have
 * thousands.
 */
struct section {
	struct config_section shown; /* first member: what callers get */
	struct section *next;        /* next in its bucket */
	struct piece *unread,
		**last; /* occurrences, in the order of the files */
	uint32_t hash;
	uint16_t n_searched; /* files whose occurrences it has already */
	bool listed;
};

/*
 * Memory for all sections and their values, allocated when a file is added:
 * later nothing can fail.  Pages for sections that are not requested are never
 * touched.
 */
struct pool {
	struct section *sections;
	struct piece *pieces;
	char *names;
	struct config_value *values;
	uint32_t *slots; /* all 0 */
	size_t left;     /* free values */
};

/*
 * The sections that are known.  A section that is requested by name is searched
 * for in the files; all of them are listed only when the n-th one is requested.
 */
struct known {
	struct arena *arena;
	struct source *sources, **last_source;
	uint16_t n_sources;
	struct section **buckets; /* by name */
	size_t n_buckets;         /* a power of two */
	size_t n;                 /* sections in buckets */
	bool listed;              /* the members below are valid */
	struct section **sections[CONFIG_KINDS]; /* in the order of the files */
	size_t n_sections[CONFIG_KINDS];
	struct config_ignored *ignored;
	size_t n_ignored;
	struct pool pool;
};

struct aws_config {
	struct arena *arena;
	struct known *known;
	size_t text_len; /* bytes of all files, to estimate the size of a dump */
};

/* --- config_header.c -------------------------------------------------------- */

/* Classifies the n-th section of a file. Returns false if it has no meaning. */
bool config_header_of(struct source *source, size_t n,
		      struct config_header *header);

/*
 * Returns the first section, from the n-th one on, with that kind and name; or
 * how many sections there are.
 */
size_t config_header_find(struct source *source, size_t n,
			  enum config_kind kind, const struct view *name);

/* --- config_sections.c ------------------------------------------------------ */

/* Makes room for the sections of all files; call after each file. */
bool config_sections_ready(struct known *known) MUST_CHECK;

/* Returns the section with that name, if it is known; or NULL. */
struct section *config_sections_find(const struct known *known,
				     enum config_kind kind,
				     const struct view *name);

/*
 * Adds an occurrence of a section, whose values follow the earlier ones.
 * *section is NULL before the first one.
 */
void config_sections_add(struct known *known, struct section **section,
			 const struct config_header *header,
			 struct source *source, size_t n);

/* Parses the values of a section. */
const struct config_section *config_sections_show(struct known *known,
						  struct section *section);

/* --- config_search.c -------------------------------------------------------- */

/* Finds a section in the files, unless it is known; NULL if there is none. */
struct section *config_search(struct known *known, enum config_kind kind,
			      const char *name);

/* Lists all sections of the files, if they are not listed. */
void config_search_all(struct known *known);

/* Names of sub-properties, as strcmp() but for case. */
int config_compare_names(const struct view *a, const struct view *b);

/* --- config_name.c ---------------------------------------------------------- */

/* Sets the name, which is text without quotes. Returns false unless it is one. */
bool config_name_read(const char *text, struct config_header *header);

/* Tests for a name that is not empty and has no control characters. */
bool config_name_is_usable(const struct config_header *header);

#endif
