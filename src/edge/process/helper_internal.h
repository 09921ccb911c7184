#ifndef EDGE_PROCESS_HELPER_INTERNAL_H
#define EDGE_PROCESS_HELPER_INTERNAL_H

#include <sys/types.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attrs.h"
#include "base/error.h"

struct secbuf;

/*
 * Programs of the person's choice that give us a secret.  None of them can
 * hang us: what is not done in its time is killed, and all that it started if
 * it has a process group of its own, which it has where we may not use the
 * terminal.
 */
struct helper {
	const char *what; /* for messages: "mfa_process" */
	/* One of both.  A command is run by sh where it needs one. */
	const char *command;
	char *const *argv;
	char *const *environment; /* all of it */
	bool on_terminal; /* the terminal is its stdin, if we may use it */
	bool quiet;       /* nothing of it may come to our stderr */
	int seconds;
	size_t max; /* bytes of output */
	enum error_code code;
	const char *topic; /* of its failures */
	const char *late;  /* the topic if it takes too long; NULL: the same */
};

/*
 * What it prints, without one newline at its end: *output is the caller's and
 * not empty.  *status, if status is not NULL, is its exit status, -1 if it did
 * not end by itself.  Fails with helper->code and topic if it cannot be run,
 * fails, prints nothing or too much, or takes too long.
 */
bool helper_run(const struct helper *helper, struct secbuf **output,
		int *status, struct error *err) MUST_CHECK;

/* One that runs, to talk to. */
struct helper_process {
	const struct helper *helper;
	pid_t pid;
	pid_t victim; /* whom to kill: its group, if that is its own, or it */
	int input;    /* its stdin, if it was started with one; or -1 */
	int output;   /* its stdout */
	int64_t deadline; /* ms */
};

/* talk: with a pipe to its stdin.  End it with helper_end(). */
bool helper_start(const struct helper *helper, bool talk,
		  struct helper_process *process, struct error *err) MUST_CHECK;

/* Some bytes more into output; *ended: there are no more. */
bool helper_read(const struct helper_process *process, struct secbuf *output,
		 bool *ended, struct error *err) MUST_CHECK;

/* All of these bytes to its stdin. A pipe that it has closed is a failure. */
bool helper_write(const struct helper_process *process, const char *bytes,
		  size_t len, struct error *err) MUST_CHECK;

/* ok false: it is killed.  Else it is waited for until its time is over. */
bool helper_end(struct helper_process *process, bool ok, int *status,
		struct error *err) MUST_CHECK;

/*
 * This environment without AWS credentials and ROLEKEY_PASSPHRASE and its kin,
 * and with one variable more ("NAME=VALUE", instead of what that was), if that
 * is not NULL.  Strings are borrowed, the block is mem_free()'d by the caller;
 * NULL: no memory.
 */
char **helper_environment(char *const *environment, char *more);

/* Could it be found by PATH? */
bool helper_is_there(const char *program, char *const *environment);

#endif
