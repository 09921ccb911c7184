#ifndef EDGE_FILES_FOLDERS_INTERNAL_H
#define EDGE_FILES_FOLDERS_INTERNAL_H

#include <limits.h>
#include <stdbool.h>

#include "base/attrs.h"

struct error;

/*
 * Folders of ours for what is no person's business: locks and notes.  Each is
 * the person's own, and nobody else can write there.
 */

/* "$XDG_RUNTIME_DIR/rolekey". False if that is not set, or not the person's. */
bool folders_runtime(char *const *environment,
		     char path[static PATH_MAX]) MUST_CHECK;

/* "${XDG_STATE_HOME:-~/.local/state}/rolekey/name". False without a home. */
bool folders_state(char *const *environment, const char *name,
		   char path[static PATH_MAX]) MUST_CHECK;

/*
 * Open the folder, for openat(), and make it (0700) if it is not there.
 * ERROR_SYSTEM if that fails, if it is a symbolic link, belongs to another, or
 * others can write to it.
 */
bool folders_open(const char *path, int *folder, struct error *err) MUST_CHECK;

#endif
