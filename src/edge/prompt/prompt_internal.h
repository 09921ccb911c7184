#ifndef EDGE_PROMPT_PROMPT_INTERNAL_H
#define EDGE_PROMPT_PROMPT_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attrs.h"
#include "port/prompt.h"

struct error;
struct secbuf;

/* A question that a program asks the user. */
struct question {
	char *const *environment; /* for the program: without secrets */
	int seconds;              /* that the user has */
	enum prompt_kind kind;
	const char *text;
	const char *told; /* a message to show first, or "" */
};

/*
 * Both store *answer as described in port/prompt.h.  ERROR_PERSON if the user
 * cancels, if nobody answers in time, or if the program fails, so that another
 * one can ask; ERROR_MEMORY.
 */

/* Asks with pinentry ("The Assuan Protocol", pinentry's manual). */
bool pinentry_ask(const struct question *question, struct secbuf **answer,
		  struct error *err) MUST_CHECK;

/* Asks with a window of "zenity" or "kdialog". */
bool window_ask(const char *program, const struct question *question,
		struct secbuf **answer, struct error *err) MUST_CHECK;

/*
 * Parses a line of pinentry: a part of the answer, decoded in place.
 * ASSUAN_ERROR: *number is GnuPG's error code.
 */
enum assuan {
	ASSUAN_OK,
	ASSUAN_ERROR,
	ASSUAN_DATA,
	ASSUAN_OTHER, /* a comment or a status */
	ASSUAN_BROKEN /* not a line of the protocol */
};

enum assuan assuan_line(char *line, size_t len, size_t *data_len,
			unsigned *number);

#endif
