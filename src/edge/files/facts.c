#include <sys/stat.h>

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "edge/accounts.h"
#include "edge/files/io_internal.h"
#include "port/files.h"

#define NANOSECONDS 1000000000 /* in a second */

static bool is_foreign(const struct stat *st)
{
	return st->st_uid != geteuid() && st->st_uid != 0;
}

static bool others_may(const struct stat *st, mode_t group, mode_t world)
{
	return (st->st_mode & world) != 0 ||
	       ((st->st_mode & group) != 0 && accounts_has_others(st->st_gid));
}

/* In a folder with the sticky bit nobody can replace another user's file. */
static bool is_open(const char *folder)
{
	struct stat st;

	return stat(folder, &st) == 0 &&
	       (is_foreign(&st) || ((st.st_mode & S_ISVTX) == 0 &&
				    others_may(&st, S_IWGRP, S_IWOTH)));
}

static bool lies_open(const char *path)
{
	char folder[PATH_MAX];
	const char *slash = strrchr(path, '/');
	size_t len = slash ? (size_t)(slash - path) : 0;

	if (!slash)
		return is_open(".");
	if (len >= sizeof(folder))
		return false; /* nothing can be opened there */
	memcpy(folder, path, len);
	folder[len] = '\0';
	return is_open(len > 0 ? folder : "/");
}

bool facts_find(void *self, const char *path, struct file_facts *facts,
		struct error *err)
{
	char target[PATH_MAX];
	struct stat st;

	(void)self;
	*facts = (struct file_facts){ 0 };
	if (stat(path, &st) != 0)
		return errno == ENOENT || errno == ENOTDIR ||
		       io_failed(err, ERROR_CONFIG, path);
	facts->exists = true;
	facts->mode = st.st_mode & 07777;
	facts->size = (int64_t)st.st_size;
	facts->modified = ((int64_t)st.st_mtim.tv_sec * NANOSECONDS) +
			  (int64_t)st.st_mtim.tv_nsec;
	facts->foreign = is_foreign(&st);
	if (S_ISCHR(st.st_mode)) /* /dev/null has no content to change */
		return true;
	facts->others_write = others_may(&st, S_IWGRP, S_IWOTH);
	facts->others_read = others_may(&st, S_IRGRP, S_IROTH);
	facts->others_replace = lies_open(path) ||
				(realpath(path, target) && lies_open(target));
	return true;
}
