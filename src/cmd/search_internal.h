#ifndef CMD_SEARCH_INTERNAL_H
#define CMD_SEARCH_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>

/* The texts of a profile that are searched; NULL: not known. */
#define SEARCH_TEXTS 4
struct search_texts {
	const char *text[SEARCH_TEXTS]; /* name, account, role, description */
};

/*
 * Tests whether every word is a part of one of the texts, in any order and in
 * any case of ASCII letters.  A word with blanks is several words.  No words
 * match everything.
 */
bool search_matches(const struct search_texts *texts, const char *const *words,
		    size_t n);

#endif
