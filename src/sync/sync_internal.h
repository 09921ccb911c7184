#ifndef SYNC_SYNC_INTERNAL_H
#define SYNC_SYNC_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attrs.h"
#include "base/view.h"

struct account;
struct arena;
struct error;

/* A set of names, in an arena. */
struct names_set {
	const char **slots;
	size_t n_slots; /* a power of two, at least twice the names */
};

bool names_set_init(struct names_set *set, size_t most, struct arena *arena);
bool names_has(const struct names_set *set, const char *name);
/* At most as many as the set was made for. */
void names_put(struct names_set *set, const char *name);

/*
 * Makes the name of a profile from a template: {account} {id} {ou} {role}
 * {email}.  Lower case; what is not in [A-Za-z0-9._/-] becomes one '-'; none at
 * the ends.  Never "default" and never empty.  NULL when out of memory.
 */
const char *names_make(const char *template, const struct account *account,
		       const char *role, struct arena *arena);

/* Checks the fields of a template. ERROR_USAGE. */
bool names_check(const char *template, struct error *err) MUST_CHECK;

/* A profile in a block. */
struct entry {
	const char *name;
	const char *account; /* of its role_arn or sso_account_id, or "" */
	const char *role;    /* with its path, or "" */
	const char *text;    /* its lines, with the comments before it */
	bool used;
};

/*
 * Reads the profiles in a block, sorted by account and role, in arena.  False
 * when out of memory.
 */
bool entries_read(struct view inside, struct arena *arena,
		  struct entry **entries, size_t *n) MUST_CHECK;

/* Returns the line that begins with CHANGE_MEMO, or an empty view. */
struct view entries_memo(struct view inside);

/* Finds the entry of a role, or NULL. */
struct entry *entries_find(struct entry *entries, size_t n, const char *account,
			   const char *role);

#endif
