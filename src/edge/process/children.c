#include "port/children.h"

#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/secbuf.h"
#include "edge/edge.h"
#include "edge/process/harden_internal.h"

/*
 * Signals that stay as they are: they cannot be held back, or they report an
 * error of this process itself.
 */
static const int own_signals[] = { SIGKILL, SIGSTOP, SIGSEGV, SIGBUS,
				   SIGFPE,  SIGILL,  SIGTRAP, SIGABRT,
				   SIGSYS,  SIGTTIN, SIGTTOU };

/* --- signals ----------------------------------------------------------------- */

static bool is_ignored(int sig)
{
	struct sigaction action;

	return sigaction(sig, NULL, &action) == 0 &&
	       action.sa_handler == SIG_IGN;
}

/* The kernel would queue signals that are ignored (nohup) but held back. */
static void fill_held(sigset_t *held)
{
	(void)sigfillset(held);
	for (size_t i = 0; i < sizeof(own_signals) / sizeof(own_signals[0]);
	     i++)
		(void)sigdelset(held, own_signals[i]);
	for (int sig = 1; sig < NSIG; sig++)
		if (is_ignored(sig))
			(void)sigdelset(held, sig);
}

static bool watch(void *ctx, int *fd, struct error *err)
{
	struct children_posix *self = ctx;
	sigset_t held;

	fill_held(&held);
	(void)pthread_sigmask(SIG_BLOCK, &held, NULL);
	self->signals = signalfd(-1, &held, SFD_CLOEXEC | SFD_NONBLOCK);
	*fd = self->signals;
	return *fd >= 0 ||
	       error_fail(err, REASON_SYSTEM_CALL, .action = "wait for signals",
			  .detail = strerrordesc_np(errno));
}

/*
 * Tests for a signal that the command did not get.  The terminal and the kernel
 * send to the whole process group.
 */
static bool is_for_us(const struct children_posix *self,
		      const struct signalfd_siginfo *info)
{
	pid_t from = (pid_t)info->ssi_pid;

	return info->ssi_code <= 0 && from != self->command && from != getpid();
}

static bool ends(int sig)
{
	return sig == SIGINT || sig == SIGTERM || sig == SIGHUP ||
	       sig == SIGQUIT;
}

/*
 * Stops this process as the terminal stopped the command, so that the shell
 * takes the terminal back.  The kernel refuses it where no shell could go on.
 */
static void stop_too(void)
{
	sigset_t stop;
	sigset_t mask;

	(void)sigemptyset(&stop);
	(void)sigaddset(&stop, SIGTSTP);
	(void)kill(getpid(), SIGTSTP);
	(void)pthread_sigmask(SIG_UNBLOCK, &stop, &mask);
	(void)pthread_sigmask(SIG_SETMASK, &mask, NULL);
}

/*
 * Returns the next signal that ends this process while there is no command; 0
 * if there is none.
 */
static int next_signal(struct children_posix *self)
{
	struct signalfd_siginfo info;

	while (read(self->signals, &info, sizeof(info)) ==
	       (ssize_t)sizeof(info)) {
		int sig = (int)info.ssi_signo;

		if (sig == SIGCHLD)
			continue;
		if (self->command != 0 && is_for_us(self, &info))
			(void)kill(self->command, sig);
		if (self->command == 0 && sig == SIGTSTP)
			stop_too();
		if (self->command == 0 && ends(sig))
			return sig;
	}
	return 0;
}

static bool is_stop_of_terminal(int sig)
{
	return sig == SIGTSTP || sig == SIGTTIN || sig == SIGTTOU;
}

static enum child_event handle(void *ctx, int *number)
{
	struct children_posix *self = ctx;
	int status;

	*number = next_signal(self);
	if (self->command == 0)
		return *number != 0 ? CHILD_SIGNAL : CHILD_NONE;
	if (waitpid(self->command, &status, WNOHANG | WUNTRACED) !=
	    self->command)
		return CHILD_NONE;
	if (WIFSTOPPED(status)) {
		if (is_stop_of_terminal(WSTOPSIG(status)))
			stop_too();
		return CHILD_NONE;
	}
	self->command = 0;
	*number = WIFSIGNALED(status) ? 128 + WTERMSIG(status)
				      : WEXITSTATUS(status);
	return CHILD_ENDED;
}

