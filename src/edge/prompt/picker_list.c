#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/secbuf.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "edge/prompt/picker_internal.h"
#include "pick/search.h"
#include "port/picker.h"
#include "port/prompt.h"

#define SHOWN_MAX 20   /* rows at once */
#define LINE_CAP  1024 /* bytes */
#define QUESTION  "Profile (a number, or words to search): "

static void show_row(const struct prompt *prompt, size_t number,
		     const struct picker_row *row)
{
	char line[LINE_CAP];

	(void)snprintf(line, sizeof(line), "%3zu  %s  %s  %s  %s%s%s", number,
		       row->name, row->account, row->role, row->note,
		       *row->note != '\0' ? "  " : "", row->description);
	for (size_t len = strlen(line); len > 0 && line[len - 1] == ' '; len--)
		line[len - 1] = '\0';
	prompt_tell(prompt, line);
}

/* Shows the rows that were found; returns how many have a number. */
static size_t show(const struct prompt *prompt, const struct picker_row *rows,
		   const struct pick_search *search, size_t found)
{
	size_t shown = found < SHOWN_MAX ? found : SHOWN_MAX;
	char line[64];

	for (size_t i = 0; i < shown; i++)
		show_row(prompt, i + 1, &rows[pick_search_row(search, i)]);
	(void)snprintf(line, sizeof(line), "%zu more", found - shown);
	if (found > shown)
		prompt_tell(prompt, line);
	if (found == 0)
		prompt_tell(prompt, "no profile has these words");
	return shown;
}

/*
 * Takes an answer: the number of a row, its whole name, or else words to search.
 * True if it names a row; *found is how many the words found.
 */
static bool take(const char *answer, const struct picker_row *rows,
		 struct pick_search *search, size_t shown, size_t *found,
		 size_t *chosen)
{
	int64_t number;

	if (shown > 0 && text_number(answer, 1, (int64_t)shown, &number)) {
		*chosen = pick_search_row(search, (size_t)number - 1);
		return true;
	}
	*found = pick_search_run(search, answer);
	*chosen = *found > 0 ? pick_search_row(search, 0) : 0;
	return *found > 0 && strcmp(rows[*chosen].name, answer) == 0;
}

static bool ask(const struct prompt *prompt, const struct picker_row *rows,
		struct pick_search *search, size_t n, size_t *chosen,
		struct error *err)
{
	struct secbuf *answer = NULL;
	size_t found = n;
	bool done = false;
	bool ok = true;

	while (ok && !done) {
		size_t shown = show(prompt, rows, search, found);

		ok = prompt_ask(prompt, PROMPT_TEXT, QUESTION, &answer, err);
		if (ok && secbuf_len(answer) == 0)
			ok = error_fail(err, REASON_INTERRUPTED);
		done = ok && take(secbuf_text(answer), rows, search, shown,
				  &found, chosen);
		secbuf_free(answer);
		answer = NULL;
	}
	return ok;
}

bool picker_list_pick(const struct prompt *prompt,
		      const struct picker_row *rows, size_t n, size_t *chosen,
		      struct error *err)
{
	struct pick_search *search = pick_search_new(rows, n);
	bool ok;

	if (!search)
		return error_memory(err);
	ok = ask(prompt, rows, search, n, chosen, err);
	pick_search_free(search);
	return ok;
}
