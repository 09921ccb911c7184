#ifndef AWS_CONFIG_INTERNAL_H
#define AWS_CONFIG_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aws/config.h"
#include "base/view.h"

struct ini_section;

#define CONFIG_KINDS 3

/* One occurrence of a section in a file. */
struct piece {
	struct piece *next;
	const struct ini_section *ini;
	const char *path; /* for errors */
	enum config_file from;
};

/*
 * A section of the merged view.  Its values are parsed when it is first
 * requested, because a command needs one profile, and the files may have
 * thousands.
 */
struct section {
	struct config_section shown; /* first member: what callers get */
	struct section *next;        /* next in its bucket */
	uint64_t hash;
	struct piece *unread,
		**last; /* occurrences, in the order of the files */
	size_t n_max;   /* values, if no key is repeated */
};

/*
 * Memory for values, allocated at once for all sections: parsing a section
 * cannot fail, and pages for sections that are not requested are never touched.
 */
struct pool {
	struct config_value *values;
	size_t *slots; /* all 0 */
	size_t left;   /* free values */
	size_t wanted; /* values that unparsed sections may need */
};

struct aws_config {
	struct arena *arena;
	struct section **sections[CONFIG_KINDS];
	size_t n_sections[CONFIG_KINDS];
	struct config_ignored *ignored;
	size_t n_ignored;
	struct section **buckets; /* all sections, by name */
	size_t n_buckets;
	size_t n_indexed;
	struct pool *pool;
	size_t text_len; /* bytes of all files, to estimate the size of a dump */
};

struct section *config_sections_find(const struct aws_config *config,
				     enum config_kind kind, const char *name,
				     size_t len);

/* Adds a section with its first occurrence. NULL when out of memory. */
struct section *config_sections_add(struct aws_config *config,
				    enum config_kind kind, const char *name,
				    size_t len, const struct piece *piece);

/* Adds an occurrence of a section, whose values follow the earlier ones. */
bool config_sections_extend(struct aws_config *config, struct section *section,
			    const struct piece *piece) MUST_CHECK;

/* Prepares the sections; call after each file and before the first lookup. */
bool config_sections_ready(struct aws_config *config) MUST_CHECK;

const struct config_section *
config_sections_show(const struct aws_config *config, struct section *section);

/* Names of sub-properties, as strcmp() but for case. */
int config_compare_names(const struct view *a, const struct view *b);

/* --- config_name.c ---------------------------------------------------------- */

/* Sets the name, which is text without quotes. Returns false unless it is one. */
bool config_name_read(const char *text, struct config_header *header);

/* Tests for a name that is not empty and has no control characters. */
bool config_name_is_usable(const struct config_header *header);

#endif
