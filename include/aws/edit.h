#ifndef AWS_EDIT_H
#define AWS_EDIT_H

#include <stdbool.h>

#include "base/attrs.h"

struct error;
struct secbuf;

/*
 * ~/.aws/config with one line more, by surgery: every other byte, and the kind
 * of line end, stays.  A profile without a section gets one at the end.  key
 * may be NULL: the section alone.  A key that the section has already is
 * ERROR_CONFIG: nothing here overwrites.
 *
 * before may be NULL, for a file that is not there.  *after is the caller's,
 * and NULL if nothing is to be changed.  ERROR_MEMORY.
 */
bool aws_edit_add(const struct secbuf *before, const char *profile,
		  const char *key, const char *value, struct secbuf **after,
		  struct error *err) MUST_CHECK;

/*
 * Put text in the place of a whole line, whose number counts from 1 and whose
 * end stays: the line must be "KEY = ...", and no line may continue it, else it
 * is ERROR_CONFIG, with the line.  *after is the caller's.  ERROR_MEMORY.
 */
bool aws_edit_line(const struct secbuf *before, unsigned line, const char *key,
		   const char *text, struct secbuf **after,
		   struct error *err) MUST_CHECK;

#endif
