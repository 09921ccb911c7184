#ifndef SYNC_CHANGE_H
#define SYNC_CHANGE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attrs.h"
#include "base/view.h"

struct account;
struct arena;
struct error;

/* How profiles are made from accounts. Texts are borrowed. */
struct change_options {
	/*
	 * Names, with a path if they have one.  With sso_session those of
	 * the account that are made profiles of; none: all of them.
	 */
	const char *const *roles;
	size_t n_roles;
	const char *source;        /* source_profile; unless sso_session */
	const char *sso_session;   /* of accounts with roles, or NULL */
	const char *name;          /* template, or NULL */
	const char *region;        /* or NULL */
	const char *const *colors; /* "RRGGBB", or "OU=RRGGBB"; first match */
	size_t n_colors;
	bool prune;       /* remove the profiles of accounts that are gone */
	bool renames;     /* the template changed: existing names may change */
	const char *memo; /* the first line in the block, without its end */
};

enum change_kind {
	CHANGE_NONE,
	CHANGE_NEW,
	CHANGE_OTHER,   /* other lines, or another name */
	CHANGE_GONE,    /* the account is gone, and the profile stays */
	CHANGE_REMOVED, /* the account is gone */
	CHANGE_TAKEN    /* a profile outside of the block has the name */
};

/* A profile in the block, before and after. */
struct change_profile {
	enum change_kind kind;
	const char *name;
	const char *account; /* its id */
	const char *role;
	const char *before; /* lines with '\n', or NULL */
	const char *after;  /* likewise */
};

struct change_set {
	struct change_profile *profiles; /* sorted by name */
	size_t n;
	size_t count[CHANGE_TAKEN + 1];
	const char *inside; /* the new content of the block */
	size_t inside_len;
};

/* The accounts, and the file as it is. All borrowed. */
struct change_input {
	const struct account *accounts; /* sorted by id */
	size_t n;
	struct view inside; /* the present content of the block, or empty */
	/* Tells whether a profile outside of the block has a name. */
	bool (*is_outside)(const void *self, const char *name);
	const void *self;
};

/*
 * Computes the content of a block.  Everything is in arena.
 *
 * A profile that is in the block keeps its name.  Other names are made from the
 * template; of several accounts with one name, all but the lowest id get "-ID".
 * ERROR_USAGE for a template with an unknown field; ERROR_MEMORY.
 */
bool change_compute(const struct change_options *options,
		    const struct change_input *input, struct arena *arena,
		    struct change_set *set, struct error *err) MUST_CHECK;

/* The begin of the line that says how a block was made. */
#define CHANGE_MEMO "# rolekey org sync"

/*
 * Reads the line of a block that begins with CHANGE_MEMO; empty if it has none.
 */
struct view change_memo(struct view inside);

/* Tests whether a name is that of a role, with or without a path. */
bool change_is_role(const char *name);

#endif
