#ifndef PORT_JOBS_H
#define PORT_JOBS_H

#include <stdbool.h>
#include <stddef.h>

struct error;

#define JOBS_MAX 256 /* that may run at the same time */

/*
 * A variable in the environment of jobs, so that they log how they are used
 * (access/log_use.h).  Their own commands do not get it.
 */
#define JOBS_VARIABLE "ROLEKEY_JOB"

/* A call of rolekey to run in the background. All borrowed. */
struct jobs_call {
	size_t job;           /* any number; events have it */
	char *const *argv;    /* of rolekey, with argv[0]; ends with NULL */
	const char *out_path; /* a file for its stdout, or NULL: events */
	const char *err_path; /* likewise for its stderr */
};

enum jobs_what {
	JOBS_NOTHING, /* the time is over */
	JOBS_OUT,     /* bytes of the job's stdout */
	JOBS_ERR,     /* bytes of its stderr */
	JOBS_END,     /* it ended, after its last bytes */
	JOBS_SIGNAL   /* this process got a signal that should end it */
};

struct jobs_event {
	enum jobs_what what;
	size_t job;
	const char *bytes; /* valid until the next call of wait() */
	size_t len;
	int status; /* JOBS_END: the exit status, or 128 + the signal's
		       number; JOBS_SIGNAL: the signal's number */
};

/*
 * Runs several calls of this program at the same time, without stdin.  They stay
 * in the process group of this process, so the keys of a terminal reach them,
 * and get SIGTERM if this process ends before them.
 */
struct jobs {
	void *self;
	/* Makes a folder (0700) for files of jobs, if it is missing. */
	bool (*make_folder)(void *self, const char *path, struct error *err);
	/*
	 * Starts a job; at most JOBS_MAX may run.  From the first start to
	 * close(), signals that would end this process are events instead.
	 * ERROR_SYSTEM if no process can be made, or a file cannot be written.
	 */
	bool (*start)(void *self, const struct jobs_call *call,
		      struct error *err);
	/*
	 * Waits for an event, at most so many milliseconds.  Before it reports
	 * the first signal, it passes the signal on to all jobs, unless the
	 * terminal has sent it to them; with the second it kills them.
	 * ERROR_SYSTEM.
	 */
	bool (*wait)(void *self, int milliseconds, struct jobs_event *event,
		     struct error *err);
	/* Reads nothing more from a job until it is released again. */
	void (*hold)(void *self, size_t job, bool held);
	/* Kills what still runs, and restores the signals. */
	void (*close)(void *self);
};

/* Calls through the port; struct jobs documents them. */
static inline bool jobs_make_folder(const struct jobs *jobs, const char *path,
				    struct error *err)
{
	return jobs->make_folder(jobs->self, path, err);
}

static inline bool jobs_start(const struct jobs *jobs,
			      const struct jobs_call *call, struct error *err)
{
	return jobs->start(jobs->self, call, err);
}

static inline bool jobs_wait(const struct jobs *jobs, int milliseconds,
			     struct jobs_event *event, struct error *err)
{
	return jobs->wait(jobs->self, milliseconds, event, err);
}

static inline void jobs_hold(const struct jobs *jobs, size_t job, bool held)
{
	jobs->hold(jobs->self, job, held);
}

static inline void jobs_close(const struct jobs *jobs)
{
	jobs->close(jobs->self);
}

#endif
