#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "base/secbuf.h"
#include "edge/edge.h"
#include "edge/files/io_internal.h"

#define GROWTH    4096 /* bytes: for files of unknown size */
#define MAX_LINKS 40   /* the kernel's own limit */
#define STALE_AGE 3600 /* seconds after which a leftover has no writer */

/* A replacement while it is written. */
struct change {
	const char *path;      /* as given, for errors */
	char target[PATH_MAX]; /* after all symbolic links */
	char folder[PATH_MAX];
	char temp[PATH_MAX];
	int fd; /* temp's */
};

/* --- reading -------------------------------------------------------------- */

/* Many users set /dev/null to mean "no such file". */
static bool is_null_device(const struct stat *st)
{
	return S_ISCHR(st->st_mode) && st->st_rdev == makedev(1, 3);
}

static bool check_kind(const char *path, const struct stat *st,
		       struct error *err)
{
	if (S_ISREG(st->st_mode) || is_null_device(st))
		return true;
	errno = EISDIR;
	return S_ISDIR(st->st_mode) ? io_failed(err, ERROR_CONFIG, path)
				    : error_fail(err, REASON_NOT_A_REGULAR_FILE,
						 .path = path);
}

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Moves text into a buffer for cap bytes, NULL when out of memory. */
static void make_room(struct secbuf **text, size_t cap)
{
	struct secbuf *wider = secbuf_new(cap);

	secbuf_join(wider, *text);
	secbuf_free(*text);
	*text = wider;
}

/*
 * Reads all of fd, but at most max + 1 bytes: the last one shows that there are
 * more. size is an estimate, correct unless the file grows or is in /proc.
 */
static bool read_up_to(int fd, size_t size, size_t max, struct secbuf **text)
{
	size_t cap = smaller(size, max) + 1;
	bool ok;

	*text = secbuf_new(cap);
	ok = io_read_all(fd, *text);
	while (ok && secbuf_ok(*text) && secbuf_len(*text) == cap &&
	       cap <= max) {
		cap = smaller(2 * cap + GROWTH, max + 1);
		make_room(text, cap);
		ok = io_read_all(fd, *text);
	}
	return ok;
}

static bool load_open(int fd, const char *path, size_t max,
		      struct secbuf **text, struct error *err)
{
	struct stat st;
	bool ok;

	if (fstat(fd, &st) != 0)
		return io_failed(err, ERROR_CONFIG, path);
	if (!check_kind(path, &st, err))
		return false;
	ok = read_up_to(fd, (size_t)st.st_size, max, text) ||
	     io_failed(err, ERROR_CONFIG, path);
	ok = ok && (secbuf_ok(*text) || error_memory(err));
	if (!ok) {
		secbuf_free(*text);
		*text = NULL;
	}
	return ok;
}

/*
 * Reads the file, or its first max + 1 bytes; NULL if there is none.
 * O_NONBLOCK: opening a FIFO must not wait for a writer.
 */
static bool load(const char *path, size_t max, struct secbuf **text,
		 struct error *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	bool ok;

	*text = NULL;
	if (fd < 0)
		return errno == ENOENT || errno == ENOTDIR ||
		       io_failed(err, ERROR_CONFIG, path);
	ok = load_open(fd, path, max, text, err);
	(void)close(fd);
	return ok;
}

static bool read_file(void *self, const char *path, size_t max,
		      struct secbuf **text, struct error *err)
{
	(void)self;
	if (!load(path, max, text, err))
		return false;
	if (secbuf_len(*text) <= max)
		return true;
	secbuf_free(*text);
	*text = NULL;
	return error_fail(err, REASON_FILE_TOO_LARGE, .path = path,
			  .number = (int64_t)max);
}

/* --- replacing ------------------------------------------------------------ */

/* Copies text to to[at]. False, with errno, if it does not fit. */
static bool put(char to[static PATH_MAX], size_t at, const char *text)
{
	size_t len = strlen(text);

	if (at + len >= PATH_MAX) {
		errno = ENAMETOOLONG;
		return false;
	}
	memcpy(to + at, text, len + 1);
	return true;
}

/* Returns where the last part of path begins. */
static size_t last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? (size_t)(slash - path) + 1 : 0;
}

/*
 * Follows symbolic links of the last part, also to a missing file; realpath(3)
 * does not.
 */
static bool follow(struct change *c, struct error *err)
{
	char link[PATH_MAX];

	if (!put(c->target, 0, c->path))
		return io_failed(err, ERROR_CONFIG, c->path);
	for (int i = 0; i < MAX_LINKS; i++) {
		ssize_t n = readlink(c->target, link, sizeof(link) - 1);

		if (n < 0 && (errno == EINVAL || errno == ENOENT))
			return true;
		if (n < 0)
			return io_failed(err, ERROR_CONFIG, c->path);
		link[n] = '\0';
		if (!put(c->target, link[0] == '/' ? 0 : last_part(c->target),
			 link))
			return io_failed(err, ERROR_CONFIG, c->path);
	}
	errno = ELOOP;
	return io_failed(err, ERROR_CONFIG, c->path);
}

static bool check_unchanged(const struct change *c, const struct secbuf *before,
			    struct error *err)
{
	struct secbuf *now;
	bool same;

