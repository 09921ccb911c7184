#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/mem.h"
#include "edge/edge.h"
#include "edge/process/harden_internal.h"

#define SELF        "/proc/self/exe"
#define READ_LEN    65536
#define MODE        0600
#define FOLDER_MODE 0700
#define CANNOT      126 /* exit status of a job that could not be started */
#define STREAMS     2   /* stdout and stderr */
#define N_SIGNALS   (sizeof(ending) / sizeof(ending[0]))

static const int ending[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };

/* A running job. */
struct slot {
	size_t job;
	pid_t pid;
	int fd[STREAMS]; /* our ends of its pipes, or -1 */
	bool held;
	bool exited;
	int status;
};

struct jobs_state {
	char program[PATH_MAX]; /* this executable */
	char **environment;     /* of the jobs: pointers; or NULL */
	struct slot slots[JOBS_MAX];
	size_t n;
	size_t turn;  /* where the next search begins: no job starves others */
	int signals;  /* that were reported */
	bool catches; /* the actions below are to be restored */
	struct sigaction before[N_SIGNALS];
	struct sigaction before_child;
	struct pollfd polled[1 + STREAMS * JOBS_MAX];
	char bytes[READ_LEN];
};

/* --- signals -------------------------------------------------------------------- */

/* State for the handlers; there is one set of jobs in a process. */
static volatile sig_atomic_t wake = -1;
static volatile sig_atomic_t came;     /* the last signal, or 0 */
static volatile sig_atomic_t came_tty; /* the terminal sent it to all */

static void record(int sig, siginfo_t *info, void *context)
{
	const uint64_t one = 1;
	int saved = errno;

	(void)context;
	if (sig != SIGCHLD) {
		came = sig;
		came_tty = info->si_code == SI_KERNEL;
	}
	(void)!write(wake, &one, sizeof(one));
	errno = saved;
}

/* An ignored signal stays ignored, as with nohup(1). */
static void catch_signals(struct jobs_state *state)
{
	struct sigaction action = { .sa_sigaction = record,
				    .sa_flags = SA_SIGINFO | SA_RESTART |
						SA_NOCLDSTOP };

	(void)sigemptyset(&action.sa_mask);
	came = 0;
	(void)sigaction(SIGCHLD, &action, &state->before_child);
	for (size_t i = 0; i < N_SIGNALS; i++) {
		(void)sigaction(ending[i], NULL, &state->before[i]);
		if (state->before[i].sa_handler != SIG_IGN)
			(void)sigaction(ending[i], &action, NULL);
	}
	state->catches = true;
}

static void restore_signals(struct jobs_state *state)
{
	if (!state->catches)
		return;
	(void)sigaction(SIGCHLD, &state->before_child, NULL);
	for (size_t i = 0; i < N_SIGNALS; i++)
		(void)sigaction(ending[i], &state->before[i], NULL);
	state->catches = false;
}

static void kill_all(const struct jobs_state *state, int sig)
{
	for (size_t i = 0; i < state->n; i++)
		if (!state->slots[i].exited)
			(void)kill(state->slots[i].pid, sig);
}

/* Takes a signal that has arrived. False if none has. */
static bool take_signal(struct jobs_state *state, struct jobs_event *event)
{
	int sig = came;

	if (sig == 0)
		return false;
	came = 0;
	if (state->signals++ > 0)
		kill_all(state, SIGKILL);
	else if (!came_tty)
		kill_all(state, sig);
	*event = (struct jobs_event){ .what = JOBS_SIGNAL, .status = sig };
	return true;
}

/* --- a start -------------------------------------------------------------------- */

static bool failed(struct error *err, const char *action, const char *path)
{
	return error_fail(err, REASON_SYSTEM_CALL, .action = action,
			  .path = path, .detail = strerrordesc_np(errno));
}

static void close_both(int fds[STREAMS])
{
	for (size_t i = 0; i < STREAMS; i++) {
		if (fds[i] >= 0)
			(void)close(fds[i]);
		fds[i] = -1;
	}
}

/* Opens a file, or a pipe whose other end is *ours. */
static bool open_stream(const char *path, int *ours, int *theirs,
			struct error *err)
{
	int ends[2];

	*ours = -1;
	*theirs = -1;
	if (path) {
		*theirs = open(path,
			       O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC |
				       O_NOFOLLOW | O_NOCTTY,
			       MODE);
		return *theirs >= 0 || failed(err, "write", path);
	}
	if (pipe2(ends, O_CLOEXEC) != 0)
		return failed(err, "make a pipe", NULL);
	*ours = ends[0];
	*theirs = ends[1];
	(void)fcntl(*ours, F_SETFL, O_NONBLOCK);
	return true;
}

