#ifndef AWS_CONFIG_INTERNAL_H
#define AWS_CONFIG_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aws/config.h"

struct ini_piece;
struct ini_section;

#define CONFIG_KINDS 3

/* What one pair of brackets adds to a section. */
struct piece {
	struct piece *next;
	const struct ini_section *ini;
	const char *path; /* for messages */
	enum config_file from;
};

/*
 * A section of the merged view.  Its values are read when it is first asked
 * for: a command is about one profile, and the files may have thousands.
 */
struct section {
	struct config_section shown; /* first: what the doors give out */
	struct section *next;        /* in its bucket */
	uint64_t hash;
	struct piece *unread, **last; /* pieces in the files' order */
	size_t n_max;                 /* values, if no key comes twice */
};

/*
 * Where values go.  There is room for those of every section, taken at once:
 * so reading one cannot fail, and the pages of those that nobody asks for are
 * never touched.
 */
struct pool {
	struct config_value *values;
	size_t *slots; /* all 0 */
	size_t left;   /* values that there is room for */
	size_t wanted; /* values that the sections not read yet may have */
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
	size_t text_len; /* bytes of all files, to guess a dump's length */
};

struct section *config_sections_find(const struct aws_config *config,
				     enum config_kind kind, const char *name,
				     size_t len);

/* A new section, that piece begins. NULL when out of memory. */
struct section *config_sections_add(struct aws_config *config,
				    enum config_kind kind, const char *name,
				    size_t len, const struct piece *piece);

/* The piece's values come behind those that the section has. */
bool config_sections_extend(struct aws_config *config, struct section *section,
			    const struct piece *piece) MUST_CHECK;

/* After the last piece of a file, and before anything is shown. */
bool config_sections_ready(struct aws_config *config) MUST_CHECK;

const struct config_section *
config_sections_show(const struct aws_config *config, struct section *section);

/* Names of sub-properties, as strcmp() but for case. */
int config_compare_names(const struct ini_piece *a, const struct ini_piece *b);

#endif
