#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/text.h"
#include "edge/accounts.h"
#include "edge/files/folders_internal.h"
#include "edge/files/io_internal.h"
#include "edge/keyring/file/file_internal.h"

#define BESIDE_MAX (PATH_MAX + 8)

static bool fail(struct error *err, const char *path)
{
	return io_failed(err, ERROR_KEYRING, path);
}

static bool unsafe_type(struct error *err, const char *path, const char *type)
{
	return error_fail(err, REASON_UNSAFE_FILE, .path = path, .key = "type",
			  .value = type, .expected = "regular file");
}

/* --- where ------------------------------------------------------------------ */

static bool is_whole(const char *path)
{
	return path && path[0] == '/';
}

/*
 * Uses the home directory of the password database if the environment has none.
 */
static void home_of_record(struct strbuf *path)
{
	char home[PATH_MAX];

	if (accounts_home(home, sizeof(home)) && is_whole(home))
		strbuf_puts(path, home);
}

static bool no_home(struct error *err)
{
	(void)error_fail(err, REASON_NO_HOME, .other = "the keyring");
	err->code = ERROR_KEYRING;
	return false;
}

bool disk_path(char *const *environment, struct strbuf *path, struct error *err)
{
	const char *data = text_env(environment, "XDG_DATA_HOME");
	const char *home = text_env(environment, "HOME");

	*path = strbuf_with_max(PATH_MAX - 1);
	if (is_whole(data)) {
		strbuf_puts(path, data);
	} else {
		if (is_whole(home))
			strbuf_puts(path, home);
		else
			home_of_record(path);
		if (strbuf_ok(path) && path->len == 0)
			return no_home(err);
		strbuf_puts(path, "/.local/share");
	}
	strbuf_puts(path, "/rolekey/keyring");
	if (strbuf_ok(path))
		return true;
	strbuf_clear(path);
	return error_memory(err);
}

/* --- reading ---------------------------------------------------------------- */

static bool check_safe(const char *path, const struct stat *st,
		       struct error *err)
{
	if (!S_ISREG(st->st_mode))
		return unsafe_type(err, path, "another");
	if (st->st_uid != geteuid())
		return folders_unsafe_owner(path, st, err);
	return (st->st_mode & (S_IRWXG | S_IRWXO)) == 0 ||
	       folders_unsafe_mode(path, st, "0600", err);
}

static bool check_open(int fd, const char *path, size_t *len, struct error *err)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return fail(err, path);
	if (!check_safe(path, &st, err))
		return false;
	if (st.st_size == 0 || st.st_size > KEYRING_FILE_MAX)
		return error_fail(err, REASON_KEYRING_DAMAGED, .path = path,
				  .other = "length");
	*len = (size_t)st.st_size;
	return true;
}

bool disk_open(const char *path, int *fd, size_t *len, struct error *err)
{
	/* O_NONBLOCK: opening a FIFO must not wait for a writer. */
	*fd = open(path,
		   O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (*fd < 0 && errno == ENOENT)
		return true;
	if (*fd < 0 && errno == ELOOP)
		return unsafe_type(err, path, "symbolic link");
	if (*fd < 0)
		return fail(err, path);
	if (check_open(*fd, path, len, err))
		return true;
	(void)close(*fd);
	*fd = -1;
	return false;
}

bool disk_read(int fd, const char *path, size_t from, uint8_t *bytes,
	       size_t len, struct error *err)
{
	return (lseek(fd, (off_t)from, SEEK_SET) >= 0 &&
		io_read_exact(fd, bytes, len)) ||
	       fail(err, path);
}

/* --- the lock ---------------------------------------------------------------- */

static void beside(const char *path, const char *suffix,
		   char name[static BESIDE_MAX])
{
	(void)snprintf(name, BESIDE_MAX, "%s%s", path, suffix);
}

static void folder_of(const char *path, char folder[static BESIDE_MAX])
{
	beside(path, "", folder);
	*strrchr(folder, '/') = '\0'; /* our paths are absolute */
}

/* Others who can write to the folder could replace the file. */
static bool check_folder(const char *folder, struct error *err)
{
	struct stat st;

	if (stat(folder, &st) != 0)
		return fail(err, folder);
	return folders_check(folder, &st, err);
}

static bool make_folder(const char *folder, struct error *err)
{
	if (io_make_folders(folder, err))
		return true;
	err->code = ERROR_KEYRING;
	return false;
}

bool disk_lock(const char *path, int *lock, struct error *err)
{
	char folder[BESIDE_MAX];
	char name[BESIDE_MAX];

	folder_of(path, folder);
	beside(path, ".lock", name);
	if (!make_folder(folder, err) || !check_folder(folder, err))
		return false;
	*lock = open(name,
		     O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC,
		     0600);
	if (*lock < 0)
		return fail(err, name);
	if (io_lock(*lock, name, err))
		return true;
	(void)close(*lock);
	return false;
}

/* --- writing ----------------------------------------------------------------- */

/*
 * Creates the new file.  Under the lock nobody else writes, so an old one is a
 * leftover.
 */
static int open_new(const char *name)
{
	(void)unlink(name);
	return open(name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		    0600);
}

/*
 * Sets the mode again, because a umask may have removed the owner's
 * permissions.
 */
static bool fill(int fd, const uint8_t *bytes, size_t len)
{
	return fchmod(fd, 0600) == 0 &&
	       io_write_all(fd, (const char *)bytes, len) && fsync(fd) == 0;
}

/* Ignores EINVAL: some file systems cannot sync a folder. */
static bool sync_folder(const char *path, struct error *err)
{
	char folder[BESIDE_MAX];
	bool ok;
	int fd;

	folder_of(path, folder);
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return fail(err, folder);
	ok = fsync(fd) == 0 || errno == EINVAL || fail(err, folder);
	(void)close(fd);
	return ok;
}

bool disk_replace(const char *path, const uint8_t *bytes, size_t len,
		  struct error *err)
{
	char name[BESIDE_MAX];
	bool ok;
	int fd;

	beside(path, ".new", name);
	fd = open_new(name);
	if (fd < 0)
		return fail(err, name);
	ok = fill(fd, bytes, len) || fail(err, name);
	(void)close(fd);
	ok = ok && (rename(name, path) == 0 || fail(err, path));
	if (!ok)
		(void)unlink(name);
	return ok && sync_folder(path, err);
}