/*
 * In the new process: only what is safe after fork(2).  A job ends with this
 * process, whatever ends it: nobody would see what the job prints.
 */
static _Noreturn void become(pid_t parent, const struct jobs_posix *self,
			     char *const argv[], const int theirs[STREAMS])
{
	int null = open("/dev/null", O_RDONLY);

	harden_undo();
	(void)prctl(PR_SET_PDEATHSIG, SIGTERM, 0, 0, 0);
	if (getppid() != parent)
		_exit(CANNOT);
	if (null >= 0 && dup2(null, STDIN_FILENO) >= 0 &&
	    dup2(theirs[0], STDOUT_FILENO) >= 0 &&
	    dup2(theirs[1], STDERR_FILENO) >= 0)
		(void)execve(self->state->program, argv,
			     self->state->environment);
	_exit(CANNOT);
}

/*
 * Blocks signals around fork(2): in the new process, a handler must not write
 * into the descriptor that wakes this one.
 */
static pid_t fork_blocked(const struct jobs_posix *self, char *const argv[],
			  const int theirs[STREAMS])
{
	const pid_t parent = getpid();
	sigset_t all, before;
	pid_t pid;
	int why;

	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	pid = fork();
	if (pid == 0)
		become(parent, self, argv, theirs);
	why = errno;
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	errno = why;
	return pid;
}

/* Finds this executable. A replaced one has no path, but can be run. */
static void find_program(char program[static PATH_MAX])
{
	ssize_t n = readlink(SELF, program, PATH_MAX - 1);

	program[n > 0 ? n : 0] = '\0';
	if (access(program, X_OK) != 0)
		memcpy(program, SELF, sizeof(SELF));
}

/* Copies the pointers of an environment, and adds the variable of jobs. */
static char **add_variable(char *const *environment)
{
	static char variable[] = JOBS_VARIABLE "=1";
	size_t n = 0;
	char **copy;

	while (environment[n])
		n++;
	copy = mem_alloc((n + 2) * sizeof(*copy));
	if (!copy)
		return NULL;
	memcpy(copy, environment, n * sizeof(*copy));
	copy[n] = variable;
	return copy;
}

static bool prepare(struct jobs_posix *self, struct error *err)
{
	if (self->state)
		return true;
	self->state = mem_alloc(sizeof(*self->state));
	if (!self->state)
		return error_memory(err);
	self->state->environment = add_variable(self->environment);
	if (!self->state->environment)
		return error_memory(err);
	wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (wake < 0)
		return failed(err, "make an event descriptor", NULL);
	find_program(self->state->program);
	catch_signals(self->state);
	return true;
}

static bool start(void *from, const struct jobs_call *call, struct error *err)
{
	struct jobs_posix *self = from;
	int theirs[STREAMS] = { -1, -1 };
	struct slot slot = { .job = call->job, .fd = { -1, -1 } };
	bool ok;

	ok = prepare(self, err) &&
	     open_stream(call->out_path, &slot.fd[0], &theirs[0], err) &&
	     open_stream(call->err_path, &slot.fd[1], &theirs[1], err);
	if (ok && self->state->n == JOBS_MAX) {
		errno = EAGAIN;
		ok = failed(err, "start a process", NULL);
	}
	if (ok) {
		slot.pid = fork_blocked(self, call->argv, theirs);
		ok = slot.pid > 0 || failed(err, "start a process", NULL);
	}
	close_both(theirs);
	if (ok)
		self->state->slots[self->state->n++] = slot;
	else
		close_both(slot.fd);
	return ok;
}

/* --- events --------------------------------------------------------------------- */

static void reap(struct jobs_state *state, bool *any_exited)
{
	*any_exited = false;
	for (size_t i = 0; i < state->n; i++) {
		struct slot *slot = &state->slots[i];
		int how = 0;
		pid_t pid =
			slot->exited ? 0 : waitpid(slot->pid, &how, WNOHANG);

		/* ECHILD: the status is lost, because SIGCHLD is ignored */
		if (pid == slot->pid || (pid < 0 && errno == ECHILD)) {
			slot->exited = true;
			slot->status = WIFSIGNALED(how) ? 128 + WTERMSIG(how)
							: WEXITSTATUS(how);
		}
		*any_exited = *any_exited || (slot->exited && !slot->held);
	}
}

