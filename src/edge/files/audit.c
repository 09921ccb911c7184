#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "edge/edge.h"
#include "edge/files/folders_internal.h"
#include "edge/files/io_internal.h"

#define LOG_MAX   10485760 /* bytes, after which a new file is started */
#define LINE_LEN  8192     /* bytes of a line with the end before it */
#define OLD       ".1"
#define ANY_TRIES 3

static bool failed(const char *path, struct error *err)
{
	return io_failed(err, ERROR_SYSTEM, path);
}

static bool find_path(const struct audit_file *self, char path[static PATH_MAX],
		      struct error *err)
{
	return folders_state(self->environment, "log", path) ||
	       error_fail(err, REASON_NO_HOME, .other = "the log");
}

static bool find_old(const char *path, char old[static PATH_MAX],
		     struct error *err)
{
	int n = snprintf(old, PATH_MAX, "%s" OLD, path);

	if (n > 0 && n < PATH_MAX)
		return true;
	errno = ENAMETOOLONG;
	return failed(path, err);
}

/* --- the file ---------------------------------------------------------------- */

/* Creates the folder only if the file cannot be opened without it. */
static int open_log(const char *path, struct error *err)
{
	const int how = O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK |
			O_CLOEXEC;
	int fd = open(path, how, 0600);
	char folder[PATH_MAX];

	if (fd < 0 && errno == ENOENT) {
		(void)snprintf(folder, sizeof(folder), "%s", path);
		*strrchr(folder, '/') = '\0';
		if (!io_make_folders(folder, err))
			return -1;
		fd = open(path, how, 0600);
	}
	if (fd < 0)
		(void)failed(path, err);
	return fd;
}

/*
 * Refuses a file that another user could have put here: the text of the user's
 * own commands would end up in it.
 */
static bool check(const char *path, const struct stat *st, struct error *err)
{
	bool ok;

	if (!S_ISREG(st->st_mode) || st->st_nlink > 1)
		ok = error_fail(err, REASON_NOT_A_REGULAR_FILE, .path = path);
	else if (st->st_uid != geteuid())
		ok = folders_unsafe_owner(path, st, err);
	else
		ok = (st->st_mode & (S_IWGRP | S_IWOTH)) == 0 ||
		     folders_unsafe_mode(path, st, "0600", err);
	if (!ok)
		err->code = ERROR_SYSTEM;
	return ok;
}

static bool open_checked(const char *path, int *fd, struct stat *st,
			 struct error *err)
{
	*fd = open_log(path, err);
	if (*fd < 0)
		return false;
	if ((fstat(*fd, st) == 0 || failed(path, err)) && check(path, st, err))
		return true;
	(void)close(*fd);
	*fd = -1;
	return false;
}

/* --- a new file ---------------------------------------------------------------- */

static bool is_at(const char *path, const struct stat *st)
{
	struct stat now;

	return lstat(path, &now) == 0 && now.st_ino == st->st_ino &&
	       now.st_dev == st->st_dev;
}

/*
 * Renames the file, which replaces the one before it.  One process does it: the
 * others find the lock taken, or another file at the path, and append to the
 * file that they have opened.
 */
static bool rotate(const char *path, int fd, const struct stat *st)
{
	struct error ignored = { 0 };
	char old[PATH_MAX];
	bool done;

	if (!find_old(path, old, &ignored) || flock(fd, LOCK_EX | LOCK_NB) != 0)
		return false;
	done = is_at(path, st) && rename(path, old) == 0;
	(void)flock(fd, LOCK_UN);
	return done;
}

/* A log that cannot be renamed grows: that is better than a lost line. */
static bool open_for_line(const char *path, int *fd, struct stat *st,
			  struct error *err)
{
	if (!open_checked(path, fd, st, err))
		return false;
	if (st->st_size < LOG_MAX || !rotate(path, *fd, st))
		return true;
	(void)close(*fd);
	return open_checked(path, fd, st, err);
}

/* --- a line -------------------------------------------------------------------- */

/* Tests for a line without its end: a full disk cut it off. */
static bool is_cut(int fd, const struct stat *st)
{
	char last = '\n';

	return st->st_size > 0 && pread(fd, &last, 1, st->st_size - 1) == 1 &&
	       last != '\n';
}

