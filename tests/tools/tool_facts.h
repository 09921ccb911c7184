#ifndef TOOLS_TOOL_FACTS_H
#define TOOLS_TOOL_FACTS_H

#include <stdio.h>

#include "base/error.h"

/*
 * Prints an error as a script compares it: its contexts, the outermost first,
 * its reason, and its facts: "locking no-home other=locks".
 */
static inline void tool_facts(FILE *to, const struct error *err)
{
	char word[REASON_WORD_LEN];
	const char *name;

	for (size_t i = ERROR_CONTEXTS; i > 0; i--) {
		if (err->within[i - 1] == REASON_NONE)
			continue;
		reason_word(err->within[i - 1], word);
		(void)fprintf(to, "%s ", word);
	}
	reason_word(err->reason, word);
	(void)fputs(word, to);
	for (size_t i = 0; (name = error_text_name(i)); i++)
		if (error_text(err, i)[0] != '\0')
			(void)fprintf(to, " %s=%s", name, error_text(err, i));
	if (err->about.number != 0)
		(void)fprintf(to, " number=%lld", (long long)err->about.number);
	(void)fputc('\n', to);
}

#endif
