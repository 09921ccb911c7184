#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <stdbool.h>

#include "base/attrs.h"

/*
 * Why something failed, told to the person who asked for it.
 *
 * A function that can fail returns bool and takes a struct error as its last
 * parameter, which it fills only when it returns false.  The struct is a plain
 * value of the caller: reporting a failure never allocates, so running out of
 * memory can be reported too.
 *
 * Never put a secret into an error: its text goes to terminals and logs.
 * Control characters are replaced as the text is written, so what came from
 * outside (an answer, a file, a daemon) may be quoted as it is.
 */
enum error_code {
	ERROR_NONE,
	ERROR_MEMORY,   /* out of memory or past a size cap: status 1 */
	ERROR_USAGE,    /* the command line is wrong: 2 */
	ERROR_CONFIG,   /* the user's files are wrong; text says where: 3 */
	ERROR_PERSON,   /* a person is needed and none can be asked: 4 */
	ERROR_DENIED,   /* AWS refused: 5 */
	ERROR_KEYRING,  /* the keyring cannot be used: 6 */
	ERROR_NETWORK,  /* no answer arrived; trying again may help: 7 */
	ERROR_PROTOCOL, /* an answer that we cannot understand: 7 */
	ERROR_SYSTEM,   /* a system call failed; text ends in strerror(): 1 */
	ERROR_INTERRUPTED, /* Ctrl-C at a prompt: 130 */
	ERROR_NOT_FOUND,   /* exec: there is no such command: 127 */
	ERROR_CANNOT_RUN   /* exec: it is there and cannot be run: 126 */
};

struct error {
	enum error_code code;
	/*
	 * What kind of failure within the code, as one word that cmd/hint.c
	 * knows: AWS's own error code ("AccessDenied") under ERROR_DENIED, or
	 * a word of ours from base/topic.h.  "" where there is nothing to add.
	 */
	char topic[64];
	char text[1024]; /* NUL-terminated, cut short if need be */
};

/* Say what failed, replacing what err held. Returns false, for `return`. */
bool error_set(struct error *err, enum error_code code, const char *fmt, ...)
	PRINTF_LIKE(3, 4);

/* The same, with a topic (cut to its room). */
bool error_topic(struct error *err, enum error_code code, const char *topic,
		 const char *fmt, ...) PRINTF_LIKE(4, 5);

/* Put "context: " before what err already says. Returns false. */
bool error_within(struct error *err, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* Is this an error of that topic? */
bool error_is(const struct error *err, const char *topic);

#endif
