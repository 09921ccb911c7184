#ifndef AWS_EDIT_H
#define AWS_EDIT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attrs.h"

struct error;
struct secbuf;

/*
 * Adds one line "KEY = VALUE" to the text of ~/.aws/config.  Every other byte
 * and the style of line ends stay.  A profile without a section gets one at the
 * end; with key NULL only the section is added.  ERROR_CONFIG if the section
 * already has the key: nothing is overwritten.
 *
 * before may be NULL for a missing file.  The caller owns *after, which is NULL
 * if nothing has to change.  BAD_CONFIG_TEXT for a profile, key or value with a
 * control character or that is not UTF-8; ERROR_MEMORY.
 */
bool aws_edit_add(const struct secbuf *before, const char *profile,
		  const char *key, const char *value, struct secbuf **after,
		  struct error *err) MUST_CHECK;

/* A new section. Borrowed texts. */
#define EDIT_KEYS_MAX 8
struct edit_section {
	const char *profile;
	struct edit_key {
		const char *key, *value;
	} keys[EDIT_KEYS_MAX];
	size_t n_keys;
};

/*
 * Adds sections of profiles at the end of the text, each after an empty line.
 * The file must not have these profiles.  Otherwise as aws_edit_add().
 */
bool aws_edit_append(const struct secbuf *before,
		     const struct edit_section *sections, size_t n,
		     struct secbuf **after, struct error *err) MUST_CHECK;

/*
 * Replaces a whole line, counted from 1, by text and keeps its line end.
 * ERROR_CONFIG with the line, unless the line is "KEY = ..." and no other line
 * continues it.  The caller owns *after.  ERROR_MEMORY.
 */
bool aws_edit_line(const struct secbuf *before, unsigned line, const char *key,
		   const char *text, struct secbuf **after,
		   struct error *err) MUST_CHECK;

#endif
