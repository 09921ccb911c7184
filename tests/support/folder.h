#ifndef SUPPORT_FOLDER_H
#define SUPPORT_FOLDER_H

#include <sys/types.h>

#include <limits.h>

/* A template for mkdtemp() and mkstemp(), below $TMPDIR, or else /tmp. */
void folder_template(char path[static PATH_MAX]);

/*
 * A fresh folder for one test, which is in it while it runs: cmocka's setup
 * and teardown.  *state is its path.
 */
int folder_enter(void **state);
int folder_leave(void **state);

#define IN_A_FOLDER(test) \
	cmocka_unit_test_setup_teardown(test, folder_enter, folder_leave)

/* Write a file, whatever was there. */
void folder_make(const char *path, const char *text, mode_t mode);

/* How many names there are in the current folder, hidden ones too. */
int folder_count(void);

#endif