/* --- pipes ------------------------------------------------------------------- */

static void write_all(int fd, const void *bytes, size_t len)
{
	const char *at = bytes;

	while (len > 0) {
		ssize_t n = write(fd, at, len);

		if (n < 0 && errno != EINTR)
			return;
		at += n > 0 ? n : 0;
		len -= n > 0 ? (size_t)n : 0;
	}
}

/* Reads up to the end, or to the size. Returns how many bytes. */
static size_t read_all(int fd, void *bytes, size_t size)
{
	char *at = bytes;
	size_t len = 0;

	while (len < size) {
		ssize_t n = read(fd, at + len, size - len);

		if (n == 0 || (n < 0 && errno != EINTR))
			break;
		len += n > 0 ? (size_t)n : 0;
	}
	return len;
}

static bool fail_to_start(struct error *err, int why)
{
	return error_fail(err, REASON_SYSTEM_CALL, .action = "start a process",
			  .detail = strerrordesc_np(why));
}

/* --- the command ------------------------------------------------------------- */

/* Runs in the new process. */
static _Noreturn void become(const struct children_posix *self,
			     const char *path, char *const argv[],
			     char *const envp[], int report)
{
	struct error err = { 0 };

	(void)launcher_become(&self->launcher, path, argv, envp, &err);
	write_all(report, &err, sizeof(err));
	_exit(127);
}

/* Sees the end of the pipe, without a byte, when execve(2) has closed it. */
static bool has_begun(struct children_posix *self, int report,
		      struct error *err)
{
	struct error why;

	if (read_all(report, &why, sizeof(why)) < sizeof(why))
		return true;
	(void)waitpid(self->command, NULL, 0);
	self->command = 0;
	*err = why;
	return false;
}

static bool start(void *ctx, const char *path, char *const argv[],
		  char *const envp[], struct error *err)
{
	struct children_posix *self = ctx;
	int ends[2];
	bool ok;

	if (pipe2(ends, O_CLOEXEC) != 0)
		return fail_to_start(err, errno);
	self->command = fork();
	if (self->command == 0)
		become(self, path, argv, envp, ends[1]);
	ok = self->command > 0 || fail_to_start(err, errno);
	(void)close(ends[1]);
	ok = ok && has_begun(self, ends[0], err);
	(void)close(ends[0]);
	return ok;
}

/* --- work -------------------------------------------------------------------- */

#define RESULT_MAX 65536 /* bytes; a pipe takes as many without a reader */
#define RESULT_FD  3

enum { RESULT_GOOD = '+', RESULT_BAD = '-' };

/*
 * Leaves the new process with its streams, of which only stderr is ours, and
 * the pipe: sockets would stay open as long as it runs.
 */
static void keep_pipe_only(int fd)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	(void)dup2(null, STDIN_FILENO);
	(void)dup2(null, STDOUT_FILENO);
	if (fd != RESULT_FD)
		(void)dup3(fd, RESULT_FD, O_CLOEXEC);
	(void)close_range(RESULT_FD + 1, ~0U, 0);
}

/* Runs in the new process. */
static _Noreturn void do_work(const struct child_work *work, pid_t parent,
			      int fd)
{
	struct secbuf *result = NULL;
	struct error err = { 0 };

	(void)prctl(PR_SET_PDEATHSIG, SIGTERM, 0, 0, 0);
	if (getppid() != parent)
		_exit(1);
	if (work->apart)
		(void)setsid();
	keep_pipe_only(fd);
	harden_undo_signals();
	if (work->run(work->self, &result, &err)) {
		write_all(RESULT_FD, &(char){ RESULT_GOOD }, 1);
		write_all(RESULT_FD, secbuf_text(result), secbuf_len(result));
	} else {
		write_all(RESULT_FD, &(char){ RESULT_BAD }, 1);
		write_all(RESULT_FD, &err, sizeof(err));
	}
	secbuf_free(result);
	_exit(0);
}

