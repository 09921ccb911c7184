#ifndef BASE_VIEW_H
#define BASE_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attrs.h"

/*
 * A part of a text, borrowed and not NUL-ended.  An empty view may have any
 * address but NULL; the functions below never read past its length.
 */
struct view {
	const char *at;
	size_t len; /* bytes */
};

#define VIEW_BLANKS " \t"
#define VIEW_SPACE  " \t\r\n"

/* The whole text; empty for NULL. */
struct view view_of(const char *text);

/* Without the bytes of set at both ends. */
struct view view_trim(struct view v, const char *set);

bool view_equals(struct view v, const char *text);

/*
 * Cut at the first c: *before is the part before it, and *after the part after
 * it.  False, and *before is all of v, if there is none.
 */
bool view_cut(struct view v, char c, struct view *before, struct view *after);

/*
 * The list grammar of session_tags, transitive_session_tags and
 * rolekey_policy_arns, and of the variables in their place: items are separated
 * by commas, white space (line breaks, too: values may be continued) around
 * them does not count, and empty items are left out.
 *
 * Takes the next item off rest. False when there is none left.
 */
bool view_item(struct view *rest, struct view *item) MUST_CHECK;

/* "KEY=VALUE", each without white space around it. False without key or '='. */
bool view_pair(struct view item, struct view *key,
	       struct view *value) MUST_CHECK;

/* How many characters (RFC 3629): bytes that do not continue another. */
size_t view_characters(struct view v);

/* A whole decimal number without a sign, from min to max, as text_number(). */
bool view_number(struct view v, int64_t min, int64_t max,
		 int64_t *number) MUST_CHECK;

#endif
