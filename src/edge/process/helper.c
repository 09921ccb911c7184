#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/secbuf.h"
#include "base/text.h"
#include "edge/process/helper_internal.h"
#include "edge/time/monotonic_internal.h"

#define STEP_MS   10  /* between two checks for the end of a process */
#define LOOK_MS   100 /* between two looks at the audience */
#define WORDS_MAX 64

/*
 * A command of only these characters means the same to sh as when it is split
 * at its blanks.
 */
#define PLAIN                                                            \
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789" \
	"_@%+:,./- "

/* number and why (an errno, or 0) are facts of the reason. */
static bool fail(const struct helper *helper, enum error_reason reason,
		 int64_t number, int why, struct error *err)
{
	(void)error_fail(err, reason, .action = helper->what, .number = number,
			 .detail = why > 0 ? strerrordesc_np(why) : NULL);
	err->code = helper->code;
	return false;
}

static bool fail_by(const struct helper *helper, struct error *err, int why)
{
	return fail(helper, REASON_HELPER_FAILED, 0, why, err);
}

static bool fail_late(const struct helper *helper, struct error *err)
{
	return fail(helper, helper->late ? helper->late : REASON_HELPER_LATE,
		    helper->seconds, 0, err);
}

bool helper_has_failed(const struct error *err)
{
	return error_is(err, REASON_HELPER_STATUS) ||
	       error_is(err, REASON_HELPER_SIGNAL) ||
	       error_is(err, REASON_HELPER_LATE) ||
	       error_is(err, REASON_HELPER_SILENT) ||
	       error_is(err, REASON_HELPER_TOO_LONG) ||
	       error_is(err, REASON_HELPER_FAILED);
}

/* --- the environment ------------------------------------------------------ */

/*
 * Variables that a helper must not get.  With the last, a rolekey that is run
 * by the program for the passphrase would run that program.
 */
static const char *const secrets[] = {
	"AWS_ACCESS_KEY_ID=", "AWS_SECRET_ACCESS_KEY=", "AWS_SESSION_TOKEN=",
	"AWS_SECURITY_TOKEN=", "ROLEKEY_PASSPHRASE"
};

static bool is_secret(const char *variable)
{
	for (size_t i = 0; i < sizeof(secrets) / sizeof(secrets[0]); i++)
		if (strncmp(variable, secrets[i], strlen(secrets[i])) == 0)
			return true;
	return false;
}

static bool is_same_variable(const char *a, const char *b)
{
	size_t len = strcspn(b, "=") + 1;

	return strncmp(a, b, len) == 0;
}

char **helper_environment(char *const *environment, char *more)
{
	size_t n = 0;
	size_t kept = 0;
	char **block;

	while (environment && environment[n])
		n++;
	block = mem_alloc((n + 2) * sizeof(*block));
	for (size_t i = 0; block && i < n; i++)
		if (!is_secret(environment[i]) &&
		    !(more && is_same_variable(environment[i], more)))
			block[kept++] = environment[i];
	if (block)
		block[kept] = more;
	return block;
}

bool helper_is_there(const char *program, char *const *environment)
{
	const char *path = text_env(environment, "PATH");

	for (; path && *path != '\0'; path += strspn(path, ":")) {
		size_t len = strcspn(path, ":");
		char whole[PATH_MAX];

		(void)snprintf(whole, sizeof(whole), "%.*s/%s", (int)len, path,
			       program);
		if (access(whole, X_OK) == 0)
			return true;
		path += len;
	}
	return false;
}

/* --- a start -------------------------------------------------------------- */

/*
 * Tests whether we may use the terminal.  A program that we start in our own
 * process group may then use it, and gets Ctrl-C; in another group it would be
 * stopped.
 */
static bool has_terminal(void)
{
	int fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
	bool has;

	if (fd < 0)
		return false;
	has = tcgetpgrp(fd) == getpgrp();
	(void)close(fd);
	return has;
}

/*
 * Starts a process group if there is no terminal, so that everything the
 * program starts can be ended.  With a conversation, Ctrl-C is for the program,
 * and we ignore it.
 */
static int set_attributes(posix_spawnattr_t *how, bool own, bool talk)
{
	short flags = 0;
	sigset_t signals;
	int why = 0;

	if (own) {
		flags |= POSIX_SPAWN_SETPGROUP;
		why = posix_spawnattr_setpgroup(how, 0);
	}
	if (talk && why == 0) {
		flags |= POSIX_SPAWN_SETSIGDEF;
		(void)sigemptyset(&signals);
		(void)sigaddset(&signals, SIGINT);
		why = posix_spawnattr_setsigdefault(how, &signals);
	}
	return why != 0 ? why : posix_spawnattr_setflags(how, flags);
}

/*
 * Sets stdin, stdout and stderr; input and output are our ends of pipes, or -1.
 */
