#ifndef FORMAT_INI_H
#define FORMAT_INI_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attrs.h"
#include "base/reason.h"

struct arena;
struct error;
struct secbuf;

/*
 * The line grammar of ~/.aws/config and ~/.aws/credentials: the AWS SDKs'
 * dialect ("Shared config and credentials files", AWS SDKs and Tools Reference
 * Guide) with three kindnesses of botocore's: indented comments, its rule of
 * indentation, and a UTF-8 byte order mark.  What a section's name means is
 * for aws/config.c.
 */
struct ini_property {
	const char *key;   /* lower-case; any bytes without '=' */
	const char *value; /* trimmed; "" or continued by "\nLINE" */
	unsigned line;     /* from 1 */
};

struct ini_section {
	const char *name; /* what stands in the brackets, trimmed */
	unsigned line;
	size_t n_properties;
	char *text, *end; /* its lines, for ini_walk() */
};

/* A line that is wrong, or that the SDKs do not read alike. */
enum ini_remark_kind {
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
 * Check text, and find its sections: their properties are read by who wants
 * them, since one profile of thousands is what a command is about.  The list
 * lies in arena.  A line may be as long as it likes.
 *
 * Fails with ERROR_CONFIG, path and line (file is only for that), also for a NUL or bytes that are no UTF-8; or ERROR_MEMORY.
 */
bool ini_parse(const char *file, struct secbuf *text, struct arena *arena,
	       struct ini *ini, struct error *err) MUST_CHECK;

/*
 * The same for who wants to know all that is wrong: a line that is wrong is a
 * remark, blanked out, and reading goes on where its meaning is certain again:
 * behind the lines that are indented deeper, or at the next section if it was a
 * section, stood before the first or is no text.  Of indented comments and keys
 * the first in a section is a remark.  Fails with ERROR_MEMORY alone.
 */
bool ini_parse_on(const char *file, struct secbuf *text, struct arena *arena,
		  struct ini *ini, struct error *err) MUST_CHECK;

/*
 * The properties of a section, in the file's order, until ini_next() returns
 * false: n_properties of them.  They are read in place: the text's bytes are
 * changed, so a section can be walked once, and keys and values point into the
 * text, so that a secret key in it has no second copy.
 */
struct ini_walk {
	char *at, *end;
	unsigned line;
};

struct ini_walk ini_walk(const struct ini_section *section);
bool ini_next(struct ini_walk *walk, struct ini_property *property);

/*
 * The sub-properties of a value ("\nk = v\nk2 = v2"): call again and again with
 * *rest first at the value, until it returns false.  Key and value are given
 * as pieces of the value, not NUL-ended; ones with an invalid key are passed
 * over.  A value that does not begin with a line end has none.
 */
struct ini_piece {
	const char *text;
	size_t len;
};

bool ini_subproperty(const char **rest, struct ini_piece *key,
		     struct ini_piece *value);

/* Is it a name of the dialect: [A-Za-z0-9_\-/.%@:+]+ ? */
bool ini_is_name(const char *text, size_t len);

#endif
