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
 * The person.  Asks on the controlling terminal, never on stdin or stdout, and
 * leaves the terminal as it was whatever happens.
 *
 * ERROR_PERSON at once, if nobody can be asked (TOPIC_NO_TERMINAL) or may be
 * (TOPIC_NO_PROMPT); ERROR_INTERRUPTED for Ctrl-C; ERROR_PERSON for end of
 * file.  The answer (owned by the caller) has no line end; one of more than
 * 1,024 bytes is ERROR_PERSON.  The question is shown as it is ("Code: "),
 * and again after Ctrl-Z and fg.
 */
struct prompt {
	void *self;
	bool (*ask)(void *self, enum prompt_kind kind, const char *question,
		    struct secbuf **answer, struct error *err);
	/*
	 * Wait that many seconds, and say on the terminal for what and how many
	 * are left.  ERROR_INTERRUPTED for Ctrl-C; no terminal is no failure.
	 */
	bool (*wait)(void *self, const char *for_what, int seconds,
		     struct error *err);
	/* A line on the terminal, if there is one. */
	void (*tell)(void *self, const char *text);
	/* Could ask() reach anybody? */
	bool (*can_ask)(void *self);
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

#endif
