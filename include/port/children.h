#ifndef PORT_CHILDREN_H
#define PORT_CHILDREN_H

#include <stdbool.h>

struct error;
struct secbuf;

/* A function that runs in a process of its own, and gives a result or fails. */
struct child_work {
	bool (*run)(void *self, struct secbuf **result, struct error *err);
	void *self;
	/*
	 * Runs it without the terminal: it can ask only on the display.
	 */
	bool apart;
};

enum child_event {
	CHILD_NONE, /* nothing that the caller must know */
	CHILD_ENDED, /* the command: number is its exit status, as a shell has it */
	CHILD_SIGNAL /* a signal for this process, while there is no command */
};

/*
 * Processes of which this one is the parent: a command of the user, and work
 * that must not delay an answer.
 */
struct children {
	void *self;
	/*
	 * Holds back the signals of this process from now on; *fd is readable
	 * when handle() has something to do.
	 */
	bool (*watch)(void *self, int *fd, struct error *err);
	/*
	 * Starts a command in this process group, with the signals and limits
	 * that this process was started with.  It outlives this process.  Fails
	 * like launcher_become().
	 */
	bool (*start)(void *self, const char *path, char *const argv[],
		      char *const envp[], struct error *err);
	/*
	 * Passes signals on to the command: those that were sent to this
	 * process alone, so not those of the terminal, which the command gets
	 * itself.  Stops when the terminal stops the command.
	 */
	enum child_event (*handle)(void *self, int *number);
	/*
	 * Starts work; *fd is readable when it has ended.  The process ends
	 * with this one.
	 */
	bool (*work)(void *self, const struct child_work *work, int *fd,
		     struct error *err);
	/* Tests whether work has ended, or begun to give its result. */
	bool (*has_ended)(void *self, int fd);
	/*
	 * Waits for the end of work and closes fd.  The caller owns *result.
	 * Fails with the error of the work; ERROR_INTERRUPTED if Ctrl-C ended
	 * it, and ERROR_SYSTEM if it was killed.
	 */
	bool (*result)(void *self, int fd, struct secbuf **result,
		       struct error *err);
	/* Ends all work; the command goes on. */
	void (*end_work)(void *self);
	/* Ends this process with the status of the command. */
	void (*finish)(void *self, int status);
};

/* Calls through the port; struct children documents them. */
static inline bool children_watch(const struct children *children, int *fd,
				  struct error *err)
{
	return children->watch(children->self, fd, err);
}

static inline bool children_start(const struct children *children,
				  const char *path, char *const argv[],
				  char *const envp[], struct error *err)
{
	return children->start(children->self, path, argv, envp, err);
}

static inline enum child_event children_handle(const struct children *children,
					       int *number)
{
	return children->handle(children->self, number);
}

static inline bool children_work(const struct children *children,
				 const struct child_work *work, int *fd,
				 struct error *err)
{
	return children->work(children->self, work, fd, err);
}

static inline bool children_has_ended(const struct children *children, int fd)
{
	return children->has_ended(children->self, fd);
}

static inline bool children_result(const struct children *children, int fd,
				   struct secbuf **result, struct error *err)
{
	return children->result(children->self, fd, result, err);
}

static inline void children_end_work(const struct children *children)
{
	children->end_work(children->self);
}

static inline void children_finish(const struct children *children, int status)
{
	children->finish(children->self, status);
}

#endif
