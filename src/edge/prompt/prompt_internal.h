#ifndef EDGE_PROMPT_PROMPT_INTERNAL_H
#define EDGE_PROMPT_PROMPT_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attrs.h"
#include "port/prompt.h"

struct error;
struct secbuf;

/* A question that a program puts to the person. */
struct question {
	char *const *environment; /* of the program: without secrets */
	int seconds;              /* that the person has */
	enum prompt_kind kind;
	const char *text;
	const char *told; /* what the person is to know before; or "" */
};

/*
 * Both fill *answer as port/prompt.h has it: ERROR_PERSON (TOPIC_DISMISSED if
 * the person cancels, TOPIC_NO_ANSWER if nobody answers in time, TOPIC_HELPER
 * if the program fails, so that another one may ask), ERROR_MEMORY.
 */

/* By the Assuan protocol ("The Assuan Protocol", pinentry's manual). */
bool pinentry_ask(const struct question *question, struct secbuf **answer,
		  struct error *err) MUST_CHECK;

/* "zenity" or "kdialog": a window. */
bool window_ask(const char *program, const struct question *question,
		struct secbuf **answer, struct error *err) MUST_CHECK;

/*
 * A line of pinentry's: a part of the answer, with its bytes decoded in place.
 * ASSUAN_ERROR: *number is GnuPG's error code.
 */
enum assuan {
	ASSUAN_OK,
	ASSUAN_ERROR,
	ASSUAN_DATA,
	ASSUAN_OTHER, /* a comment or a status */
	ASSUAN_BROKEN /* no line of the protocol */
};

enum assuan assuan_line(char *line, size_t len, size_t *data_len,
			unsigned *number);

#endif
