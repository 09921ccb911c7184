#ifndef AWS_BLOCK_H
#define AWS_BLOCK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attrs.h"
#include "base/view.h"

struct error;
struct secbuf;

/*
 * Finds and replaces the managed blocks of ~/.aws/config: the lines between
 *
 *	# BEGIN rolekey TAG
 *	# END rolekey TAG
 *
 * TAG is "org o-exampleorgid", for example.  Both lines are comments, so that
 * every program reads the profiles between them like all others.
 */
struct block {
	struct view tag;
	struct view inside; /* the lines between the two */
	struct view whole;  /* with both lines and their ends */
	unsigned line;      /* of BEGIN, from 1 */
};

/*
 * Reads the next block of rest, which begins as the whole text, and moves rest
 * after it; *line is the number of its first line, and begins as 1.  *found is
 * false after the last.  ERROR_CONFIG with the line if a block has no end, or an
 * end no beginning.
 */
bool block_next(struct view *rest, unsigned *line, struct block *block,
		bool *found, struct error *err) MUST_CHECK;

/*
 * Replaces what is in the block with this tag, or adds the block at the end of
 * the text; inside has lines that end with '\n', which become the line ends of
 * the text.  Every other byte stays.  before may be NULL for a missing file.  The
 * caller owns *after; NULL if nothing changes.  ERROR_CONFIG for a damaged block,
 * or if the tag has two; ERROR_MEMORY.
 */
bool block_replace(const struct secbuf *before, const char *tag,
		   struct view inside, struct secbuf **after,
		   struct error *err) MUST_CHECK;

#endif
