#ifndef CMD_SEARCH_INTERNAL_H
#define CMD_SEARCH_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>

struct descriptions;

/* The texts of a profile that are searched; NULL: not known. */
#define SEARCH_TEXTS 5
struct search_texts {
	const char *text[SEARCH_TEXTS]; /* name, account id, role, account's
					   name, unit */
};

/* Collects the texts of a profile. */
struct search_texts search_texts_of(const struct descriptions *descriptions,
				    const char *profile, const char *account,
				    const char *role_arn);

/*
 * Tests whether every word is a part of one of the texts, in any order and in
 * any case of ASCII letters.  A word with blanks is several words.  No words
 * match everything.
 */
bool search_matches(const struct search_texts *texts, const char *const *words,
		    size_t n);

#endif
