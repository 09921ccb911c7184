#ifndef SYNC_ACCOUNT_H
#define SYNC_ACCOUNT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attrs.h"

struct arena;
struct error;

struct account_tag {
	const char *key;
	const char *value;
};

/*
 * An account of an organization, or of IAM Identity Center, which tells neither
 * states nor units.  Texts are borrowed.
 */
struct account {
	const char *id; /* 12 digits */
	const char *name;
	const char *email; /* may be "" */
	const char *state; /* "ACTIVE", "SUSPENDED", ...; "": not known */
	const char *ou; /* names below the root: "Prod/Live"; "" at the root */
	const char *partition;
	bool management; /* the organization's management account */
	const struct account_tag *tags;
	size_t n_tags;
	const char *const *roles; /* of IAM Identity Center, sorted; or NULL */
	size_t n_roles;
};

/* A term of a filter. */
struct account_term {
	const char *key; /* "ou", "name", "id", "email", "state" or a tag's */
	const char *pattern; /* fnmatch(3), in any case of letters */
	bool tag;
};

struct account_filter {
	struct account_term *terms;
	size_t n;
	bool tags;  /* a term is about tags */
	bool state; /* a term is about states */
};

/*
 * Reads a filter such as "ou=Prod tag:team=web": terms KEY=PATTERN, split like
 * the words of sh(1), all of which must match.  A pattern of units that ends
 * with a slash and an asterisk matches the unit before them, too.  Texts are in
 * arena.  ERROR_USAGE, ERROR_MEMORY.
 */
bool account_filter_parse(const char *text, struct arena *arena,
			  struct account_filter *filter,
			  struct error *err) MUST_CHECK;

/*
 * Tests whether an account matches.  Without a term about states only active
 * accounts do, unless any_state.  If with_tags is false, terms about tags are
 * ignored: the tags of an account that does not match need not be requested.
 */
bool account_matches(const struct account_filter *filter,
		     const struct account *account, bool any_state,
		     bool with_tags);

/* Tests whether a pattern matches a path of units, as in a filter. */
bool account_is_in(const char *pattern, const char *ou);

/*
 * Splits a text into words as sh(1) does with quotes and backslashes, without
 * expansions.  Words are in arena.  False if a quote has no end or memory is
 * exhausted: then arena_ok() tells which.
 */
bool account_words(const char *text, struct arena *arena, const char ***words,
		   size_t *n) MUST_CHECK;

#endif
