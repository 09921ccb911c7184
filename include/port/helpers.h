#ifndef PORT_HELPERS_H
#define PORT_HELPERS_H

#include <stdbool.h>

struct error;
struct secbuf;

/* What is run, and for whom. All borrowed. */
struct helper_call {
	const char *what;    /* its name in messages */
	const char *command; /* a line, for sh where it needs one; or NULL: */
	char *const *argv;   /* a program and its words */
	const char *serial;  /* told to it as ROLEKEY_MFA_SERIAL */
};

/*
 * Programs of the person's choice, run for the one secret that they print.
 * They get the environment without credentials and passphrases, the terminal
 * as stdin if there is one, and at most 60 seconds.
 */
struct helpers {
	void *self;
	/*
	 * *output (the caller's) is what it prints, without the line's end.
	 * ERROR_PERSON, TOPIC_HELPER if it fails, prints nothing, or takes too
	 * long; ERROR_MEMORY.
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
