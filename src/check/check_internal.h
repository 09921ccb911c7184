#ifndef CHECK_CHECK_INTERNAL_H
#define CHECK_CHECK_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>

#include "aws/config.h"
#include "base/attrs.h"
#include "check/check.h"
#include "format/ini.h"
#include "plan/profile.h"

struct arena;
struct error;
struct secbuf;

/* A section as written in its file. */
struct listed {
	const char *name; /* the text in the brackets */
	unsigned line;
	struct ini_property *properties;
	size_t n_properties;
};

/*
 * One file.  Its text is parsed twice, because parsing changes it: the input
 * for the model of both files, and a copy for the sections as written.
 */
struct checked {
	const char *path;
	struct secbuf *copy; /* the members below point into it */
	const struct ini_remark *remarks;
	size_t n_remarks;
	struct listed *sections;
	size_t n_sections;
	unsigned prefixed_default; /* line of [profile default], or 0 */
};

/* A profile, and where its chain leads. */
struct node {
	const struct config_section *section;
	struct profile profile; /* n_sections 0: its includes are broken */
	bool included; /* by another profile, so it may be incomplete */
	bool broken;   /* its chain is broken, which is reported */
	size_t walk;   /* the last walk that visited it */
	size_t depth;  /* profiles to the end of its chain */
	bool asked;    /* the keyring, for key_account */
	const char *key_account; /* of the key stored under its name, or NULL */
	const struct config_value *serial; /* of a device of that key's user */
};

#define CHECK_SEARCHES 20 /* for closest names: each compares all profiles */

struct check {
	const struct check_input *input;
	struct arena *findings; /* the caller's, for findings and their texts */
	struct arena *arena;    /* freed at the end */
	struct checked files[2];
	struct aws_config *config;
	struct node *nodes;  /* in the files' order */
	struct node **index; /* by the address of their sections */
	size_t n_nodes;
	const struct config_value *searched[CHECK_SEARCHES];
	size_t n_searches;
	struct finding *found;
	size_t n_found;
	bool failed; /* out of memory: sticky */
};

/* --- check_found.c ---------------------------------------------------------- */

struct place {
	enum config_file file;
	unsigned line;
};

struct place findings_place(const struct config_value *value);

/* Returns the first occurrence of a section. */
struct place findings_place_of_section(const struct check *c,
				       const struct config_section *section);

/* Adds a finding; the text must not contain secrets. */
void findings_add(struct check *c, enum severity severity, struct place place,
		  const char *fmt, ...) PRINTF_LIKE(4, 5);

/* Adds a finding for a value: "KEY: ..." */
void findings_add_value(struct check *c, enum severity severity,
			const struct config_value *value, const char *fmt, ...)
	PRINTF_LIKE(4, 5);

/* Adds the planner's error for a profile. */
void findings_add_planners(struct check *c, struct place place,
			   const char *text);

/*
 * Returns a key's name for a finding.  A long one may be part of a token that
 * was broken over two lines at its "=".
 */
const char *findings_key(const char *key);

/* "line 12", or "FILE:12" if that is another file. */
const char *findings_where(struct check *c, const struct config_value *from,
			   const struct config_value *to);

/* Sorts the findings, drops repeated ones and counts the others. */
void findings_finish(struct check *c, struct findings *findings);

/* --- check_known.c ---------------------------------------------------------- */

bool known_key(enum config_kind kind, const char *key);

/* Returns the closest known key, or NULL. */
const char *known_near(enum config_kind kind, const char *key);

/*
 * Tests for a section without "profile" that some tool keeps in the config
 * file.
 */
bool known_section(const char *name);

/* Returns the closest of the words before a section's name, or NULL. */
const char *known_word(const char *word, size_t len);

/* --- the themes --------------------------------------------------------------- */

/* Each checks one file. */
bool check_file(struct check *c, enum config_file which,
		struct error *err) MUST_CHECK;
void check_lines(struct check *c, enum config_file which);
void check_sections(struct check *c, enum config_file which);
void check_duplicates(struct check *c, enum config_file which); /* then this */
void check_keys(struct check *c, enum config_file which);

/* NULL if there is no such profile. */
struct node *chains_find(const struct check *c, const char *name);

/*
 * Tests whether the chain is short enough to be planned: the planner's work
 * grows faster than its length. link is the next link, for the finding.
 */
bool chains_depth(struct check *c, const struct node *node,
		  const struct config_value *link);

/* Each checks both files together. */
void check_values(struct check *c);

/* Tests for quotes around the text, which check_values() reports. */
bool values_is_quoted(const char *text);
void check_profiles(struct check *c); /* after check_chains() */
void check_chains(struct check *c);   /* makes the nodes */
void check_plans(struct check *c);    /* after check_chains() */

#endif
