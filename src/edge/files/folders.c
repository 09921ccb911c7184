#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/text.h"
#include "edge/files/folders_internal.h"
#include "edge/files/io_internal.h"

static bool fits(int n)
{
	return n > 0 && n < PATH_MAX;
}

static bool is_whole(const char *path)
{
	return path && path[0] == '/';
}

/* XDG_RUNTIME_DIR may be stale, or another user's after su(1). */
bool folders_runtime(char *const *environment, char path[static PATH_MAX])
{
	const char *runtime = text_env(environment, "XDG_RUNTIME_DIR");
	struct stat st;

	return is_whole(runtime) && stat(runtime, &st) == 0 &&
	       S_ISDIR(st.st_mode) && st.st_uid == geteuid() &&
	       fits(snprintf(path, PATH_MAX, "%s/rolekey", runtime));
}

bool folders_state(char *const *environment, const char *name,
		   char path[static PATH_MAX])
{
	const char *state = text_env(environment, "XDG_STATE_HOME");
	const char *home = text_env(environment, "HOME");

	if (is_whole(state))
		return fits(
			snprintf(path, PATH_MAX, "%s/rolekey/%s", state, name));
	return is_whole(home) &&
	       fits(snprintf(path, PATH_MAX, "%s/.local/state/rolekey/%s", home,
			     name));
}

bool folders_unsafe_owner(const char *path, const struct stat *st,
			  struct error *err)
{
	char owner[32];
	char expected[32];

	(void)snprintf(owner, sizeof(owner), "user %u", st->st_uid);
	(void)snprintf(expected, sizeof(expected), "user %u", geteuid());
	return error_fail(err, REASON_UNSAFE_FILE, .path = path, .key = "owner",
			  .value = owner, .expected = expected);
}

bool folders_unsafe_mode(const char *path, const struct stat *st,
			 const char *expected, struct error *err)
{
	char mode[16];

	(void)snprintf(mode, sizeof(mode), "%04o", st->st_mode & 07777U);
	return error_fail(err, REASON_UNSAFE_FILE, .path = path, .key = "mode",
			  .value = mode, .expected = expected);
}

bool folders_check(const char *path, const struct stat *st, struct error *err)
{
	if (st->st_uid != geteuid())
		return folders_unsafe_owner(path, st, err);
	return (st->st_mode & (S_IWGRP | S_IWOTH)) == 0 ||
	       folders_unsafe_mode(path, st, "0700", err);
}

static bool check(int fd, const char *path, struct error *err)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return io_failed(err, ERROR_SYSTEM, path);
	if (folders_check(path, &st, err))
		return true;
	err->code = ERROR_SYSTEM;
	return false;
}

bool folders_open(const char *path, int *folder, struct error *err)
{
	return io_make_folders(path, err) && folders_find(path, folder, err);
}

bool folders_find(const char *path, int *folder, struct error *err)
{
	*folder = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (*folder < 0)
		return io_failed(err, ERROR_SYSTEM, path);
	if (check(*folder, path, err))
		return true;
	(void)close(*folder);
	return false;
}
