#ifndef FORMAT_INI_H
#define FORMAT_INI_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attrs.h"
#include "base/reason.h"
#include "base/view.h"

struct arena;
struct error;
struct secbuf;

/*
 * Parses the line grammar of ~/.aws/config and ~/.aws/credentials: the dialect
 * of the AWS SDKs ("Shared config and credentials files", AWS SDKs and Tools
 * Reference Guide), with three extensions of botocore: indented comments, its
 * indentation rule, and a UTF-8 byte order mark. aws/config.c interprets the
 * names of sections.
 */
struct ini_property {
	const char *key;   /* lower case; any bytes except '=' */
	const char *value; /* trimmed; "" or continued by "\nLINE" */
	unsigned line;     /* from 1 */
};

struct ini_section {
	const char *name; /* the text in the brackets, trimmed */
	unsigned line;
	size_t n_properties;
	char *text, *end; /* its lines, for ini_walk() */
};

/* Kinds of lines that are malformed, or that the SDKs parse differently. */
enum ini_remark_kind {
	INI_BOM,            /* the file begins with a byte order mark */
	INI_GLUED_COMMENT,  /* no blank before the comment after "[text]" */
	INI_CAPITALS,       /* key text is written with capitals */
	INI_FAULT,          /* reason says what is wrong with it */
	INI_CUT,            /* a comment is cut off the value of key text */
	INI_SPACED,         /* white space before the name of section text */
	INI_INDENTED_MARK,  /* an indented comment */
	INI_INDENTED_KEY,   /* a key of its own, text, though indented */
	INI_CONTINUED_KEY,  /* "text = ..." is part of the value above */
	INI_CONTINUED_NAME, /* "[..." is part of the value above */
};

struct ini_remark {
	enum ini_remark_kind kind;
	unsigned line;
	const char *text;         /* no value, so no secret; or NULL */
	enum error_reason reason; /* of INI_FAULT */
};

struct ini {
	const struct ini_section *sections; /* repeated ones stay apart */
	size_t n_sections;
	const struct ini_remark *remarks; /* ini_parse_on() alone has any */
	size_t n_remarks;
};

/*
 * Checks text and finds its sections.  Properties are read later by ini_walk(),
 * because a command needs one profile out of thousands.  The lists are in
 * arena.  Lines may have any length.
 *
 * Fails with ERROR_CONFIG, path and line (file is used only there), also for a
 * NUL and for bytes that are not UTF-8; or with ERROR_MEMORY.
 */
bool ini_parse(const char *file, struct secbuf *text, struct arena *arena,
	       struct ini *ini, struct error *err) MUST_CHECK;

/*
 * Checks text like ini_parse(), but reports every problem: a malformed line
 * becomes a remark and is blanked out, and parsing continues where the meaning
 * is certain again.  This is after the lines that are indented deeper; or at
 * the next section, if the line was a section header, came before the first
 * section or is not text.  Only the first indented comment and key of a section
 * becomes a remark.  Fails only with ERROR_MEMORY.
 */
bool ini_parse_on(const char *file, struct secbuf *text, struct arena *arena,
		  struct ini *ini, struct error *err) MUST_CHECK;

/*
 * Iterates over the n_properties properties of a section in the order of the
 * file, until ini_next() returns false.  Properties are parsed in place: the
 * bytes of the text change, so a section can be walked only once, and keys and
 * values point into the text, so that a secret has no second copy.
 */
struct ini_walk {
	char *at, *end;
	unsigned line;
};

struct ini_walk ini_walk(const struct ini_section *section);
bool ini_next(struct ini_walk *walk, struct ini_property *property);

/*
 * Iterates over the sub-properties of a value ("\nk = v\nk2 = v2").  *rest
 * starts as the value; call until it returns false.  Key and value are slices
 * of the value, not NUL-terminated.  Sub-properties with an invalid key are
 * skipped.  A value that does not start with a line end has none.
 */
bool ini_subproperty(const char **rest, struct view *key, struct view *value);

/* Tests whether text is a valid name: [A-Za-z0-9_\-/.%@:+]+. */
bool ini_is_name(const char *text, size_t len);

#endif
