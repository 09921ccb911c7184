#ifndef EDGE_KEYRING_PASSPHRASE_INTERNAL_H
#define EDGE_KEYRING_PASSPHRASE_INTERNAL_H

#include <stdbool.h>

#include "base/attrs.h"

struct error;
struct prompt;
struct secbuf;

/*
 * Obtains the passphrase of the file keyring.  The caller owns *passphrase,
 * which is never empty.
 */

#define PASSPHRASE_SECONDS 60 /* that a command may take */

/*
 * Reads ROLEKEY_PASSPHRASE, or else what ROLEKEY_PASSPHRASE_COMMAND prints.  If
 * neither is set, *passphrase is NULL and the call succeeds.
 */
bool passphrase_given(char *const *environment, struct secbuf **passphrase,
		      struct error *err) MUST_CHECK;

/*
 * Runs a command and reads what it prints, without one newline at the end.  It
 * gets this environment without ROLEKEY_PASSPHRASE and the like, no stdin, and
 * our stderr, and may use the terminal if we may.  ERROR_KEYRING if it fails,
 * prints nothing or takes longer than seconds; it is then killed, with
 * everything it started if there is no terminal.
 */
bool passphrase_run(const char *command, char *const *environment, int seconds,
		    struct secbuf **passphrase, struct error *err) MUST_CHECK;

/* Returns the name of the variable that passphrase_given() reads. */
const char *passphrase_variable(char *const *environment);

/* Asks once. If prompt is NULL: KEYRING_LOCKED. */
bool passphrase_ask(const struct prompt *prompt, struct secbuf **passphrase,
		    struct error *err) MUST_CHECK;

/*
 * Asks for a new one, twice, until both are the same, at most three times.  If
 * prompt is NULL: KEYRING_MISSING, as ERROR_PERSON.
 */
bool passphrase_ask_new(const struct prompt *prompt, struct secbuf **passphrase,
			struct error *err) MUST_CHECK;

#endif
