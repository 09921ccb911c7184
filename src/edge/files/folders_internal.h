#ifndef EDGE_FILES_FOLDERS_INTERNAL_H
#define EDGE_FILES_FOLDERS_INTERNAL_H

#include <limits.h>
#include <stdbool.h>

#include "base/attrs.h"

struct error;
struct stat;

/*
 * Folders for locks and notes.  Each belongs to the user, and nobody else can
 * write to it.
 */

/*
 * Returns "$XDG_RUNTIME_DIR/rolekey".  False if it is not set, or does not
 * belong to the user.
 */
bool folders_runtime(char *const *environment,
		     char path[static PATH_MAX]) MUST_CHECK;

/*
 * Returns "${XDG_STATE_HOME:-~/.local/state}/rolekey/name".  False without a
 * home directory.
 */
bool folders_state(char *const *environment, const char *name,
		   char path[static PATH_MAX]) MUST_CHECK;

/*
 * Opens the folder, for openat(), and creates it (0700) if it is missing.
 * ERROR_SYSTEM if that fails, or if it is a symbolic link, belongs to another
 * user, or is writable by others.
 */
bool folders_open(const char *path, int *folder, struct error *err) MUST_CHECK;

/* The same for a folder that exists; fails if it does not. */
bool folders_find(const char *path, int *folder, struct error *err) MUST_CHECK;

/* UNSAFE_FILE (ERROR_KEYRING) unless only the user can write to the folder. */
bool folders_check(const char *path, const struct stat *st,
		   struct error *err) MUST_CHECK;

/* UNSAFE_FILE, with what is wrong and what is expected ("0600"). Always false. */
bool folders_unsafe_owner(const char *path, const struct stat *st,
			  struct error *err);
bool folders_unsafe_mode(const char *path, const struct stat *st,
			 const char *expected, struct error *err);

#endif
