#ifndef EDGE_KEYRING_H
#define EDGE_KEYRING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attrs.h"
#include "port/keyring.h"

struct error;
struct notices;
struct prompt;

/*
 * What a keyring may need.  All borrowed, for as long as the keyring is used.
 * prompt is NULL in the quick executable, which asks nobody: where a person or
 * a passphrase would be needed, calls there fail, and the full executable says
 * why.
 */
struct keyring_needs {
	char *const *environment;
	const struct prompt *prompt;
	const struct notices *notices;
	int64_t unlock_timeout; /* seconds that a derived key is kept */
	int64_t argon2_passes;  /* of a new passphrase; 0: the usual */
	int64_t argon2_memory;  /* the same: MiB; 0: the usual */
	bool no_prompt; /* --no-prompt: cause no question of a daemon's either */
};

/*
 * One row a keyring.  open() fills *keyring and does nothing else: no daemon
 * is asked and no file read before the first get, put, remove or list.  close()
 * gives back what it holds.
 */
struct keyring_row {
	const char *name;
	const char *title; /* in a sentence: "the Secret Service" */
	/* Is it there, and does it answer? err says why not, within 5 s. */
	bool (*probe)(const struct keyring_needs *needs, struct error *err);
	bool (*open)(const struct keyring_needs *needs, struct keyring *keyring,
		     struct error *err);
	void (*close)(struct keyring *keyring);
	/* Where it lies, for people: a path. NULL if there is nothing to say. */
	const char *(*place)(const struct keyring *keyring);
};

extern const struct keyring_row keyring_row_file;      /* both */
extern const struct keyring_row keyring_row_kernel;    /* sessions */
extern const struct keyring_row keyring_row_pass;      /* full only */
extern const struct keyring_row sdbus_keyring_row;     /* reads only */
extern const struct keyring_row libsecret_keyring_row; /* full only */

/* The keyring that was taken: row->close(&keyring) when done with it. */
struct keyring_choice {
	const struct keyring_row *row;
	struct keyring keyring;
	char why[1024]; /* in words, which was taken and why; keyring.why */
};

/*
 * The keyring called backend: a row's name, or "auto" for the first row whose
 * probe says yes.  rows ends with NULL.  A keyring that was chosen by its name
 * is not probed.  ERROR_CONFIG for a name that no row has; of a probe,
 * ERROR_INTERRUPTED and ERROR_MEMORY end the choice, since they say nothing of
 * the keyring.
 */
bool keyring_choose(const struct keyring_row *const *rows, const char *backend,
		    const struct keyring_needs *needs,
		    struct keyring_choice *choice,
		    struct error *err) MUST_CHECK;

#endif
