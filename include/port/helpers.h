#ifndef PORT_HELPERS_H
#define PORT_HELPERS_H

#include <stdbool.h>

struct error;
struct secbuf;

/*
 * Programs of the person's choice, run for the one secret that they print.
 * They get the environment without credentials and passphrases, the terminal
 * as stdin if there is one, and at most 60 seconds.
 */
struct helpers {
	void *self;
	/*
	 * A command line (by sh, where it needs one), or else argv.  serial is
	 * told to it as ROLEKEY_MFA_SERIAL.  *output (the caller's) is what it
	 * prints, without the line's end.  what is its name in messages.
	 * ERROR_PERSON, TOPIC_HELPER if it fails, prints nothing, or takes too
	 * long; ERROR_MEMORY.
	 */
	bool (*run)(void *self, const char *what, const char *command,
		    char *const *argv, const char *serial,
		    struct secbuf **output, struct error *err);
};

#endif
