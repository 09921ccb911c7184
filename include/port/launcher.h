#ifndef PORT_LAUNCHER_H
#define PORT_LAUNCHER_H

#include <stdbool.h>

struct arena;
struct error;

struct launcher {
	void *self;
	/*
	 * Where command is, by the PATH of this process as execvp(3) finds it;
	 * the path lies in arena.  ERROR_NOT_FOUND, ERROR_CANNOT_RUN (it is
	 * there and not executable, or a directory).
	 */
	bool (*find)(void *self, const char *command, struct arena *arena,
		     const char **path, struct error *err);
	/*
	 * execve(2), with signals and limits as this process found them.  Does
	 * not return, except to say why not: ERROR_NOT_FOUND,
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
