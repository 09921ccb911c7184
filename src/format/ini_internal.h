#ifndef FORMAT_INI_INTERNAL_H
#define FORMAT_INI_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "format/ini.h"

/*
 * Splits the text into lines, for the check of all lines in ini_parse.c and the
 * walk over one section in ini.c.
 */

/* A line without its end, in the text, where it can be changed. */
struct line {
	char *text;
	size_t len;
	size_t indent; /* bytes of white space before its first other byte */
	unsigned number;
	char *next; /* the start of the next line */
};

/* The parts of a property's line; the value may still have a comment. */
struct parts {
	char *key;
	char *sign; /* the '=' */
	char *value;
	bool empty; /* the value is empty: what continues it must be sub-properties */
};

static inline bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static inline bool is_mark(char c)
{
	return c == '#' || c == ';';
}

static inline char *skip_blanks(char *from, const char *end)
{
	while (from < end && is_blank(*from))
		from++;
	return from;
}

static inline char *trim_end(const char *from, char *end)
{
	while (end > from && is_blank(end[-1]))
		end--;
	return end;
}

static inline struct view trimmed(const char *from, const char *end)
{
	while (from < end && is_blank(*from))
		from++;
	while (end > from && is_blank(end[-1]))
		end--;
	return (struct view){ from, (size_t)(end - from) };
}

/* Returns the line at from, which is before end. */
static inline struct line line_at(char *from, char *end, unsigned number)
{
	char *feed = memchr(from, '\n', (size_t)(end - from));
	size_t len = (size_t)((feed ? feed : end) - from);

	if (len > 0 && from[len - 1] == '\r')
		len--;
	return (struct line){
		.text = from,
		.len = len,
		.indent = (size_t)(skip_blanks(from, from + len) - from),
		.number = number,
		.next = feed ? feed + 1 : end,
	};
}

static inline bool says_nothing(const struct line *line)
{
	return line->indent == line->len || is_mark(line->text[line->indent]);
}

/* Tests for a comment mark with white space before it. */
static inline bool is_comment(const char *at)
{
	return is_mark(at[0]) && is_blank(at[-1]);
}

static inline char *find_comment(char *from, const char *end)
{
	while (from < end && !is_comment(from))
		from++;
	return from;
}

/*
 * Splits a property's line.  Returns false if there is no '=' before a comment.
 */
static inline bool take_apart(const struct line *line, struct parts *parts)
{
	const char *end = line->text + line->len;
	char *key = line->text + line->indent;
	char *at = key;
	char *value;

	while (at < end && *at != '=' && !(at > key && is_comment(at)))
		at++;
	if (at >= end || *at != '=')
		return false;
	value = skip_blanks(at + 1, end);
	*parts = (struct parts){ .key = key,
				 .sign = at,
				 .value = value,
				 .empty = value == end || is_comment(value) };
	return true;
}

#endif