static int set_streams(posix_spawn_file_actions_t *files,
		       const struct helper *helper, bool terminal, int input,
		       int output)
{
	const char *in =
		helper->on_terminal && terminal ? "/dev/tty" : "/dev/null";
	const char *quiet = terminal ? "/dev/tty" : "/dev/null";
	int why;

	why = input >= 0 ? posix_spawn_file_actions_adddup2(files, input,
							    STDIN_FILENO)
			 : posix_spawn_file_actions_addopen(files, STDIN_FILENO,
							    in, O_RDONLY, 0);
	if (why == 0)
		why = posix_spawn_file_actions_adddup2(files, output,
						       STDOUT_FILENO);
	if (why == 0 && helper->quiet)
		why = posix_spawn_file_actions_addopen(files, STDERR_FILENO,
						       quiet, O_WRONLY, 0);
	return why;
}

/* posix_spawn() does not write to its words; its prototype is older than const. */
static char *const *without_const(const char *const *argv)
{
	char *const *same;

	memcpy(&same, &argv, sizeof(same));
	return same;
}

static int spawn(struct helper_process *process, const char *const *argv,
		 int input, int output)
{
	bool terminal = has_terminal();
	posix_spawn_file_actions_t files;
	posix_spawnattr_t how;
	int why = posix_spawn_file_actions_init(&files);

	if (why != 0)
		return why;
	why = posix_spawnattr_init(&how);
	if (why == 0) {
		why = set_streams(&files, process->helper, terminal, input,
				  output);
		if (why == 0)
			why = set_attributes(&how, !terminal, input >= 0);
		if (why == 0)
			why = posix_spawnp(&process->pid, argv[0], &files, &how,
					   without_const(argv),
					   process->helper->environment);
		process->victim = terminal ? process->pid : -process->pid;
		(void)posix_spawnattr_destroy(&how);
	}
	(void)posix_spawn_file_actions_destroy(&files);
	return why;
}

/*
 * Splits a command at its blanks, in place.  False if sh would do something
 * else.
 */
static bool split(char *command, const char *argv[static WORDS_MAX])
{
	char *rest = NULL;
	size_t n = 0;

	if (command[strspn(command, PLAIN)] != '\0')
		return false;
	for (char *word = strtok_r(command, " ", &rest); word;
	     word = strtok_r(NULL, " ", &rest)) {
		if (n == WORDS_MAX - 1)
			return false;
		argv[n++] = word;
	}
	argv[n] = NULL;
	return n > 0;
}

/* Starts a plain command directly, and others through sh. */
static int spawn_command(struct helper_process *process, char *copy, int input,
			 int output)
{
	const char *const by_shell[] = { "/bin/sh", "-c",
					 process->helper->command, NULL };
	const char *words[WORDS_MAX];
	int why = ENOENT;

	if (split(copy, words))
		why = spawn(process, words, input, output);
	return why == ENOENT ? spawn(process, by_shell, input, output) : why;
}

static int spawn_either(struct helper_process *process, int input, int output)
{
	const struct helper *helper = process->helper;
	char *copy;
	int why = ENOMEM;

	if (helper->argv)
		return spawn(process, helper->argv, input, output);
	copy = mem_strdup(helper->command);
	if (copy)
		why = spawn_command(process, copy, input, output);
	mem_free(copy);
	return why;
}

static void close_both(const int ends[2])
{
	(void)close(ends[0]);
	(void)close(ends[1]);
}

bool helper_start(const struct helper *helper, bool talk,
		  struct helper_process *process, struct error *err)
{
	int in[2] = { -1, -1 };
	int out[2];
	int why;

	*process = (struct helper_process){ .helper = helper,
					    .input = -1,
					    .audience = audience_now() };
	process->deadline = monotonic_ms() + (int64_t)helper->seconds * 1000;
	if (pipe2(out, O_CLOEXEC) != 0)
		return fail_by(helper, err, errno);
	if (talk && pipe2(in, O_CLOEXEC) != 0) {
		why = errno;
		close_both(out);
		return fail_by(helper, err, why);
	}
	why = spawn_either(process, in[0], out[1]);
	(void)close(out[1]);
	if (talk)
		(void)close(in[0]);
	process->output = out[0];
	process->input = in[1];
	if (why == 0)
		return true;
	(void)close(out[0]);
	if (talk)
		(void)close(in[1]);
	return why == ENOMEM ? error_memory(err) : fail_by(helper, err, why);
}

/* --- its words ------------------------------------------------------------ */

/* Returns how long to wait before the next look at the audience, in ms. */
static int patience(const struct helper_process *process)
{
	int64_t left = process->deadline - monotonic_ms();

	if (left <= 0)
		return 0;
	return (int)(process->helper->asks && left > LOOK_MS ? LOOK_MS : left);
}

