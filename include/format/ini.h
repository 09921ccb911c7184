#ifndef FORMAT_INI_H
#define FORMAT_INI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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
	size_t n_lines;   /* after its header: it has no more properties */
	char *text, *end; /* these lines, for ini_walk() */
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

#define INI_MAX 16777216 /* bytes of a text */

/* Where a section begins: 8 bytes, because a file may have thousands. */
struct ini_head {
	uint64_t at : 24; /* offset of its '[' in the text */
	uint64_t line : 24;
	uint64_t tag : 15; /* ini_tag() of its name, if it is simple */
	/*
	 * Set if the text in the brackets is one word, or two with one space
	 * between them, of printable ASCII without a quote or backslash.  Not
	 * set for other texts, and not for all of these.
	 */
	uint64_t simple : 1;
};

/* Computes a number that is the same for equal names, from length and last byte. */
static inline uint16_t ini_tag(size_t len, char last)
{
	unsigned tag =
		((unsigned)len & 0xff) << 7 | ((unsigned char)last & 0x7f);

	return (uint16_t)tag;
}

struct ini {
	char *text, *end;
	const struct ini_head *heads; /* repeated sections stay apart */
	size_t n_sections;
	size_t n_lines;
	size_t names_len;                 /* of all names, with their NULs */
	const struct ini_remark *remarks; /* ini_parse_on() alone has any */
	size_t n_remarks;
};

/*
 * Checks text and finds its sections.  A section is read later by ini_section()
 * and ini_walk(), because a command needs one profile out of thousands.  The
 * lists are in arena, and point into text.  Lines may have any length.
 *
 * Fails with ERROR_CONFIG, path and line (file is used only there), also for a
 * NUL, for bytes that are not UTF-8, and for a text of more than INI_MAX
 * bytes; or with ERROR_MEMORY.
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

/* Returns the n-th section. */
struct ini_section ini_section(const struct ini *ini, size_t n);

/* Returns only its name. */
const char *ini_name(const struct ini *ini, size_t n);

/*
 * Iterates over the properties of a section in the order of the
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
