#ifndef EDGE_KEYRING_PASSPHRASE_INTERNAL_H
#define EDGE_KEYRING_PASSPHRASE_INTERNAL_H

#include <stdbool.h>

#include "base/attrs.h"

struct error;
struct prompt;
struct secbuf;

/*
 * The file keyring's passphrase, from wherever it comes.  *passphrase is the
 * caller's, and never empty.
 */

#define PASSPHRASE_SECONDS 60 /* that a command may take */

/*
 * ROLEKEY_PASSPHRASE, else what ROLEKEY_PASSPHRASE_COMMAND prints.
 * *passphrase is NULL, and the call a success, if neither is set.
 */
bool passphrase_given(char *const *environment, struct secbuf **passphrase,
		      struct error *err) MUST_CHECK;

/*
 * What command prints, without one newline at its end.  It gets
 * this environment but for ROLEKEY_PASSPHRASE and its kin, no stdin, and our
 * stderr; it may ask on the terminal if we may.  ERROR_KEYRING,
 * TOPIC_KEYRING_LOCKED if it fails, prints nothing or takes longer than
 * seconds; then it is killed, and all it started if there is no terminal.
 */
bool passphrase_run(const char *command, char *const *environment, int seconds,
		    struct secbuf **passphrase, struct error *err) MUST_CHECK;

/* Ask once. NULL in prompt, too, is ERROR_PERSON, TOPIC_KEYRING_LOCKED. */
bool passphrase_ask(const struct prompt *prompt, struct secbuf **passphrase,
		    struct error *err) MUST_CHECK;

/* Ask for a new one, twice, until both are the same: three times. */
bool passphrase_ask_new(const struct prompt *prompt, struct secbuf **passphrase,
			struct error *err) MUST_CHECK;

#endif
