#ifndef SUPPORT_FOLDER_H
#define SUPPORT_FOLDER_H

#include <sys/types.h>

#include <limits.h>

/* Returns a template for mkdtemp() and mkstemp(), in $TMPDIR or /tmp. */
void folder_template(char path[static PATH_MAX]);

/*
 * Setup and teardown for cmocka: a new folder for one test, which is its
 * current folder.  *state is its path.
 */
int folder_enter(void **state);
int folder_leave(void **state);

#define IN_A_FOLDER(test) \
	cmocka_unit_test_setup_teardown(test, folder_enter, folder_leave)

/* Writes a file, and replaces an existing one. */
void folder_make(const char *path, const char *text, mode_t mode);

/* Counts the names in the current folder, including hidden ones. */
int folder_count(void);

#endif
