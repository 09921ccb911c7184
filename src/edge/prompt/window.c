#include <stddef.h>
#include <string.h>

#include "base/error.h"
#include "base/secbuf.h"
#include "base/strbuf.h"
#include "edge/process/helper_internal.h"
#include "edge/prompt/prompt_internal.h"

#define ANSWER_CAP 1024
#define TEXT_MAX   4096
#define CANCELLED  1 /* status of both, and of zenity without display */

/* Doubles '_', which zenity uses to mark keys. */
static void put_text(struct strbuf *out, const char *text, bool twice)
{
	for (; *text != '\0'; text++)
		strbuf_printf(out, "%s%c", twice && *text == '_' ? "_" : "",
			      *text);
}

static bool run(const char *program, const char *const argv[],
		const struct question *question, struct secbuf **answer,
		struct error *err)
{
	const struct helper helper = { .what = program,
				       .argv = argv,
				       .environment = question->environment,
				       .quiet = true,
				       .asks = true,
				       .seconds = question->seconds,
				       .max = ANSWER_CAP,
				       .code = ERROR_PERSON,
				       .late = REASON_NO_ANSWER };
	int status = 0;

	return helper_run(&helper, answer, &status, err) ||
	       (status == CANCELLED &&
		error_fail(err, REASON_DISMISSED, .action = program));
}

static bool run_zenity(const char *text, const struct question *question,
		       struct secbuf **answer, struct error *err)
{
	const char *const argv[] = {
		"zenity",
		"--entry",
		"--title=rolekey",
		"--text",
		text,
		question->kind == PROMPT_SECRET ? "--hide-text" : NULL,
		NULL
	};

	return run(argv[0], argv, question, answer, err);
}

static bool run_kdialog(const char *text, const struct question *question,
			struct secbuf **answer, struct error *err)
{
	bool hidden = question->kind == PROMPT_SECRET;
	const char *const argv[] = {
		"kdialog", "--title",
		"rolekey", hidden ? "--password" : "--inputbox",
		text,      NULL
	};

	return run(argv[0], argv, question, answer, err);
}

bool window_ask(const char *program, const struct question *question,
		struct secbuf **answer, struct error *err)
{
	bool zenity = strcmp(program, "zenity") == 0;
	struct strbuf text = strbuf_with_max(TEXT_MAX);
	bool ok;

	put_text(&text, question->told, zenity);
	strbuf_puts(&text, *question->told ? "\n" : "");
	put_text(&text, question->text, zenity);
	ok = strbuf_ok(&text) || error_memory(err);
	if (ok && zenity)
		ok = run_zenity(strbuf_text(&text), question, answer, err);
	else if (ok)
		ok = run_kdialog(strbuf_text(&text), question, answer, err);
	strbuf_clear(&text);
	return ok;
}
