#ifndef CMD_ACROSS_ACROSS_INTERNAL_H
#define CMD_ACROSS_ACROSS_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "access/context.h"
#include "access/descriptions.h"
#include "base/attrs.h"
#include "base/strbuf.h"
#include "cmd/command.h"
#include "cmd/search_internal.h"
#include "sync/account.h"

struct error;
struct world;

struct across_options {
	int64_t at_once;
	const char *output_dir;
	const char *org_where;
	bool ordered, fail_fast, dry_run;
};

#define ACROSS_STREAMS 2 /* stdout and stderr */

/* Lines of --ordered that wait for earlier jobs. */
struct across_piece {
	size_t stream;
	size_t len;
};

enum across_state { ACROSS_WAITING, ACROSS_RUNNING, ACROSS_OK, ACROSS_FAILED };

/* A profile, and the run of the command with its credentials. */
struct across_job {
	const char *profile;
	const char *account;  /* NULL: not known */
	const char *role_arn; /* NULL: none */
	const char *source;   /* the profile of the key; NULL: no plan */
	const char *serial;   /* of the device whose code is needed, or NULL */
	bool confirm;         /* rolekey_confirm */
	bool read_only;       /* see struct plan */
	bool direct;          /* see struct plan */
	enum across_state state;
	int status;
	struct strbuf line[ACROSS_STREAMS]; /* one that has no end yet */
	struct strbuf kept;                 /* complete lines, not printed */
	struct across_piece *pieces;
	size_t n_pieces;
	bool held;
};

#define ACROSS_PROGRESS_LEN 128

struct across {
	const struct call *call;
	const struct across_options *options;
	const struct world *world;
	struct context context; /* config and arena; no plan */
	struct across_job *jobs;
	size_t n_jobs;
	const char *command; /* its path */
	struct descriptions descriptions;
	struct account_filter filter; /* --org-where */
	/* running: */
	size_t next;  /* the first that was not started */
	size_t shown; /* --ordered: the first that is not printed completely */
	size_t n_running, n_done, n_failed;
	int signal;    /* that ended it, or 0 */
	bool progress; /* stderr is a terminal */
	bool drawn;    /* the progress line is on it */
	int64_t drawn_at;
	char drawn_text[ACROSS_PROGRESS_LEN];
};

/* Finds the profiles of the selector, in a->jobs. */
bool across_select(struct across *a, struct error *err) MUST_CHECK;

/*
 * Asks for guarded profiles, once for all, and gets a session with MFA for each
 * device, so that no job needs a code.
 */
bool across_prepare(struct across *a, struct error *err) MUST_CHECK;

/* Runs all jobs, prints their lines and the summary. */
bool across_run(struct across *a, struct error *err) MUST_CHECK;

/* Prints bytes of a job's stdout (0) or stderr (1), line by line. */
bool across_print(struct across *a, struct across_job *job, size_t stream,
		  const char *bytes, size_t len, struct error *err) MUST_CHECK;

/* Prints what is left of a job that ended. */
bool across_print_end(struct across *a, struct across_job *job,
		      struct error *err) MUST_CHECK;

/* Shows the progress on the terminal, unless that was just done. */
void across_print_progress(struct across *a);

/* Removes the progress, and prints the summary. */
bool across_print_summary(struct across *a, struct error *err) MUST_CHECK;

/* For print_all(): what is a struct across. */
bool across_print_jobs(struct strbuf *out, const void *what);

#endif
