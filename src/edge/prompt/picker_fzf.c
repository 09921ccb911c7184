#include <stdint.h>
#include <unistd.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/secbuf.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "edge/process/helper_internal.h"
#include "edge/prompt/picker_internal.h"
#include "port/picker.h"

#define SECONDS    3600 /* until the user is given up */
#define ANSWER_CAP 4096
#define TEXT_MAX   16777216
#define ESCAPE     130 /* status for Escape and Ctrl-C */
#define NO_MATCH   1   /* status if nothing was selected */

/* "NUMBER NAME ACCOUNT ROLE NOTE DESCRIPTION", with tabs between them. */
static void put_rows(struct strbuf *out, const struct picker_row *rows,
		     size_t n)
{
	for (size_t i = 0; i < n; i++)
		strbuf_printf(out, "%zu\t%s\t%s\t%s\t%s\t%s\n", i, rows[i].name,
			      rows[i].account, rows[i].role, rows[i].note,
			      rows[i].description);
}

/* Writes the rows and reads the answer.  fzf may end before it has all rows. */
static bool talk(struct helper_process *fzf, const struct strbuf *text,
		 struct secbuf *answer, struct error *err)
{
	struct error closed = { 0 };
	bool ended = false;
	bool ok = true;

	(void)!helper_write(fzf, strbuf_text(text), text->len, &closed);
	(void)close(fzf->input);
	fzf->input = -1;
	while (ok && !ended)
		ok = helper_read(fzf, answer, &ended, err);
	return ok;
}

static bool read_answer(const char *answer, size_t n, size_t *chosen,
			struct error *err)
{
	char number[24] = "";
	int64_t row;

	for (size_t i = 0;
	     answer[i] >= '0' && answer[i] <= '9' && i + 1 < sizeof(number);
	     i++)
		number[i] = answer[i];
	if (!text_number(number, 0, (int64_t)n - 1, &row))
		return error_fail(err, REASON_INTERRUPTED);
	*chosen = (size_t)row;
	return true;
}

static bool run(char *const *environment, const struct strbuf *text, size_t n,
		size_t *chosen, struct error *err)
{
	static const char *const argv[] = { "fzf",
					    "--exact",
					    "--delimiter=\t",
					    "--with-nth=2..",
					    "--tiebreak=index",
					    "--no-multi",
					    "--prompt=Profile: ",
					    NULL };
	const struct helper helper = { .what = argv[0],
				       .argv = argv,
				       .environment = environment,
				       .seconds = SECONDS,
				       .max = ANSWER_CAP,
				       .code = ERROR_SYSTEM };
	struct secbuf *answer = secbuf_new(ANSWER_CAP);
	struct helper_process fzf;
	int status = 0;
	bool ok;

	if (!helper_start(&helper, true, &fzf, err)) {
		secbuf_free(answer);
		return false;
	}
	ok = talk(&fzf, text, answer, err);
	ok = helper_end(&fzf, ok, &status, err);
	if (!ok && (status == ESCAPE || status == NO_MATCH))
		(void)error_fail(err, REASON_INTERRUPTED);
	ok = ok && read_answer(secbuf_text(answer), n, chosen, err);
	secbuf_free(answer);
	return ok;
}

bool picker_fzf_pick(char *const *environment, const struct picker_row *rows,
		     size_t n, size_t *chosen, struct error *err)
{
	char **block = helper_environment(environment, NULL);
	struct strbuf text = strbuf_with_max(TEXT_MAX);
	bool ok;

	put_rows(&text, rows, n);
	ok = (block && strbuf_ok(&text)) || error_memory(err);
	ok = ok && run(block, &text, n, chosen, err);
	strbuf_clear(&text);
	mem_free(block);
	return ok;
}
