#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <paths.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/mem.h"
#include "base/text.h"
#include "edge/edge.h"
#include "edge/process/harden_internal.h"

static bool is_missing(int why)
{
	return why == ENOENT || why == ENOTDIR;
}

/*
 * Names the user's shell for a name that may be an alias or a function of it, or
 * NULL for a path.
 */
static const char *shell_for(const char *what, char *const *environment)
{
	const char *shell = text_env(environment, "SHELL");
	const char *slash = shell ? strrchr(shell, '/') : NULL;

	if (what[0] == '\0' || strchr(what, '/'))
		return NULL;
	return slash && slash[1] != '\0' ? slash + 1 : "sh";
}

static bool cannot(const char *what, int why, char *const *environment,
		   struct error *err)
{
	if (is_missing(why) && strpbrk(what, " \t"))
		return error_fail(err, REASON_COMMAND_IS_LINE, .value = what);
	return is_missing(why)
		       ? error_fail(err, REASON_COMMAND_NOT_FOUND,
				    .value = what,
				    .other = shell_for(what, environment))
		       : error_fail(err, REASON_COMMAND_NOT_RUN, .value = what,
				    .detail = strerrordesc_np(why));
}

/* Returns why path cannot be run, as an errno, or 0. */
static int check(const char *path)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return errno;
	if (S_ISDIR(st.st_mode))
		return EISDIR;
	return faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) == 0 ? 0 : errno;
}

/*
 * Joins a folder of PATH and the command; an empty folder is the current one.
 * False if the path is too long.
 */
static bool join(const char *element, size_t len, const char *command,
		 char path[static PATH_MAX])
{
	int n = snprintf(path, PATH_MAX, "%.*s/%s", len > 0 ? (int)len : 1,
			 len > 0 ? element : ".", command);

	return n > 0 && n < PATH_MAX;
}

/*
 * Searches PATH like execvp(3): a file that cannot be run does not end the
 * search, but is reported if nothing else is found.
 */
static int search(const char *list, const char *command,
		  char path[static PATH_MAX])
{
	int answer = ENOENT;

	for (const char *at = list;;) {
		size_t len = strcspn(at, ":");

		if (len < PATH_MAX && join(at, len, command, path)) {
			int why = check(path);

			if (why == 0)
				return 0;
			if (why == EACCES || why == EISDIR)
				answer = why;
		}
		if (at[len] == '\0')
			return answer;
		at += len + 1;
	}
}

static bool find(void *self, const char *command, struct arena *arena,
		 const char **path, struct error *err)
{
	char *const *environment = self;
	const char *list = text_env(environment, "PATH");
	char found[PATH_MAX];
	char usual[256];
	int why;

	if (!list) {
		if (confstr(_CS_PATH, usual, sizeof(usual)) == 0)
			usual[0] = '\0';
		list = usual;
	}
	if (command[0] == '\0')
		why = ENOENT;
	else if (strchr(command, '/'))
		why = check(command);
	else
		why = search(list, command, found);
	if (why != 0)
		return cannot(command, why, environment, err);
	*path = arena_strdup(arena, strchr(command, '/') ? command : found);
	return *path || error_memory(err);
}

/* Runs a script without "#!" with sh, like execvp(3). */
static int run_as_script(const char *path, char *const argv[],
			 char *const envp[])
{
	size_t n = 0;
	const char **args;
	int why = ENOMEM;

	while (argv[n])
		n++;
	args = mem_alloc((n + 3) * sizeof(*args));
	if (args) {
		args[0] = argv[0] ? argv[0] : path;
		args[1] = path;
		if (n > 1)
			memcpy(args + 2, argv + 1, (n - 1) * sizeof(*args));
		(void)execve(_PATH_BSHELL, (char *const *)(void *)args, envp);
		why = errno;
	}
	mem_free(args);
	return why;
}

static bool become(void *self, const char *path, char *const argv[],
		   char *const envp[], struct error *err)
{
	int why;

	(void)self;
	harden_undo();
	(void)execve(path, argv, envp);
	why = errno;
	if (why == ENOEXEC)
		why = run_as_script(path, argv, envp);
	harden_process(); /* the rest is hardened as before */
	if (why == ENOENT && check(path) == 0)
		return error_fail(err, REASON_NO_INTERPRETER, .value = path);
	return cannot(path, why, envp, err);
}

struct launcher launcher_posix(char *const *environment)
{
	struct launcher launcher = { .find = find, .become = become };

	/* The self of a port is not const; this one is only read. */
	memcpy(&launcher.self, &environment, sizeof(launcher.self));
	return launcher;
}
