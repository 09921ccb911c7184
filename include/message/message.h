#ifndef MESSAGE_MESSAGE_H
#define MESSAGE_MESSAGE_H

#include <stddef.h>

#include "base/error.h"

/*
 * Renders facts (base/error.h) as English: the only place that does.  The
 * sentences and hints are in src/message/table.h, rolekey-messages(7) is made
 * from them, and nothing reads them again.  tests/lint/floors.sh says which
 * rooms may open this door: those that print.
 */

#define MESSAGE_LEN 2048 /* bytes that hold any message or hint */

/*
 * Writes the message of err, with its contexts before it, as one line without
 * "rolekey: ".  Cut to size; control characters are replaced.
 */
void message_text(const struct error *err, char *out, size_t size);

/*
 * Writes what to do next, as one line without "hint: ", or "" if there is no
 * hint.  profile is the one on the command line, or NULL: {asked} in a hint.
 */
void message_hint(const struct error *err, const char *profile, char *out,
		  size_t size);

/* The templates of a reason, as table.h has them; a hint may be "". */
struct message_row {
	const char *message;
	const char *hint;
};

struct message_row message_row(enum error_reason reason);

/* A hint that counts in a context alone. */
struct message_context_hint {
	enum error_reason context;
	enum error_reason reason;
	const char *hint;
};

/* The i-th of them. False at the end. */
_Bool message_context_hint(size_t i, struct message_context_hint *hint);

/* Renders a template with the facts of err; for tests. */
void message_render(const char *template, const struct error *err,
		    const char *profile, char *out, size_t size);

#endif
