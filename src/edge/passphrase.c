#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/secbuf.h"
#include "base/text.h"
#include "base/topic.h"
#include "passphrase_internal.h"
#include "port/prompt.h"

#define VARIABLE "ROLEKEY_PASSPHRASE"
#define COMMAND  "ROLEKEY_PASSPHRASE_COMMAND"

#define PASSPHRASE_MAX 4096 /* bytes */
#define TRIES          3
#define STEP_MS        10 /* between two looks at a command that has ended */

/* --- a command ---------------------------------------------------------------- */

/* One that runs. */
struct command {
	pid_t pid;
	pid_t victim; /* whom to kill: its group, if that is its own, or it */
	int output;
	int64_t deadline; /* ms */
	int seconds;
};

static bool locked(struct error *err, const char *why)
{
	return error_topic(err, ERROR_KEYRING, TOPIC_KEYRING_LOCKED,
			   COMMAND " %s", why);
}

static bool fail(struct error *err, int why)
{
	return locked(err, strerrordesc_np(why));
}

static int64_t now_ms(void)
{
	struct timespec t = { 0 };

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static bool is_ours(const char *variable)
{
	return strncmp(variable, VARIABLE, strlen(VARIABLE)) == 0;
}

/* Borrows its strings. A rolekey in the command would run the command. */
static char **environment_without_ours(char *const *environment)
{
	size_t n = 0;
	size_t kept = 0;
	char **block;

	while (environment && environment[n])
		n++;
	block = mem_alloc((n + 1) * sizeof(*block));
	for (size_t i = 0; block && i < n; i++)
		if (!is_ours(environment[i]))
			block[kept++] = environment[i];
	return block;
}

/*
 * May we use the terminal?  Then what we start may, and Ctrl-C reaches it, as
 * long as it stays in our group: one that asks would be stopped in another.
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

/* Else a group of its own: what the shell starts must end with it. */
static int set_group(posix_spawnattr_t *how, bool own)
{
	int why;

	if (!own)
		return 0;
	why = posix_spawnattr_setflags(how, POSIX_SPAWN_SETPGROUP);
	return why != 0 ? why : posix_spawnattr_setpgroup(how, 0);
}

static int spawn_with(const posix_spawn_file_actions_t *files, char *command,
		      char **environment, struct command *run)
{
	char shell[] = "sh";
	char option[] = "-c";
	char *const argv[] = { shell, option, command, NULL };
	bool own = !has_terminal();
	posix_spawnattr_t how;
	int why = posix_spawnattr_init(&how);

	if (why != 0)
		return why;
	why = set_group(&how, own);
	if (why == 0)
		why = posix_spawn(&run->pid, "/bin/sh", files, &how, argv,
				  environment);
	run->victim = own ? -run->pid : run->pid;
	(void)posix_spawnattr_destroy(&how);
	return why;
}

static int spawn(char *command, char **environment, int output,
		 struct command *run)
{
	posix_spawn_file_actions_t files;
	int why = posix_spawn_file_actions_init(&files);

	if (why != 0)
		return why;
	why = posix_spawn_file_actions_addopen(&files, STDIN_FILENO,
					       "/dev/null", O_RDONLY, 0);
	if (why == 0)
		why = posix_spawn_file_actions_adddup2(&files, output,
						       STDOUT_FILENO);
	if (why == 0)
		why = spawn_with(&files, command, environment, run);
	(void)posix_spawn_file_actions_destroy(&files);
	return why;
}

static bool start_with(char *command, char **environment, struct command *run,
		       struct error *err)
{
	int ends[2];
	int why;

	if (pipe2(ends, O_CLOEXEC) != 0)
		return fail(err, errno);
	why = spawn(command, environment, ends[1], run);
	(void)close(ends[1]);
	run->output = ends[0];
	if (why == 0)
		return true;
	(void)close(ends[0]);
	return fail(err, why);
}

static char *copy_of(const char *text)
{
	size_t size = strlen(text) + 1;
	char *copy = mem_alloc(size);

	return copy ? memcpy(copy, text, size) : NULL;
}

static bool start(const char *command, char *const *environment,
		  struct command *run, struct error *err)
{
	char **block = environment_without_ours(environment);
	char *copy = copy_of(command);
	bool ok;

	ok = (block && copy) ||
	     error_set(err, ERROR_MEMORY, "no memory for " COMMAND);
	ok = ok && start_with(copy, block, run, err);
	mem_free(copy);
	mem_free(block);
	return ok;
}

/* Is there something to read, or the end, before the deadline? */
static bool is_readable(const struct command *run, struct error *err)
{
	for (;;) {
		struct pollfd fd = { run->output, POLLIN, 0 };
		int64_t left = run->deadline - now_ms();
		int n = left > 0 ? poll(&fd, 1, (int)left) : 0;

		if (n > 0)
			return true;
		if (n == 0)
			return error_topic(err, ERROR_KEYRING,
					   TOPIC_KEYRING_LOCKED,
					   COMMAND " took longer than %d "
						   "seconds",
					   run->seconds);
		if (errno != EINTR)
			return fail(err, errno);
	}
}

static bool read_output(const struct command *run, struct secbuf *output,
			struct error *err)
{
	size_t room;
	char *at;

	while ((at = secbuf_room(output, &room)) != NULL) {
		ssize_t n;

		if (!is_readable(run, err))
			return false;
		n = read(run->output, at, room);
		if (n == 0)
			return true;
		if (n < 0 && errno != EINTR)
			return fail(err, errno);
		secbuf_grew(output, n > 0 ? (size_t)n : 0);
	}
	return secbuf_ok(output) ? locked(err, "prints too much")
				 : error_set(err, ERROR_MEMORY,
					     "no memory for a passphrase");
}

/*
 * What became of it.  One that goes on after its last word has until the
 * deadline.  ECHILD: whoever started us ignores SIGCHLD, so nobody is told;
 * then what it printed must do.
 */
static bool wait_for(const struct command *run, int *status)
{
	const struct timespec step = { 0, STEP_MS * 1000000L };

	*status = 0;
	for (;;) {
		pid_t pid = waitpid(run->pid, status, WNOHANG);

		if (pid == run->pid || (pid < 0 && errno != EINTR))
			return true;
		if (now_ms() >= run->deadline)
			return false;
		(void)nanosleep(&step, NULL);
	}
}

static bool end(const struct command *run, bool ok, struct error *err)
{
	int status;

	(void)close(run->output);
	if (!ok || !wait_for(run, &status)) {
		(void)kill(run->victim, SIGKILL);
		(void)waitpid(run->pid, &status, 0);
		return ok ? locked(err, "does not end") : false;
	}
	if (WIFSIGNALED(status))
		return error_topic(err, ERROR_KEYRING, TOPIC_KEYRING_LOCKED,
				   COMMAND " was ended by signal %d",
				   WTERMSIG(status));
	if (WEXITSTATUS(status) != 0)
		return error_topic(err, ERROR_KEYRING, TOPIC_KEYRING_LOCKED,
				   COMMAND " ended with status %d",
				   WEXITSTATUS(status));
	return true;
}

static bool trim(struct secbuf *output, struct error *err)
{
	size_t len = secbuf_len(output);

	if (len > 0 && secbuf_text(output)[len - 1] == '\n')
		secbuf_cut(output, len - 1);
	return secbuf_len(output) > 0 || locked(err, "prints nothing");
}

bool passphrase_run(const char *command, char *const *environment, int seconds,
		    struct secbuf **passphrase, struct error *err)
{
	struct command run = { .seconds = seconds };
	struct secbuf *output;
	bool ok;

	*passphrase = NULL;
	run.deadline = now_ms() + (int64_t)seconds * 1000;
	if (!start(command, environment, &run, err))
		return false;
	output = secbuf_new(PASSPHRASE_MAX);
	ok = read_output(&run, output, err);
	ok = end(&run, ok, err) && trim(output, err);
	if (ok)
		*passphrase = output;
	else
		secbuf_free(output);
	return ok;
}

/* --- the environment ----------------------------------------------------------- */

bool passphrase_given(char *const *environment, struct secbuf **passphrase,
		      struct error *err)
{
	const char *value = text_env(environment, VARIABLE);
	const char *command = text_env(environment, COMMAND);

	*passphrase = NULL;
	if (text_is_empty(value))
		return text_is_empty(command) ||
		       passphrase_run(command, environment, PASSPHRASE_SECONDS,
				      passphrase, err);
	*passphrase = secbuf_from(value);
	return *passphrase ||
	       error_set(err, ERROR_MEMORY, "no memory for a passphrase");
}

/* --- a person ------------------------------------------------------------------- */

/* The prompt knows why nobody can be asked, but not for what. */
static bool ask(const struct prompt *prompt, const char *question,
		struct secbuf **answer, struct error *err)
{
	return prompt->ask(prompt->self, PROMPT_SECRET, question, answer,
			   err) ||
	       error_within(err, "the passphrase of the rolekey keyring is "
				 "needed");
}

bool passphrase_ask(const struct prompt *prompt, struct secbuf **passphrase,
		    struct error *err)
{
	*passphrase = NULL;
	if (!prompt)
		return error_topic(err, ERROR_PERSON, TOPIC_KEYRING_LOCKED,
				   "locked: its passphrase is needed");
	return ask(prompt, "Passphrase for the rolekey keyring: ", passphrase,
		   err);
}

/* *passphrase is NULL, and the call a success, if they are not the same. */
static bool ask_twice(const struct prompt *prompt, struct secbuf **passphrase,
		      struct error *err)
{
	struct secbuf *again = NULL;
	bool ok;

	ok = ask(prompt, "New passphrase for the rolekey keyring: ", passphrase,
		 err);
	if (ok && secbuf_len(*passphrase) > 0)
		ok = ask(prompt, "Again: ", &again, err);
	if (!ok || secbuf_len(*passphrase) == 0 ||
	    !secbuf_equal(*passphrase, again)) {
		secbuf_free(*passphrase);
		*passphrase = NULL;
	}
	secbuf_free(again);
	return ok;
}

bool passphrase_ask_new(const struct prompt *prompt, struct secbuf **passphrase,
			struct error *err)
{
	*passphrase = NULL;
	if (!prompt)
		return error_topic(err, ERROR_PERSON, TOPIC_KEYRING_LOCKED,
				   "not made yet: it needs a passphrase");
	for (int i = 0; i < TRIES; i++) {
		if (!ask_twice(prompt, passphrase, err))
			return false;
		if (*passphrase)
			return true;
		prompt->tell(prompt->self, "The passphrases are empty or not "
					   "the same.");
	}
	return error_topic(err, ERROR_PERSON, TOPIC_WRONG_PASSPHRASE,
			   "no passphrase was given twice");
}
