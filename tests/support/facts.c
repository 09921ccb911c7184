#include "support/facts.h"

#include <stdio.h>
#include <string.h>

#include "support/check.h"

static size_t put_word(char *out, size_t len, enum error_reason reason)
{
	char word[REASON_WORD_LEN];

	reason_word(reason, word);
	return len + (size_t)snprintf(out + len, FACTS_LEN - len, "%s%s",
				      len > 0 ? " " : "", word);
}

static size_t put_number(char *out, size_t len, const char *name, int64_t n)
{
	return n == 0 ? len
		      : len + (size_t)snprintf(out + len, FACTS_LEN - len,
					       " %s=%lld", name, (long long)n);
}

const char *facts_of(const struct error *err, char out[static FACTS_LEN])
{
	const char *name;
	size_t len = 0;

	out[0] = '\0';
	for (size_t i = ERROR_CONTEXTS; i > 0; i--)
		if (err->within[i - 1] != REASON_NONE)
			len = put_word(out, len, err->within[i - 1]);
	len = put_word(out, len, err->reason);
	for (size_t i = 0; (name = error_text_name(i)); i++)
		if (error_text(err, i)[0] != '\0')
			len += (size_t)snprintf(out + len, FACTS_LEN - len,
						" %s=%s", name,
						error_text(err, i));
	len = put_number(out, len, "line", err->about.line);
	len = put_number(out, len, "number", err->about.number);
	(void)put_number(out, len, "of", err->about.of);
	return out;
}

const char *facts_show(const struct error *err)
{
	static char text[FACTS_LEN];

	return facts_of(err, text);
}

void facts_are(const struct error *err, const struct error_facts *facts)
{
	struct error want;
	char got[FACTS_LEN];
	char expected[FACTS_LEN];
	const char *name;
	bool ok = err->reason == facts->reason;

	(void)error_fail_with(&want, facts);
	for (size_t i = 0; (name = error_text_name(i)); i++)
		ok = ok &&
		     (error_text(&want, i)[0] == '\0' ||
		      strcmp(error_text(&want, i), error_text(err, i)) == 0);
	ok = ok && (facts->line == 0 || facts->line == err->about.line) &&
	     (facts->number == 0 || facts->number == err->about.number) &&
	     (facts->of == 0 || facts->of == err->about.of);
	if (!ok)
		fail_msg("expected %s, got %s", facts_of(&want, expected),
			 facts_of(err, got));
}
