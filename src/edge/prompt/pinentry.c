#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/error.h"
#include "base/secbuf.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "edge/process/helper_internal.h"
#include "edge/prompt/prompt_internal.h"

#define LINES_MAX  65536 /* bytes of output in all */
#define ANSWER_CAP 1024
#define ASSUAN_LINE_MAX \
	1000           /* bytes of a line, without its end, by the protocol */
#define CHARACTER  12  /* bytes of a character at most: four, each as %xx */
#define LINE_SHOWN 200 /* bytes of a line of its, in an error */

/* GnuPG's error codes (gpg-error.h). */
#define CANCELED       99
#define FULLY_CANCELED 198
#define TIMEOUT        62

/* A conversation with pinentry. */
struct talk {
	struct helper_process process;
	struct secbuf *said; /* all output so far */
	size_t at;           /* where the next line begins */
	struct secbuf *answer;
	bool refused; /* the last command was refused with ERR */
};

/* line, if not NULL, is its last one: of len bytes, without a NUL. */
static bool broken(struct error *err, const char *line, size_t len)
{
	char detail[LINE_SHOWN];

	(void)snprintf(detail, sizeof(detail), "%.*s", line ? (int)len : 0,
		       line ? line : "");
	return error_fail(err, REASON_PINENTRY_FAILED, .detail = detail);
}

/* Returns the next line of pinentry without its end. */
static bool next_line(struct talk *talk, char **line, size_t *len,
		      struct error *err)
{
	bool ended = false;

	for (;;) {
		char *from = secbuf_edit(talk->said) + talk->at;
		size_t left = secbuf_len(talk->said) - talk->at;
		char *end = memchr(from, '\n', left);

		if (end) {
			*line = from;
			*len = (size_t)(end - from);
			talk->at += *len + 1;
			return true;
		}
		if (ended)
			return broken(err, NULL, 0);
		if (!helper_read(&talk->process, talk->said, &ended, err))
			return false;
	}
}

static bool refused(unsigned number, int seconds, const char *line, size_t len,
		    struct error *err)
{
	if (number == CANCELED || number == FULLY_CANCELED)
		return error_fail(err, REASON_DISMISSED, .action = "pinentry");
	if (number == TIMEOUT)
		return error_fail(err, REASON_NO_ANSWER, .action = "pinentry",
				  .number = seconds);
	return broken(err, line, len);
}

/* Reads until OK or ERR. Data lines are parts of the answer. */
static bool await_ok(struct talk *talk, struct error *err)
{
	for (;;) {
		size_t len = 0, data_len;
		unsigned number;
		char *line = NULL;

		if (!next_line(talk, &line, &len, err))
			return false;
		switch (assuan_line(line, len, &data_len, &number)) {
		case ASSUAN_OK:
			return true;
		case ASSUAN_ERROR:
			talk->refused = true;
			return refused(number, talk->process.helper->seconds,
				       line, len, err);
		case ASSUAN_DATA:
			secbuf_add(talk->answer, line + 2, data_len);
			break;
		case ASSUAN_OTHER:
			break;
		case ASSUAN_BROKEN:
		default:
			return broken(err, line, len);
		}
	}
}

/*
 * Appends text with % and line ends as %xx.  A text that is too long for a line
 * is cut between two characters, because pinentry exits at a longer line.
 */
static void put_escaped(struct strbuf *out, const char *text)
{
	for (; *text != '\0'; text++) {
		bool begins = ((unsigned char)*text & 0xc0) != 0x80;

		if (begins && out->len + CHARACTER > ASSUAN_LINE_MAX)
			return;
		if (*text == '%' || *text == '\n' || *text == '\r')
			strbuf_printf(out, "%%%02X", (unsigned char)*text);
		else
			strbuf_printf(out, "%c", *text);
	}
}

static bool say(struct talk *talk, const char *command, const char *text,
		struct error *err)
{
	struct strbuf line = strbuf_with_max(ASSUAN_LINE_MAX + 1);
	bool ok;

	talk->refused = false;
	strbuf_puts(&line, command);
	put_escaped(&line, text);
	strbuf_puts(&line, "\n");
	ok = strbuf_ok(&line) || error_memory(err);
	ok = ok &&
	     helper_write(&talk->process, strbuf_text(&line), line.len, err) &&
	     await_ok(talk, err);
	strbuf_clear(&line);
	return ok;
}

