#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/mem.h"
#include "base/text.h"
#include "edge/edge.h"
#include "edge/process/helper_internal.h"

#define WORDS_MAX 16
#define STEPS     25 /* to wait for a browser that fails at once, ... */
#define STEP_MS   20 /* ... each of so many milliseconds */

/* --- which program ----------------------------------------------------------- */

static bool has(const struct browser_posix *self, const char *variable)
{
	return !text_is_empty(text_env(self->environment, variable));
}

static bool is_windows(const struct browser_posix *self)
{
	return has(self, "WSL_DISTRO_NAME") &&
	       helper_is_there("wslview", self->environment);
}

static bool is_there(const struct browser_posix *self, const char *program)
{
	return strchr(program, '/')
		       ? access(program, X_OK) == 0
		       : helper_is_there(program, self->environment);
}

/* The programs that open an address, in order, where there is a display. */
static const char *const openers[] = { "xdg-open", "x-www-browser", NULL };

static const char *first_opener(const struct browser_posix *self)
{
	for (size_t i = 0; openers[i]; i++)
		if (is_there(self, openers[i]))
			return openers[i];
	return NULL;
}

static bool find(void *ctx, const char *program, struct error *err)
{
	const struct browser_posix *self = ctx;

	if (program)
		return is_there(self, program) ||
		       error_fail(err, REASON_BROWSER_NOT_FOUND,
				  .value = program);
	if (is_windows(self))
		return true;
	if (!has(self, "DISPLAY") && !has(self, "WAYLAND_DISPLAY"))
		return error_fail(err, REASON_NO_BROWSER_DISPLAY);
	return has(self, "BROWSER") || first_opener(self) ||
	       error_fail(err, REASON_BROWSER_NOT_FOUND, .value = openers[0]);
}

/* --- starting it ------------------------------------------------------------- */

static int set_up(posix_spawn_file_actions_t *files, posix_spawnattr_t *how)
{
	static const int streams[] = { STDIN_FILENO, STDOUT_FILENO,
				       STDERR_FILENO };
	sigset_t all;
	int why = 0;

	for (size_t i = 0; why == 0 && i < 3; i++)
		why = posix_spawn_file_actions_addopen(files, streams[i],
						       "/dev/null", O_RDWR, 0);
	(void)sigfillset(&all);
	if (why == 0)
		why = posix_spawnattr_setsigdefault(how, &all);
	if (why == 0)
		why = posix_spawnattr_setflags(
			how, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF);
	return why;
}

/*
 * Starts a program in a session of its own, so that it outlives the terminal,
 * and without credentials in its environment.  Returns an errno, or 0.
 */
static int spawn(const struct browser_posix *self, char *const argv[],
		 pid_t *pid)
{
	char **environment = helper_environment(self->environment, NULL);
	posix_spawn_file_actions_t files;
	posix_spawnattr_t how;
	int why = environment ? posix_spawn_file_actions_init(&files) : ENOMEM;

	if (why == 0) {
		why = posix_spawnattr_init(&how);
		if (why == 0) {
			why = set_up(&files, &how);
			if (why == 0)
				why = posix_spawnp(pid, argv[0], &files, &how,
						   argv, environment);
			(void)posix_spawnattr_destroy(&how);
		}
		(void)posix_spawn_file_actions_destroy(&files);
	}
	mem_free(environment);
	return why;
}

/* A browser that still runs after half a second has opened the page. */
static bool has_failed(pid_t pid, int *status)
{
	const struct timespec step = { .tv_nsec = STEP_MS * 1000000L };

	for (int i = 0; i < STEPS; i++) {
		if (waitpid(pid, status, WNOHANG) == pid)
			return !WIFEXITED(*status) || WEXITSTATUS(*status) != 0;
		(void)nanosleep(&step, NULL);
	}
	return false;
}

static bool start(const struct browser_posix *self, char *const argv[],
		  struct error *err)
{
	int status = 0;
	pid_t pid;
	int why = spawn(self, argv, &pid);

	if (why != 0)
		return error_fail(err, REASON_BROWSER_FAILED, .value = argv[0],
				  .detail = strerrordesc_np(why));
	if (!has_failed(pid, &status))
		return true;
	return error_fail(err, REASON_BROWSER_FAILED, .value = argv[0],
			  .number = WIFEXITED(status) ? WEXITSTATUS(status)
						      : 128 + WTERMSIG(status));
}

static bool start_one(const struct browser_posix *self, const char *program,
		      const char *url, struct arena *arena, struct error *err)
{
	char *argv[] = { arena_strdup(arena, program), arena_strdup(arena, url),
			 NULL };

	return argv[0] && argv[1] ? start(self, argv, err) : error_memory(err);
}

/*
 * Starts one entry of $BROWSER: words at blanks, of which %s is the address; it
 * comes last without one.
 */
static bool start_entry(const struct browser_posix *self, char *entry,
			const char *url, struct arena *arena, struct error *err)
{
	char *address = arena_strdup(arena, url);
	char *argv[WORDS_MAX + 2];
	char *rest = NULL;
	bool placed = false;
	size_t n = 0;

	if (!address)
		return error_memory(err);
	for (char *word = strtok_r(entry, " \t", &rest); word && n < WORDS_MAX;
	     word = strtok_r(NULL, " \t", &rest)) {
		bool here = strcmp(word, "%s") == 0;

		placed = placed || here;
		argv[n++] = here ? address : word;
	}
	if (!placed)
		argv[n++] = address;
	argv[n] = NULL;
	return start(self, argv, err);
}

/* Tries the entries of $BROWSER, a list with colons, in order. */
static bool start_listed(const struct browser_posix *self, const char *url,
			 struct arena *arena, struct error *err)
{
	char *list =
		arena_strdup(arena, text_env(self->environment, "BROWSER"));
	char *rest = NULL;

	if (!list)
		return error_memory(err);
	(void)error_fail(err, REASON_BROWSER_NOT_FOUND, .value = "$BROWSER");
	for (char *entry = strtok_r(list, ":", &rest); entry;
	     entry = strtok_r(NULL, ":", &rest))
		if (start_entry(self, entry, url, arena, err))
			return true;
	return false;
}

static bool start_found(const struct browser_posix *self, const char *url,
			struct arena *arena, struct error *err)
{
	const char *opener = first_opener(self);

	if (has(self, "BROWSER") && start_listed(self, url, arena, err))
		return true;
	if (is_windows(self))
		return start_one(self, "wslview", url, arena, err);
	if (!opener)
		return has(self, "BROWSER")
			       ? false
			       : error_fail(err, REASON_BROWSER_NOT_FOUND,
					    .value = openers[0]);
	return start_one(self, opener, url, arena, err);
}

static bool open_url(void *ctx, const char *program, const char *url,
		     struct error *err)
{
	const struct browser_posix *self = ctx;
	struct arena *arena = arena_new();
	bool ok;

	if (!arena)
		return error_memory(err);
	ok = program ? start_one(self, program, url, arena, err)
		     : start_found(self, url, arena, err);
	arena_free(arena);
	return ok;
}

struct browser browser_posix(struct browser_posix *self)
{
	return (struct browser){ self, find, open_url };
}
