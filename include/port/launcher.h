#ifndef PORT_LAUNCHER_H
#define PORT_LAUNCHER_H

#include <stdbool.h>

struct arena;
struct error;

/* Finds programs and becomes them. */
struct launcher {
	void *self;
	/*
	 * Searches for command in the PATH of this process, as execvp(3) does;
	 * *path is in arena.  ERROR_NOT_FOUND; ERROR_CANNOT_RUN if it is not
	 * executable, or a directory.
	 */
	bool (*find)(void *self, const char *command, struct arena *arena,
		     const char **path, struct error *err);
	/*
	 * Calls execve(2), with the signals and limits that this process was
	 * started with.  Returns only on failure: ERROR_NOT_FOUND,
	 * ERROR_CANNOT_RUN.
	 */
	bool (*become)(void *self, const char *path, char *const argv[],
		       char *const envp[], struct error *err);
};

/* Calls through the port; struct launcher documents them. */
static inline bool launcher_find(const struct launcher *launcher,
				 const char *command, struct arena *arena,
				 const char **path, struct error *err)
{
	return launcher->find(launcher->self, command, arena, path, err);
}

static inline bool launcher_become(const struct launcher *launcher,
				   const char *path, char *const argv[],
				   char *const envp[], struct error *err)
{
	return launcher->become(launcher->self, path, argv, envp, err);
}

#endif
