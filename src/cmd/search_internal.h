#ifndef CMD_SEARCH_INTERNAL_H
#define CMD_SEARCH_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attrs.h"

struct arena;
struct description;
struct error;
struct request;
struct world;

/* The texts of a profile that are searched; NULL: not known. */
#define SEARCH_TEXTS 5
struct search_texts {
	const char *text[SEARCH_TEXTS]; /* name, account id, role, account's
					   name, unit */
};

/* What managed blocks of the config file say about profiles. */
struct search_descriptions {
	struct description *list; /* sync/description.h */
	size_t n;
};

/* Reads the config file again, and its descriptions; they are in arena. */
bool search_read(const struct request *request, const struct world *world,
		 struct arena *arena, struct search_descriptions *descriptions,
		 struct error *err) MUST_CHECK;

/* Collects the texts of a profile. */
struct search_texts
search_texts_of(const struct search_descriptions *descriptions,
		const char *profile, const char *account, const char *role_arn);

/*
 * Tests whether every word is a part of one of the texts, in any order and in
 * any case of ASCII letters.  A word with blanks is several words.  No words
 * match everything.
 */
bool search_matches(const struct search_texts *texts, const char *const *words,
		    size_t n);

#endif
