#ifndef EDGE_KEYRING_H
#define EDGE_KEYRING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attrs.h"
#include "base/error.h"
#include "port/keyring.h"

struct locks;
struct notices;
struct prompt;

/*
 * The parameters of a keyring.  All are borrowed for as long as the keyring is
 * used. prompt is NULL in bin/rolekey, which asks nothing: calls that need the
 * user or a passphrase fail there, and rolekey-full reports why.
 */
struct keyring_needs {
	char *const *environment;
	const struct prompt *prompt;
	const struct locks *locks; /* to ask once; or NULL */
	const struct notices *notices;
	int64_t unlock_timeout; /* seconds to keep a derived key */
	int64_t argon2_passes;  /* of a new passphrase; 0: default */
	int64_t argon2_memory;  /* the same, in MiB; 0: default */
	bool no_prompt; /* --no-prompt: also cause no question of a daemon */
};

/*
 * One row for each keyring. open() only fills *keyring: no daemon is asked and
 * no file is read before the first get, put, remove or list. close() frees what
 * the keyring holds.
 */
struct keyring_row {
	const char *name;
	const char *title; /* in a sentence: "the Secret Service" */
	/*
	 * Tests whether the keyring exists and answers, within 5 s; err says
	 * why not.
	 */
	bool (*probe)(const struct keyring_needs *needs, struct error *err);
	bool (*open)(const struct keyring_needs *needs, struct keyring *keyring,
		     struct error *err);
	void (*close)(struct keyring *keyring);
	/* Returns the path of the keyring, for messages, or NULL. */
	const char *(*place)(const struct keyring *keyring);
};

extern const struct keyring_row keyring_row_file;      /* both */
extern const struct keyring_row keyring_row_kernel;    /* sessions */
extern const struct keyring_row keyring_row_pass;      /* both */
extern const struct keyring_row reader_keyring_row;    /* reads only */
extern const struct keyring_row libsecret_keyring_row; /* module */

/* The name and title of both rows of the Secret Service, and their probe. */
#define SECRET_SERVICE_NAME  "secret-service"
#define SECRET_SERVICE_TITLE "the Secret Service"
bool reader_probe(const struct keyring_needs *needs, struct error *err);

/*
 * Tests whether the Secret Service or its bus did not answer in time.  After
 * service_expect_hung(), for a service that did not answer the program that
 * execve(2) replaced, no call waits for it again: each fails with SERVICE_HUNG.
 */
bool service_is_hung(void);
void service_expect_hung(void);

/* The chosen keyring: call row->close(&keyring) when done. */
struct keyring_choice {
	const struct keyring_row *row;
	struct keyring keyring;
	struct error why;         /* a KEYRING_ notice: keyring.why */
	struct error passed_over; /* keyring.passed_over */
};

/*
 * Opens the keyring named backend: the name of a row, or "auto" for the first
 * row whose probe succeeds. rows ends with NULL.  A keyring that is named is
 * not probed.  ERROR_CONFIG for a name without a row; ERROR_INTERRUPTED and
 * ERROR_MEMORY of a probe end the search, because they say nothing about the
 * keyring.
 */
bool keyring_choose(const struct keyring_row *const *rows, const char *backend,
		    const struct keyring_needs *needs,
		    struct keyring_choice *choice,
		    struct error *err) MUST_CHECK;

#endif
