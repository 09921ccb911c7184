#ifndef PORT_HELPERS_H
#define PORT_HELPERS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

struct secbuf;

/* A program to run. All borrowed. */
struct helper_call {
	const char *what;        /* its name in messages */
	const char *command;     /* a line, run by sh if necessary; or NULL: */
	const char *const *argv; /* a program and its arguments */
	const char *serial;      /* passed as ROLEKEY_MFA_SERIAL; or NULL: */
	char *variable;          /* "NAME=value", passed to it; or NULL */
	size_t max;              /* bytes that it may print; 0: 1024 */
	bool loud; /* its stderr is ours, even if the command is terse */
	enum error_code code; /* of its failures; NONE: ERROR_PERSON */
};

/*
 * Runs programs of the user's choice for the one secret that they print.  They
 * get the environment without credentials and passphrases, the terminal as
 * stdin if there is one, and at most 60 seconds.
 */
struct helpers {
	void *self;
	/*
	 * Runs a program.  The caller owns *output, what it prints without the
	 * line end.  call->code if it fails, prints nothing or too much, or
	 * takes too long; ERROR_MEMORY.
	 */
	bool (*run)(void *self, const struct helper_call *call,
		    struct secbuf **output, struct error *err);
};

/* Calls through the port; struct helpers documents them. */
static inline bool helpers_run(const struct helpers *helpers,
			       const struct helper_call *call,
			       struct secbuf **output, struct error *err)
{
	return helpers->run(helpers->self, call, output, err);
}

#endif
