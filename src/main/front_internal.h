#ifndef MAIN_FRONT_INTERNAL_H
#define MAIN_FRONT_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attrs.h"
#include "cli/cli.h"
#include "cmd/command.h"
#include "edge/edge.h"
#include "edge/keyring.h"
#include "port/world.h"

struct arena;
struct error;

/*
 * The common start of quick.c and full.c: argv, the settings and the user's
 * folders are read into one request, and a keyring is opened when it is first
 * used.
 */
struct front {
	struct arena *arena;
	enum cli_what what;
	const struct command *command; /* NULL until it is known */
	struct call call;
};

/* Free with front_clear(), even on failure. */
bool front_read(struct front *front, char *const argv[],
		char *const *environment, const struct command *const *table,
		struct error *err) MUST_CHECK;
void front_clear(struct front *front);

/*
 * Hand over that the Secret Service does not answer: bin/rolekey sets a
 * variable before execve(2), and rolekey-full reads and removes it.  It holds
 * the process id, so that it says nothing to another process.
 */
void front_say_hung(void);
bool front_was_hung(void);

/*
 * A keyring port that chooses and opens the real keyring at the first call, so
 * that commands which need none ask no daemon.  It updates name and why in the
 * port.  Sessions may have their own keyring, unless its backend is NULL or the
 * same.
 */
struct lazy_keyring {
	const struct keyring_row *const *rows;
	const char *backend;
	struct keyring_needs needs;
	struct keyring *port;          /* the port that contains it, or NULL */
	struct lazy_keyring *sessions; /* the keyring of sessions, or NULL */
	struct keyring_choice choice;  /* row is NULL until the first call */
};

struct keyring keyrings_lazy(struct lazy_keyring *self);
void keyrings_lazy_close(struct lazy_keyring *self);

/* Two keyrings by name, for `migrate`. */
struct named_keyrings {
	const struct keyring_row *const *rows;
	struct keyring_needs needs;
	struct keyring_choice choices[2];
	size_t n;
};

struct keyrings keyrings_named(struct named_keyrings *self);
void keyrings_named_close(struct named_keyrings *self);

#endif
