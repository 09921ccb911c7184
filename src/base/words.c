#include "base/words.h"

#include <stdbool.h>
#include <string.h>

#define BLANKS " \t\r\n"

/* Opens or closes quotes. False for any other character. */
static bool is_quote(char c, char *quote)
{
	if (*quote == '\0' ? c != '"' && c != '\'' : c != *quote)
		return false;
	if (*quote == '\0')
		*quote = c;
	else
		*quote = '\0';
	return true;
}

/* Tests for a '\' that is not part of the word itself. */
static bool is_escape(const char *at, char quote)
{
	if (*at != '\\' || quote == '\'')
		return false;
	return quote == '\0' || at[1] == '"' || at[1] == '\\' || at[1] == '\0';
}

enum words_end words_next(const char **rest, char *word, size_t size)
{
	const char *at = *rest + strspn(*rest, BLANKS);
	char quote = '\0';
	bool open = false;
	size_t len = 0;

	word[0] = '\0';
	if (*at == '\0')
		return WORDS_END;
	for (; *at != '\0' && (quote || !strchr(BLANKS, *at)); at++) {
		if (is_escape(at, quote)) {
			open = at[1] == '\0';
			if (open)
				continue;
			at++;
		} else if (is_quote(*at, &quote)) {
			continue;
		}
		if (len + 1 < size)
			word[len++] = *at;
	}
	word[len] = '\0';
	*rest = at;
	return open || quote ? WORDS_OPEN : WORDS_WORD;
}