/* Sends an option; pinentry may not know it. */
static bool say_option(struct talk *talk, const char *name, const char *value,
		       struct error *err)
{
	struct error why = { 0 };

	if (text_is_empty(value) || say(talk, name, value, &why) ||
	    talk->refused)
		return true;
	*err = why;
	return false;
}

/*
 * Sends "MFA code for X: " as the description, and its first words as the
 * prompt.
 */
static bool put_question(struct talk *talk, const struct question *question,
			 struct error *err)
{
	char *const *environment = question->environment;
	const char *locale = text_env(environment, "LC_ALL");
	bool tty = access("/dev/tty", R_OK | W_OK) == 0;
	char seconds[16];

	if (text_is_empty(locale))
		locale = text_env(environment, "LANG");
	(void)snprintf(seconds, sizeof(seconds), "%d", question->seconds);
	return await_ok(talk, err) &&
	       say_option(talk, "OPTION ttyname=", tty ? "/dev/tty" : "",
			  err) &&
	       say_option(talk,
			  "OPTION ttytype=", text_env(environment, "TERM"),
			  err) &&
	       say_option(talk, "OPTION lc-ctype=", locale, err) &&
	       say_option(talk, "SETTIMEOUT ", seconds, err) &&
	       say_option(talk, "SETTITLE ", "rolekey", err) &&
	       say_option(talk, "SETERROR ", question->told, err) &&
	       say_option(talk, "SETDESC ", question->text, err) &&
	       say_option(talk, "SETPROMPT ",
			  question->kind == PROMPT_CODE ? "Code:" : ":", err);
}

/* Ends the conversation. After an answer the exit status does not matter. */
static bool finish(struct talk *talk, bool ok, struct error *err)
{
	struct error ignored = { 0 };
	bool bye = ok && helper_write(&talk->process, "BYE\n", 4, &ignored);

	return helper_end(&talk->process, bye, NULL, ok ? &ignored : err) || ok;
}

static bool converse(const struct helper *helper,
		     const struct question *question, struct talk *talk,
		     struct error *err)
{
	bool ok;

	if (!helper_start(helper, true, &talk->process, err))
		return false;
	ok = put_question(talk, question, err) && say(talk, "GETPIN", "", err);
	return finish(talk, ok, err);
}

/*
 * Talks in our turn: pinentry may take the terminal.  Kills it gently, because
 * it may have changed the terminal: Ctrl-C ends only the program.
 */
static bool converse_held(const struct helper *helper,
			  const struct question *question, struct talk *talk,
			  struct error *err)
{
	const struct sigaction ignored = { .sa_handler = SIG_IGN };
	int tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	const struct audience audience = audience_now();
	struct sigaction before;
	struct termios found;
	int turn = -1;
	bool ok;

	if (tty >= 0 && !turn_wait(tty, &audience, &turn)) {
		(void)close(tty);
		return error_fail(err, REASON_ABANDONED);
	}
	if (tty >= 0 && tcgetattr(tty, &found) != 0) {
		(void)close(tty);
		tty = -1;
	}
	(void)sigaction(SIGINT, &ignored, &before);
	ok = converse(helper, question, talk, err);
	(void)sigaction(SIGINT, &before, NULL);
	if (tty >= 0 && tcgetpgrp(tty) == getpgrp())
		(void)tcsetattr(tty, TCSANOW, &found);
	turn_end(turn);
	if (tty >= 0)
		(void)close(tty);
	return ok;
}

bool pinentry_ask(const struct question *question, struct secbuf **answer,
		  struct error *err)
{
	const char *const argv[] = { "pinentry", NULL };
	const struct helper helper = { .what = argv[0],
				       .argv = argv,
				       .environment = question->environment,
				       .asks = true,
				       .seconds = question->seconds,
				       .max = LINES_MAX,
				       .code = ERROR_PERSON,
				       .late = REASON_NO_ANSWER };
	struct talk talk = { .said = secbuf_new(LINES_MAX),
			     .answer = secbuf_new(ANSWER_CAP) };
	bool ok;

	ok = (talk.said && talk.answer) || error_memory(err);
	ok = ok && converse_held(&helper, question, &talk, err);
	if (ok && !secbuf_ok(talk.answer))
		ok = error_fail(err, REASON_ANSWER_TOO_LONG,
				.number = ANSWER_CAP);
	secbuf_free(talk.said);
	if (ok)
		*answer = talk.answer;
	else
		secbuf_free(talk.answer);
	return ok;
}
