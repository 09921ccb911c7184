#include "support/folder.h"

#include <sys/stat.h>

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/check.h"

void folder_template(char path[static PATH_MAX])
{
	/* NOLINTNEXTLINE(concurrency-mt-unsafe): one thread */
	const char *top = getenv("TMPDIR");

	(void)snprintf(path, PATH_MAX, "%s/rolekey-test-XXXXXX",
		       top && *top != '\0' ? top : "/tmp");
}

int folder_enter(void **state)
{
	char folder[PATH_MAX];

	folder_template(folder);
	if (!mkdtemp(folder) || chdir(folder) != 0)
		return -1;
	*state = strdup(folder);
	return *state ? 0 : -1;
}

static int remove_one(const char *path, const struct stat *st, int type,
		      struct FTW *where)
{
	(void)st;
	(void)type;
	(void)where;
	return remove(path);
}

int folder_leave(void **state)
{
	int left = chdir("/");

	if (left == 0)
		/* NOLINTNEXTLINE(concurrency-mt-unsafe): one thread */
		left = nftw(*state, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	free(*state);
	return left;
}

void folder_make(const char *path, const char *text, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (int)strlen(text));
	assert_int_equal(fchmod(fd, mode), 0);
	assert_int_equal(close(fd), 0);
}

int folder_count(void)
{
	DIR *here = opendir(".");
	int n = 0;

	assert_non_null(here);
	while (readdir(here)) /* NOLINT(concurrency-mt-unsafe): our stream */
		n++;
	(void)closedir(here);
	return n - 2;
}
