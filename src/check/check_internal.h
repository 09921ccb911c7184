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

/* A profile, and where it leads. */
struct node {
	const struct config_section *section;
	struct profile profile;  /* n_sections 0: its includes are broken */
	bool included;           /* by another: it may lack something */
	bool broken;             /* its way ends nowhere, which is said */
	size_t walk;             /* that was here last */
	size_t depth;            /* profiles to the end of its way */
	bool asked;              /* the keyring, for key_account */
	const char *key_account; /* of the key stored under its name, or NULL */
	const struct config_value *serial; /* of a device of that key's user */
};

#define CHECK_SEARCHES 20 /* for nearest names: each looks at every profile */

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

/* For what concerns a section: where it first stands. */
struct place findings_place_of_section(const struct check *c,
				       const struct config_section *section);

/* FMT says what is wrong, never with a secret. */
void findings_add(struct check *c, enum severity severity, struct place place,
		  const char *fmt, ...) PRINTF_LIKE(4, 5);

/* The same for a value: "KEY: ..." */
void findings_add_value(struct check *c, enum severity severity,
			const struct config_value *value, const char *fmt, ...)
	PRINTF_LIKE(4, 5);

/* What the planner says of a profile. */
void findings_add_planners(struct check *c, struct place place,
			   const char *text);

/*
 * A key's name to be shown.  A long one may be a piece of a token that somebody
 * broke over two lines, and "=" its end.
 */
const char *findings_key(const char *key);

/* "line 12", or "FILE:12" if that is another file. */
const char *findings_where(struct check *c, const struct config_value *from,
			   const struct config_value *to);

/* Sorts the findings, drops repeated ones and counts the others. */
void findings_finish(struct check *c, struct findings *findings);

/* --- check_known.c ---------------------------------------------------------- */

bool known_key(enum config_kind kind, const char *key);

/* The nearest known key, or NULL. */
const char *known_near(enum config_kind kind, const char *key);

/* A section without a profile's prefix that some tool keeps in the config. */
bool known_section(const char *name);

/* The nearest of the words before a section's name, or NULL. */
const char *known_word(const char *word, size_t len);

/* --- the themes --------------------------------------------------------------- */

/* Each reads one file, or what was read of it. */
bool check_file(struct check *c, enum config_file which,
		struct error *err) MUST_CHECK;
void check_lines(struct check *c, enum config_file which);
void check_sections(struct check *c, enum config_file which);
void check_duplicates(struct check *c, enum config_file which); /* then this */
void check_keys(struct check *c, enum config_file which);

/* NULL if there is no such profile. */
struct node *chains_find(const struct check *c, const char *name);

/*
 * Is its way short enough to look at?  What the planner does takes more than in
 * proportion.  link is what leads on, for the message.
 */
bool chains_depth(struct check *c, const struct node *node,
		  const struct config_value *link);

/* These look at both files together. */
void check_values(struct check *c);

/* Is the text in a pair of quotes, which check_values() says? */
bool values_is_quoted(const char *text);
void check_profiles(struct check *c); /* after check_chains() */
void check_chains(struct check *c);   /* makes the nodes */
void check_plans(struct check *c);    /* after check_chains() */

#endif