	if (!load(c->target, secbuf_len(before), &now, err))
		return false;
	same = !now == !before && secbuf_equal(now, before);
	secbuf_free(now);
	return same || error_fail(err, REASON_FILE_CHANGED, .path = c->path);
}

/* Determines the folder, and the prefix of temporary files in it. */
static bool name_temp(struct change *c, struct error *err)
{
	size_t at = last_part(c->target);
	int n;

	(void)put(c->folder, 0, at > 0 ? c->target : "./");
	c->folder[at > 0 ? at : 2] = '\0';
	n = snprintf(c->temp, sizeof(c->temp), "%s.%s.rolekey-XXXXXX",
		     c->folder, c->target + at);
	errno = ENAMETOOLONG;
	return (n > 0 && (size_t)n < sizeof(c->temp)) ||
	       io_failed(err, ERROR_CONFIG, c->path);
}

static bool is_stale(int folder, const char *name)
{
	struct stat st;

	return fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	       S_ISREG(st.st_mode) && st.st_uid == geteuid() &&
	       st.st_mtime < time(NULL) - STALE_AGE;
}

/* Removes what a killed process left behind: it may contain keys. */
static void sweep(const struct change *c)
{
	const char *like = c->temp + last_part(c->temp);
	size_t len = strlen(like) - strlen("XXXXXX");
	DIR *folder = opendir(c->folder);
	const struct dirent *entry;

	if (!folder)
		return;
	/* NOLINTNEXTLINE(concurrency-mt-unsafe): a stream of our own */
	while ((entry = readdir(folder)) != NULL)
		if (strncmp(entry->d_name, like, len) == 0 &&
		    strlen(entry->d_name) == strlen(like) &&
		    is_stale(dirfd(folder), entry->d_name))
			(void)unlinkat(dirfd(folder), entry->d_name, 0);
	(void)closedir(folder);
}

static bool open_temp(struct change *c, struct error *err)
{
	c->fd = mkostemp(c->temp, O_CLOEXEC); /* O_EXCL, 0600 */
	return c->fd >= 0 || io_failed(err, ERROR_SYSTEM, c->path);
}

/*
 * Gives the new file owner, group and mode of the old one.  A user may not give
 * files to a group that he is not in: then the new file stays in his own group,
 * which gets no rights to it.
 */
static bool keep_owner(int fd, const struct stat *old)
{
	mode_t mode = old->st_mode & 07777;

	if (fchown(fd, old->st_uid, old->st_gid) == 0)
		return fchmod(fd, mode) == 0;
	return errno == EPERM && old->st_uid == geteuid() &&
	       fchmod(fd, mode & ~(mode_t)(S_IRWXG | S_ISGID)) == 0;
}

/* Gives the new file the owner and mode of the old one, or mode. */
static bool take_over(const struct change *c, unsigned mode, struct error *err)
{
	struct stat old;

	if (stat(c->target, &old) != 0)
		return fchmod(c->fd, mode & 07777) == 0 ||
		       io_failed(err, ERROR_SYSTEM, c->path);
	if (!S_ISREG(old.st_mode))
		return error_fail(err, REASON_NOT_A_REGULAR_FILE,
				  .path = c->path);
	/* rename() would replace even a file that must not be written */
	return (faccessat(AT_FDCWD, c->target, W_OK, AT_EACCESS) == 0 &&
		(mode & FILES_EXACT ? fchmod(c->fd, mode & 07777) == 0
				    : keep_owner(c->fd, &old))) ||
	       io_failed(err, ERROR_SYSTEM, c->path);
}

static bool fill(const struct change *c, const struct secbuf *after,
		 struct error *err)
{
	return (io_write_all(c->fd, secbuf_text(after), secbuf_len(after)) &&
		fsync(c->fd) == 0) ||
	       io_failed(err, ERROR_SYSTEM, c->path);
}

/*
 * Renames the file into place.  Whether the folder is already on disk is
 * requested, but a failure of that is not an error.
 */
static bool put_in_place(const struct change *c, struct error *err)
{
	int folder;

	if (rename(c->temp, c->target) != 0)
		return io_failed(err, ERROR_SYSTEM, c->path);
	folder = open(c->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder >= 0) {
		(void)fsync(folder);
		(void)close(folder);
	}
	return true;
}

static bool replace(void *self, const char *path, unsigned mode,
		    const struct secbuf *before, const struct secbuf *after,
		    struct error *err)
{
	struct change c = { .path = path, .fd = -1 };
	bool ok;

	(void)self;
	ok = follow(&c, err) && check_unchanged(&c, before, err) &&
	     name_temp(&c, err) && io_make_folders(c.folder, err);
	if (!ok)
		return false;
	sweep(&c);
	if (!open_temp(&c, err))
		return false;
	ok = take_over(&c, mode, err) && fill(&c, after, err) &&
	     check_unchanged(&c, before, err) && put_in_place(&c, err);
	(void)close(c.fd);
	if (!ok)
		(void)unlink(c.temp);
	return ok;
}

struct files files_posix(void)
{
	return (struct files){ .read = read_file,
			       .replace = replace,
			       .facts = facts_find };
}