/* A write beyond the limit (`ulimit -f`) would end the process by SIGXFSZ. */
static bool is_allowed(const struct stat *st, size_t len)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_FSIZE, &limit) != 0 ||
	    limit.rlim_cur == RLIM_INFINITY ||
	    (rlim_t)st->st_size + len <= limit.rlim_cur)
		return true;
	errno = EFBIG;
	return false;
}

static bool write_line(int fd, const struct stat *st, const char *line,
		       size_t len)
{
	char text[LINE_LEN];
	size_t before = is_cut(fd, st) ? 1 : 0;
	ssize_t n;

	if (before + len > sizeof(text)) {
		errno = EMSGSIZE;
		return false;
	}
	text[0] = '\n';
	memcpy(text + before, line, len);
	if (!is_allowed(st, before + len))
		return false;
	n = write(fd, text, before + len);
	if (n >= 0 && (size_t)n < before + len)
		errno = ENOSPC;
	return n == (ssize_t)(before + len);
}

/*
 * Tests whether the file was removed before the line was written: two others
 * have followed it in the meantime.
 */
static bool is_removed(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && st.st_nlink == 0;
}

static bool append(void *self, const char *line, size_t len, struct error *err)
{
	bool removed = true;
	char path[PATH_MAX];
	struct stat st;
	bool ok;
	int fd;

	ok = find_path(self, path, err);
	for (int i = 0; ok && removed && i < ANY_TRIES; i++) {
		ok = open_for_line(path, &fd, &st, err);
		if (!ok)
			break;
		ok = write_line(fd, &st, line, len) || failed(path, err);
		removed = is_removed(fd);
		(void)close(fd);
	}
	return ok;
}

/* --- reading ------------------------------------------------------------------- */

/* Opens a file to read. Without one, *file is NULL and the call succeeds. */
static bool open_to_read(const char *path, FILE **file, struct error *err)
{
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct stat st;
	bool ok;

	*file = NULL;
	if (fd < 0)
		return errno == ENOENT || errno == ENOTDIR || failed(path, err);
	ok = (fstat(fd, &st) == 0 || failed(path, err)) &&
	     (S_ISREG(st.st_mode) ||
	      error_fail(err, REASON_NOT_A_REGULAR_FILE, .path = path));
	if (ok) {
		*file = fdopen(fd, "re");
		ok = *file || error_memory(err);
	}
	if (!ok)
		(void)close(fd);
	return ok;
}

static void close_read(FILE *file)
{
	if (file)
		(void)fclose(file);
}

static bool is_same(FILE *a, FILE *b)
{
	struct stat of_a, of_b;

	return a && b && fstat(fileno(a), &of_a) == 0 &&
	       fstat(fileno(b), &of_b) == 0 && of_a.st_ino == of_b.st_ino &&
	       of_a.st_dev == of_b.st_dev;
}

/*
 * Opens the file and the one before it.  A rename in between would give the same
 * file twice.
 */
static bool open_both(const char *path, const char *old, FILE *files[static 2],
		      struct error *err)
{
	bool ok = false;

	for (int i = 0; i < ANY_TRIES; i++) {
		files[0] = NULL;
		ok = open_to_read(path, &files[1], err) &&
		     open_to_read(old, &files[0], err);
		if (ok && !is_same(files[0], files[1]))
			break;
		close_read(files[0]);
		close_read(files[1]);
		files[0] = files[1] = NULL;
		if (!ok)
			break;
	}
	return ok;
}

static bool read_lines(FILE *file, const char *path,
		       const struct audit_reader *reader, struct error *err)
{
	char line[LINE_LEN + 1];
	bool ok = true;

	while (ok && file && fgets(line, sizeof(line), file)) {
		size_t len = strcspn(line, "\n");

		ok = len == 0 || reader->take(reader->to, line, len, err);
	}
	return ok && (!file || !ferror(file) || failed(path, err));
}

static bool read_all(void *self, const struct audit_reader *reader,
		     struct error *err)
{
	char path[PATH_MAX];
	char old[PATH_MAX];
	FILE *files[2];
	bool ok;

	if (!find_path(self, path, err) || !find_old(path, old, err) ||
	    !open_both(path, old, files, err))
		return false;
	ok = read_lines(files[0], old, reader, err) &&
	     read_lines(files[1], path, reader, err);
	close_read(files[0]);
	close_read(files[1]);
	return ok;
}

struct audit audit_file(struct audit_file *self)
{
	return (struct audit){ self, append, read_all };
}
