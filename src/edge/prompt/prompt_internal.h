#ifndef EDGE_PROMPT_PROMPT_INTERNAL_H
#define EDGE_PROMPT_PROMPT_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <termios.h>

#include "base/attrs.h"
#include "port/prompt.h"

struct audience;
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

/*
 * Edits a line that the terminal passes byte by byte and does not echo, as the
 * terminal would: the keys of settings erase.  Adds the byte to line, and shows
 * it.  A terminal that echoes would also show what is pasted after the line.
 */
enum line_state {
	LINE_CONTINUES,
	LINE_COMPLETE, /* the byte was the line end */
	LINE_END       /* the user ended the input */
};

enum line_state line_add(int tty, const struct termios *settings,
			 struct secbuf *line, char byte);

/*
 * Gives the turn to ask on a terminal to one process at a time, by flock(2) on
 * its device: each process changes the settings and restores those that it
 * found.
 */
enum turn {
	TURN_OURS,
	TURN_OTHERS, /* another process asks */
	TURN_UNKNOWN /* the device cannot be opened; ask anyway */
};

/* Tries to take the turn. End it with turn_end(*fd), if *fd is not -1. */
enum turn turn_try(int tty, int *fd);

/*
 * Waits for the turn, and says nothing: the user sees the other question.  False if the audience has gone meanwhile. */
bool turn_wait(int tty, const struct audience *audience, int *fd) MUST_CHECK;

/* Ends the turn. -1 is allowed. */
void turn_end(int fd);

#endif
