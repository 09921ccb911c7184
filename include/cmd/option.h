#ifndef CMD_OPTION_H
#define CMD_OPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The value of an option, and the type of the field that the parser fills. */
enum option_kind {
	OPTION_FLAG,     /* none: bool, which becomes true */
	OPTION_TEXT,     /* const char *, borrowed from argv */
	OPTION_WORD,     /* the same, and one of words */
	OPTION_DURATION, /* int64_t, seconds, at least 1 */
	OPTION_TTL,      /* int64_t, seconds, at least 0 */
	OPTION_NUMBER,   /* int64_t, from 1 to most */
	OPTION_LIST      /* struct option_list: it may be repeated */
};

/* The values of an option that may be repeated. */
struct option_list {
	const char **items; /* in the call's arena; borrowed from argv */
	size_t n;
};

/*
 * Describes an option.  The parser, help and completion have no other source.
 * A command's table ends with an empty row; a row with include stands for all
 * rows of that table, which has no such row itself.
 */
struct option {
	const char *name;   /* without "--" */
	const char *value;  /* the name of its value; NULL for a flag */
	const char *help;   /* one line, imperative, no full stop */
	const char *words;  /* its values, as in "sh, fish"; or NULL */
	const char *listed; /* completed by the option of `list` of this name */
	size_t offset;      /* of the field */
	const struct option *include;
	int64_t most; /* OPTION_NUMBER */
	enum option_kind kind;
	char letter;   /* 0: it has none */
	bool required; /* OPTION_TEXT or OPTION_WORD: it must be given */
	bool shared;   /* the field is in struct call, not in own options */
};

/* The address of a row that option_next() may follow. */
struct option_cursor {
	const struct option *next;     /* NULL: at the end */
	const struct option *included; /* NULL: not in an included table */
};

/*
 * Returns the next row, with those of included tables in their place; NULL
 * after the last.
 *
 *	struct option_cursor cursor = { .next = command->options };
 *
 *	while ((option = option_next(&cursor)))
 */
const struct option *option_next(struct option_cursor *cursor);

/*
 * Tests whether a command's own table has an option of this name.  Such an
 * option takes the place of a global one: the parser finds it first, and help
 * and completion do not show the other.
 */
bool option_has(const struct option *table, const char *name);

/* --- options that commands share; all fill struct call ----------------------- */

extern const struct option option_global[]; /* of every command */

/* How credentials are obtained: which plan, ... */
extern const struct option option_plan[];
extern const struct option option_read_only[]; /* --read-only alone */
extern const struct option option_region[];
/* ... and how it is executed. */
extern const struct option option_session[];
extern const struct option option_code[]; /* -t alone */

extern const struct option option_reason[]; /* why credentials are used */

extern const struct option option_confirm[]; /* rolekey_confirm */
extern const struct option option_yes[];     /* any other confirmation */
extern const struct option option_force[];
extern const struct option option_json[];

#endif
