#include <string.h>

#include "access/descriptions.h"
#include "base/view.h"
#include "cmd/search_internal.h"
#include "sync/description.h"

static char lower(char c)
{
	return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

static bool begins_with(const char *text, struct view word)
{
	for (size_t i = 0; i < word.len; i++)
		if (lower(text[i]) != lower(word.at[i]))
			return false;
	return true;
}

static bool contains(const char *text, struct view word)
{
	for (size_t left = text ? strlen(text) : 0; left >= word.len && left;
	     left--, text++)
		if (begins_with(text, word))
			return true;
	return false;
}

static bool is_in_any(const struct search_texts *texts, struct view word)
{
	for (size_t i = 0; i < SEARCH_TEXTS; i++)
		if (contains(texts->text[i], word))
			return true;
	return false;
}

bool search_matches(const struct search_texts *texts, const char *const *words,
		    size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct view rest = view_trim(view_of(words[i]), VIEW_SPACE);
		struct view word;

		while (rest.len > 0) {
			if (!view_cut(rest, ' ', &word, &rest))
				rest.len = 0;
			rest = view_trim(rest, VIEW_SPACE);
			if (!is_in_any(texts, word))
				return false;
		}
	}
	return true;
}

struct search_texts search_texts_of(const struct descriptions *descriptions,
				    const char *profile, const char *account,
				    const char *role_arn)
{
	const struct description *found =
		description_find(descriptions->list, descriptions->n, profile);
	const char *role = role_arn ? strstr(role_arn, ":role/") : NULL;

	return (struct search_texts){
		{ profile, account, role ? role + strlen(":role/") : NULL,
		  found ? found->text : NULL, found ? found->ou : NULL }
	};
}