/* Fills polled: the wake descriptor, then two for each slot. */
static nfds_t watch(struct jobs_state *state)
{
	nfds_t n = 0;

	state->polled[n++] = (struct pollfd){ wake, POLLIN, 0 };
	for (size_t i = 0; i < state->n; i++)
		for (size_t k = 0; k < STREAMS; k++)
			state->polled[n++] = (struct pollfd){
				state->slots[i].held ? -1
						     : state->slots[i].fd[k],
				POLLIN, 0
			};
	return n;
}

static void calm(void)
{
	uint64_t count;

	(void)!read(wake, &count, sizeof(count));
}

/* Reads from a stream that is ready. False if it had no bytes. */
static bool read_stream(struct jobs_state *state, struct slot *slot,
			size_t stream, struct jobs_event *event)
{
	ssize_t n = read(slot->fd[stream], state->bytes, READ_LEN);

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return false;
	if (n <= 0) {
		(void)close(slot->fd[stream]);
		slot->fd[stream] = -1;
		return false;
	}
	*event = (struct jobs_event){ .what = stream == 0 ? JOBS_OUT : JOBS_ERR,
				      .job = slot->job,
				      .bytes = state->bytes,
				      .len = (size_t)n };
	return true;
}

/* Finds a stream with bytes, beginning after the one that had its turn. */
static bool take_bytes(struct jobs_state *state, struct jobs_event *event)
{
	for (size_t i = 0; i < state->n; i++) {
		size_t at = (state->turn + i) % state->n;

		for (size_t k = 0; k < STREAMS; k++)
			if (state->polled[1 + STREAMS * at + k].revents != 0 &&
			    read_stream(state, &state->slots[at], k, event)) {
				state->turn = at + 1;
				return true;
			}
	}
	return false;
}

/*
 * Takes a job that has exited and has no bytes left.  A process that it left in
 * the background may keep its pipes open, and is not waited for.
 */
static bool take_end(struct jobs_state *state, struct jobs_event *event)
{
	for (size_t i = 0; i < state->n; i++) {
		struct slot *slot = &state->slots[i];

		if (!slot->exited || slot->held)
			continue;
		*event = (struct jobs_event){ .what = JOBS_END,
					      .job = slot->job,
					      .status = slot->status };
		close_both(slot->fd);
		*slot = state->slots[--state->n];
		return true;
	}
	return false;
}

static bool wait_event(void *from, int milliseconds, struct jobs_event *event,
		       struct error *err)
{
	struct jobs_posix *self = from;
	struct jobs_state *state = self->state;
	bool exited = false;
	int n;

	*event = (struct jobs_event){ .what = JOBS_NOTHING };
	if (!state || take_signal(state, event))
		return true;
	reap(state, &exited);
	n = poll(state->polled, watch(state), exited ? 0 : milliseconds);
	if (n < 0 && errno != EINTR)
		return failed(err, "wait for a process", NULL);
	if (n > 0 && state->polled[0].revents != 0)
		calm();
	if (n > 0 && take_bytes(state, event))
		return true;
	if (exited)
		(void)take_end(state, event);
	return true;
}

static void hold(void *from, size_t job, bool held)
{
	struct jobs_posix *self = from;

	for (size_t i = 0; self->state && i < self->state->n; i++)
		if (self->state->slots[i].job == job)
			self->state->slots[i].held = held;
}

static void close_all(void *from)
{
	struct jobs_posix *self = from;
	struct jobs_state *state = self->state;

	if (!state)
		return;
	kill_all(state, SIGKILL);
	for (size_t i = 0; i < state->n; i++) {
		close_both(state->slots[i].fd);
		if (!state->slots[i].exited)
			(void)waitpid(state->slots[i].pid, NULL, 0);
	}
	restore_signals(state);
	if (wake >= 0)
		(void)close(wake);
	wake = -1;
	mem_free(state->environment);
	mem_free(state);
	self->state = NULL;
}

static bool make_folder(void *from, const char *path, struct error *err)
{
	(void)from;
	return mkdir(path, FOLDER_MODE) == 0 || errno == EEXIST ||
	       failed(err, "make the folder", path);
}

struct jobs jobs_posix(struct jobs_posix *self)
{
	return (struct jobs){ .self = self,
			      .make_folder = make_folder,
			      .start = start,
			      .wait = wait_event,
			      .hold = hold,
			      .close = close_all };
}
