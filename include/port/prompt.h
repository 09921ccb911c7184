#ifndef PORT_PROMPT_H
#define PORT_PROMPT_H

#include <stdbool.h>

struct error;
struct secbuf;

enum prompt_kind {
	PROMPT_TEXT,  /* shown as it is typed: a key id, yes or no */
	PROMPT_CODE,  /* six digits, shown as they are typed */
	PROMPT_SECRET /* not shown */
};

/*
 * Asks the user on the controlling terminal, never on stdin or stdout, and
 * always restores the state of the terminal.
 *
 * ERROR_PERSON at once if nobody can be asked, or prompting is disabled;
 * ERROR_INTERRUPTED for Ctrl-C; ERROR_PERSON for end of file, and for an answer
 * of more than 1,024 bytes.  The caller owns the answer, which has no line
 * end.  The question is shown as given ("Code: "), and again after Ctrl-Z and
 * fg.
 */
struct prompt {
	void *self;
	bool (*ask)(void *self, enum prompt_kind kind, const char *question,
		    struct secbuf **answer, struct error *err);
	/*
	 * Waits for the given number of seconds and shows the reason and the
	 * rest on the terminal.  ERROR_INTERRUPTED for Ctrl-C.  It is not an
	 * error if there is no terminal.
	 */
	bool (*wait)(void *self, const char *for_what, int seconds,
		     struct error *err);
	/*
	 * Shows a line on the terminal, if there is one: never on the line of
	 * another rolekey's question.
	 */
	void (*tell)(void *self, const char *text);
	/* Tests whether ask() could reach the user. */
	bool (*can_ask)(void *self);
	/* From now on, nobody can be asked. */
	void (*mute)(void *self);
	/*
	 * Tests whether another rolekey asks on this terminal now, so that a
	 * line would come between its question and the answer.  NULL: never.
	 */
	bool (*is_busy)(void *self);
};

/* Calls through the port; struct prompt documents them. */
static inline bool prompt_ask(const struct prompt *prompt,
			      enum prompt_kind kind, const char *question,
			      struct secbuf **answer, struct error *err)
{
	return prompt->ask(prompt->self, kind, question, answer, err);
}

static inline bool prompt_wait(const struct prompt *prompt,
			       const char *for_what, int seconds,
			       struct error *err)
{
	return prompt->wait(prompt->self, for_what, seconds, err);
}

static inline void prompt_tell(const struct prompt *prompt, const char *text)
{
	prompt->tell(prompt->self, text);
}

static inline bool prompt_can_ask(const struct prompt *prompt)
{
	return prompt->can_ask(prompt->self);
}

static inline void prompt_mute(const struct prompt *prompt)
{
	prompt->mute(prompt->self);
}

static inline bool prompt_is_busy(const struct prompt *prompt)
{
	return prompt->is_busy && prompt->is_busy(prompt->self);
}

#endif
