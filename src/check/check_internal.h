#ifndef CHECK_CHECK_INTERNAL_H
#define CHECK_CHECK_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>

#include "aws/config.h"
#include "base/attrs.h"
#include "base/error.h"
#include "check/check.h"
#include "format/ini.h"
#include "plan/profile.h"

struct arena;
struct secbuf;

/* A section as it is written in its file. */
struct listed {
	const char *name; /* the text in the brackets */
	unsigned line;
	struct ini_property *properties;
	size_t n_properties;
};

/*
 * One file.  Its text is parsed twice, since parsing changes it: the input's for
 * the model of both files, and a copy for the sections as they are written.
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

/* A profile, and the chain that it begins. */
struct node {
	const struct config_section *section;
	struct profile profile;  /* n_sections 0: its includes are broken */
	bool included;           /* by another: it may lack something */
	bool broken;             /* its chain is, and that is reported */
	size_t walk;             /* the last walk that came here */
	size_t depth;            /* profiles to the end of its chain */
	bool asked;              /* key_account was asked for */
	const char *key_account; /* of the key stored under its name, or NULL */
	const struct config_value *serial; /* of a device of that key's user */
};

#define CHECK_SEARCHES 20 /* for nearest names: each compares every profile */

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

/* --- findings.c --------------------------------------------------------------- */

struct place {
	enum config_file file;
	unsigned line;
};

static inline struct place place_at(enum config_file file, unsigned line)
{
	return (struct place){ file, line };
}

struct place findings_place(const struct config_value *value);

/* The line of a section's first header. */
struct place findings_place_of_section(const struct check *c,
				       const struct config_section *section);

/*
 * Adds a finding; its facts are copied.  Never a secret in them.
 *
 *	findings_add(c, CHECK_ERROR, place, REASON_BAD_VALUE, .value = text);
 */
#define findings_add(c, severity, place, ...)                    \
	findings_add_with((c), (severity), (place),              \
			  &(const struct error_facts){ .reason = \
							       __VA_ARGS__ })
void findings_add_with(struct check *c, enum severity severity,
		       struct place place, const struct error_facts *facts);

/* Adds a finding about a value: the fact .key is its key. */
#define findings_add_value(c, severity, value, ...) \
	findings_add_value_with(                    \
		(c), (severity), (value),           \
		&(const struct error_facts){ .reason = __VA_ARGS__ })
void findings_add_value_with(struct check *c, enum severity severity,
			     const struct config_value *value,
			     const struct error_facts *facts);

/*
 * Adds an error as a finding: at the place that it names, if that is a line of
 * one of the files, otherwise at place.
 */
void findings_add_error(struct check *c, struct place place, bool planned,
			const struct error *err);

/*
 * The name of a key as it may be shown.  A long one may be a piece of a token
 * that was broken over two lines, and "=" its end.
 */
const char *findings_key(const char *key);

/* "KEY (line 12)", or "KEY (FILE:12)" if to is in another file than from. */
const char *findings_where(struct check *c, const struct config_value *from,
			   const struct config_value *to);

/* Sorts the findings, drops repeated ones and counts the others. */
void findings_finish(struct check *c, struct findings *findings);

/* --- known.c -------------------------------------------------------------------- */

bool known_key(enum config_kind kind, const char *key);

/* The nearest known key, or NULL. */
const char *known_near(enum config_kind kind, const char *key);

/* A section without a profile's prefix that some tool keeps in the config. */
bool known_section(const char *name);

/* The nearest of the words before a section's name, or NULL. */
const char *known_word(const char *word, size_t len);

/* --- the themes ----------------------------------------------------------------- */

/* These check one file: check_file() first, check_duplicates() after sections. */
bool check_file(struct check *c, enum config_file which,
		struct error *err) MUST_CHECK;
void check_lines(struct check *c, enum config_file which);
void check_sections(struct check *c, enum config_file which);
void check_duplicates(struct check *c, enum config_file which);
void check_keys(struct check *c, enum config_file which);

/* NULL if there is no such profile. */
struct node *chains_find(const struct check *c, const char *name);

/*
 * Is the chain of a node short enough to be planned?  The planner's time grows
 * faster than the chain.  link is the value that leads on, for the finding.
 */
bool chains_depth(struct check *c, const struct node *node,
		  const struct config_value *link);

/* These check both files together. */
void check_values(struct check *c);

/* Is the text in a pair of quotes?  check_values() reports that. */
bool values_is_quoted(const char *text);
void check_chains(struct check *c);   /* makes the nodes */
void check_profiles(struct check *c); /* after check_chains() */
void check_plans(struct check *c);    /* after check_chains() */

#endif