static struct children_worker *worker_of(struct children_posix *self, int fd)
{
	for (size_t i = 0; i < CHILDREN_MAX; i++)
		if (self->workers[i].pid != 0 && self->workers[i].fd == fd)
			return &self->workers[i];
	return NULL;
}

static struct children_worker *free_worker(struct children_posix *self)
{
	for (size_t i = 0; i < CHILDREN_MAX; i++)
		if (self->workers[i].pid == 0)
			return &self->workers[i];
	return NULL;
}

static bool work(void *ctx, const struct child_work *what, int *fd,
		 struct error *err)
{
	struct children_posix *self = ctx;
	struct children_worker *worker = free_worker(self);
	pid_t parent = getpid();
	int ends[2];

	if (!worker)
		return fail_to_start(err, EAGAIN);
	if (pipe2(ends, O_CLOEXEC) != 0)
		return fail_to_start(err, errno);
	worker->pid = fork();
	if (worker->pid == 0)
		do_work(what, parent, ends[1]);
	(void)close(ends[1]);
	if (worker->pid < 0) {
		worker->pid = 0;
		(void)close(ends[0]);
		return fail_to_start(err, errno);
	}
	worker->fd = *fd = ends[0];
	return true;
}

/* Judges a process that ended without a result. */
static bool fail_by_status(int status, struct error *err)
{
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGINT)
		return error_fail(err, REASON_INTERRUPTED);
	return error_fail(err, REASON_WORK_ENDED,
			  .number = WIFSIGNALED(status) ? WTERMSIG(status) : 0);
}

static bool read_result(int fd, struct secbuf *into, struct error *err)
{
	size_t room;
	char *at = secbuf_room(into, &room);

	if (!at)
		return error_memory(err);
	secbuf_grew(into, read_all(fd, at, room));
	return true;
}

static bool read_error(int fd, struct error *err)
{
	struct error why;

	if (read_all(fd, &why, sizeof(why)) == sizeof(why))
		*err = why;
	else
		(void)error_fail(err, REASON_WORK_ENDED);
	return false;
}

static bool has_ended(void *ctx, int fd)
{
	struct pollfd ready = { fd, POLLIN, 0 };

	(void)ctx;
	return poll(&ready, 1, 0) != 0;
}

static bool result(void *ctx, int fd, struct secbuf **into, struct error *err)
{
	struct children_posix *self = ctx;
	struct children_worker *worker = worker_of(self, fd);
	int status = 0;
	char kind = 0;
	bool ok;

	*into = NULL;
	(void)read_all(fd, &kind, 1);
	if (kind == RESULT_GOOD) {
		*into = secbuf_new(RESULT_MAX);
		ok = read_result(fd, *into, err);
	} else {
		ok = kind == RESULT_BAD && read_error(fd, err);
	}
	(void)close(fd);
	if (worker)
		(void)waitpid(worker->pid, &status, 0);
	if (worker)
		worker->pid = 0;
	if (kind == 0)
		ok = fail_by_status(status, err);
	if (!ok)
		secbuf_free(*into);
	*into = ok ? *into : NULL;
	return ok;
}

static void end_work(void *ctx)
{
	struct children_posix *self = ctx;

	for (size_t i = 0; i < CHILDREN_MAX; i++) {
		struct children_worker *worker = &self->workers[i];

		if (worker->pid == 0)
			continue;
		(void)kill(worker->pid, SIGTERM);
		(void)close(worker->fd);
		worker->pid = 0;
	}
}

static void finish(void *ctx, int status)
{
	(void)ctx;
	exit(status); /* NOLINT(concurrency-mt-unsafe): one thread */
}

struct children children_posix(struct children_posix *self)
{
	return (struct children){ self,      watch,  start,    handle, work,
				  has_ended, result, end_work, finish };
}
