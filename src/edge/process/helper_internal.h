#ifndef EDGE_PROCESS_HELPER_INTERNAL_H
#define EDGE_PROCESS_HELPER_INTERNAL_H

#include <sys/types.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attrs.h"
#include "base/error.h"
#include "edge/process/audience_internal.h"

struct secbuf;

/*
 * Runs programs of the user's choice that print a secret.  None can block us:
 * after its time the program is killed, and everything it started if it has its
 * own process group, as it does if we may not use the terminal.
 */
struct helper {
	const char *what; /* for messages: "mfa_process" */
	/* Either a command, run by sh if necessary, */
	const char *command;
	const char *const *argv;
	char *const *environment; /* all of it */
	bool on_terminal; /* the terminal is its stdin, if we may use it */
	bool quiet;       /* nothing it prints may reach our stderr */
	bool asks;        /* it asks the user: end it when nobody waits */
	int seconds;
	size_t max;             /* bytes of output */
	enum error_code code;   /* of its failures */
	enum error_reason late; /* if it takes too long; NONE: HELPER_LATE */
};

/*
 * Runs a program and reads what it prints, without one newline at the end; the
 * caller owns *output, which is not empty.  *status, if not NULL, is the exit
 * status, or -1.  Fails with a HELPER_ reason (or late) and helper->code if the
 * program cannot be run, fails, prints nothing or too much, or takes too long;
 * with ABANDONED if it asks and nobody waits for the answer any more.
 */
bool helper_run(const struct helper *helper, struct secbuf **output,
		int *status, struct error *err) MUST_CHECK;

/* A running program. */
struct helper_process {
	const struct helper *helper;
	pid_t pid;
	pid_t victim;     /* the process or process group to kill */
	int input;        /* its stdin, if it was started with one; or -1 */
	int output;       /* its stdout */
	int64_t deadline; /* ms */
	struct audience audience;
};

/*
 * Starts a program, with a pipe to its stdin if talk is set.  End it with
 * helper_end().
 */
bool helper_start(const struct helper *helper, bool talk,
		  struct helper_process *process, struct error *err) MUST_CHECK;

/* Reads some bytes into output; *ended: there are no more. */
bool helper_read(const struct helper_process *process, struct secbuf *output,
		 bool *ended, struct error *err) MUST_CHECK;

/* Writes all bytes to its stdin. A closed pipe is a failure. */
bool helper_write(const struct helper_process *process, const char *bytes,
		  size_t len, struct error *err) MUST_CHECK;

/* Kills the program if ok is false, otherwise waits until its time is over. */
bool helper_end(struct helper_process *process, bool ok, int *status,
		struct error *err) MUST_CHECK;

/*
 * Copies an environment without AWS credentials, ROLEKEY_PASSPHRASE and the
 * like, and with one more variable ("NAME=VALUE", replacing an earlier one) if
 * it is not NULL.  Strings are borrowed; free the block with mem_free().  NULL
 * when out of memory.
 */
char **helper_environment(char *const *environment, char *more);

/* Tests whether a program failed, so that another one may help. */
bool helper_has_failed(const struct error *err);

/* Tests whether the program can be found in PATH. */
bool helper_is_there(const char *program, char *const *environment);

#endif