/* Waits for input, or its end, until the deadline. */
static bool is_ready(const struct helper_process *process, int fd, short events,
		     struct error *err)
{
	for (;;) {
		struct pollfd waited = { fd, events, 0 };
		int ms = patience(process);
		int n = poll(&waited, 1, ms);

		if (n > 0)
			return true;
		if (n < 0 && errno != EINTR)
			return fail_by(process->helper, err, errno);
		if (ms == 0)
			return fail_late(process->helper, err);
		if (process->helper->asks &&
		    audience_has_gone(&process->audience))
			return error_fail(err, REASON_ABANDONED);
	}
}

bool helper_read(const struct helper_process *process, struct secbuf *output,
		 bool *ended, struct error *err)
{
	size_t room;
	char *at = secbuf_room(output, &room);
	ssize_t n;

	*ended = false;
	if (!at)
		return secbuf_ok(output)
			       ? fail(process->helper, REASON_HELPER_TOO_LONG,
				      (int64_t)process->helper->max, 0, err)
			       : error_memory(err);
	if (!is_ready(process, process->output, POLLIN, err))
		return false;
	n = read(process->output, at, room);
	if (n < 0 && errno != EINTR)
		return fail_by(process->helper, err, errno);
	*ended = n == 0;
	secbuf_grew(output, n > 0 ? (size_t)n : 0);
	return true;
}

/* Writes to the program. A closed pipe must not end us with SIGPIPE. */
bool helper_write(const struct helper_process *process, const char *bytes,
		  size_t len, struct error *err)
{
	void (*before)(int) = signal(SIGPIPE, SIG_IGN);
	bool ok = true;

	while (ok && len > 0) {
		ssize_t n;

		ok = is_ready(process, process->input, POLLOUT, err);
		n = ok ? write(process->input, bytes, len) : 0;
		if (n < 0 && errno != EINTR)
			ok = fail_by(process->helper, err, errno);
		bytes += n > 0 ? n : 0;
		len -= n > 0 ? (size_t)n : 0;
	}
	(void)signal(SIGPIPE, before);
	return ok;
}

/* --- its end -------------------------------------------------------------- */

/*
 * Waits for the program to exit, until the deadline.  ECHILD: our parent
 * ignores SIGCHLD, so the status is lost; the output is then accepted.
 */
static bool wait_for(const struct helper_process *process, int *status)
{
	const struct timespec step = { 0, STEP_MS * 1000000L };

	*status = 0;
	for (;;) {
		pid_t pid = waitpid(process->pid, status, WNOHANG);

		if (pid == process->pid || (pid < 0 && errno != EINTR))
			return true;
		if (monotonic_ms() >= process->deadline)
			return false;
		(void)nanosleep(&step, NULL);
	}
}

static bool judge(const struct helper *helper, int status, struct error *err)
{
	if (WIFSIGNALED(status))
		return fail(helper, REASON_HELPER_SIGNAL, WTERMSIG(status), 0,
			    err);
	if (WEXITSTATUS(status) != 0)
		return fail(helper, REASON_HELPER_STATUS, WEXITSTATUS(status),
			    0, err);
	return true;
}

bool helper_end(struct helper_process *process, bool ok, int *status,
		struct error *err)
{
	int how = 0;

	if (status)
		*status = -1;
	(void)close(process->output);
	if (process->input >= 0)
		(void)close(process->input);
	if (!ok || !wait_for(process, &how)) {
		(void)kill(process->victim, SIGKILL);
		(void)waitpid(process->pid, &how, 0);
		return ok ? fail_late(process->helper, err) : false;
	}
	if (status && WIFEXITED(how))
		*status = WEXITSTATUS(how);
	return judge(process->helper, how, err);
}

/* --- all at once ---------------------------------------------------------- */

static bool trim(const struct helper *helper, struct secbuf *output,
		 struct error *err)
{
	size_t len = secbuf_len(output);

	if (len > 0 && secbuf_text(output)[len - 1] == '\n')
		secbuf_cut(output, len - 1);
	return secbuf_len(output) > 0 ||
	       fail(helper, REASON_HELPER_SILENT, 0, 0, err);
}

bool helper_run(const struct helper *helper, struct secbuf **output,
		int *status, struct error *err)
{
	struct helper_process process;
	struct secbuf *said;
	bool ended = false;
	bool ok = true;

	*output = NULL;
	if (status)
		*status = -1;
	if (!helper_start(helper, false, &process, err))
		return false;
	said = secbuf_new(helper->max);
	while (ok && !ended)
		ok = helper_read(&process, said, &ended, err);
	ok = helper_end(&process, ok, status, err) && trim(helper, said, err);
	if (ok)
		*output = said;
	else
		secbuf_free(said);
	return ok;
}
