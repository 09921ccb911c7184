#include <sys/file.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "base/text.h"
#include "crypto/name.h"
#include "edge/edge.h"
#include "edge/files/folders_internal.h"
#include "edge/files/io_internal.h"

#define NUMBER_LEN 24
#define TRIES      200 /* to lock a file that others hold only briefly */
#define STEP_NS    5000000L

static bool fail(struct error *err)
{
	return io_failed(err, ERROR_SYSTEM, NULL);
}

/*
 * Opens the folder.  A search creates nothing: if there is none, *folder is -1
 * and the call succeeds.
 */
static bool open_folder(const struct ledger_files *self, bool make, int *folder,
			struct error *err)
{
	char path[PATH_MAX];
	struct stat st;

	*folder = -1;
	if (!folders_state(self->environment, "ledger", path))
		return error_fail(err, REASON_NO_HOME, .other = "the ledger");
	if (!make && lstat(path, &st) != 0 && errno == ENOENT)
		return true;
	return folders_open(path, folder, err);
}

/* Takes the lock, which is held only for a read and a write. */
static bool lock(int fd, struct error *err)
{
	const struct timespec step = { 0, STEP_NS };

	for (int i = 0; i < TRIES; i++) {
		if (flock(fd, LOCK_EX | LOCK_NB) == 0)
			return true;
		if (errno != EWOULDBLOCK && errno != EINTR)
			return fail(err);
		(void)nanosleep(&step, NULL);
	}
	(void)error_fail(err, REASON_LOCK_HELD, .number = 1);
	err->code = ERROR_SYSTEM;
	return false;
}

static bool is_ours(int fd, struct error *err)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return fail(err);
	return (S_ISREG(st.st_mode) && st.st_uid == geteuid()) ||
	       (S_ISREG(st.st_mode)
			? folders_unsafe_owner(NULL, &st, err)
			: error_fail(err, REASON_NOT_A_REGULAR_FILE));
}

static int open_in(int folder, bool make, const char *kind, const char *name)
{
	struct name_state state;
	char file[NAME_LEN];

	name_begin(&state, "ledger");
	name_add(&state, kind);
	name_add(&state, name);
	name_end(&state, file);
	return openat(folder, file,
		      O_RDWR | (make ? O_CREAT : 0) | O_NOFOLLOW | O_NONBLOCK |
			      O_CLOEXEC,
		      0600);
}

/* Opens an entry. If there is none to read, *fd is -1 and the call succeeds. */
static bool open_entry(const struct ledger_files *self, bool make,
		       const char *kind, const char *name, int *fd,
		       struct error *err)
{
	int folder;
	int why;

	*fd = -1;
	if (!open_folder(self, make, &folder, err))
		return false;
	if (folder < 0)
		return true;
	*fd = open_in(folder, make, kind, name);
	why = errno;
	(void)close(folder);
	errno = why;
	if (*fd < 0)
		return (!make && why == ENOENT) || fail(err);
	if (is_ours(*fd, err) && lock(*fd, err))
		return true;
	(void)close(*fd);
	return false;
}

/* Reads a number; anything else is 0. */
static int64_t read_number(int fd)
{
	char text[NUMBER_LEN];
	int64_t number;
	ssize_t n = pread(fd, text, sizeof(text) - 1, 0);

	text[n > 0 ? n : 0] = '\0';
	text[strcspn(text, "\n")] = '\0';
	return text_number(text, 0, INT64_MAX, &number) ? number : 0;
}

/*
 * Writes a number.  Longer numbers are written over shorter ones, so a torn
 * write gives an old number or none.
 */
static bool write_number(int fd, int64_t number, struct error *err)
{
	char text[NUMBER_LEN];
	int len = snprintf(text, sizeof(text), "%lld\n", (long long)number);

	return (lseek(fd, 0, SEEK_SET) == 0 && ftruncate(fd, 0) == 0 &&
		io_write_all(fd, text, (size_t)len)) ||
	       fail(err);
}

/* --- the port ------------------------------------------------------------- */

static bool fail_in_ledger(struct error *err)
{
	(void)error_context(err, REASON_LEDGER);
	err->code = err->code == ERROR_MEMORY ? ERROR_MEMORY : ERROR_SYSTEM;
	return false;
}

static bool get(void *self, const char *kind, const char *name, int64_t *value,
		struct error *err)
{
	int fd;

	*value = 0;
	if (!open_entry(self, false, kind, name, &fd, err))
		return fail_in_ledger(err);
	if (fd < 0)
		return true;
	*value = read_number(fd);
	(void)close(fd);
	return true;
}

static bool set(void *self, const char *kind, const char *name, int64_t value,
		struct error *err)
{
	bool ok;
	int fd;

	if (!open_entry(self, true, kind, name, &fd, err))
		return fail_in_ledger(err);
	ok = write_number(fd, value, err);
	(void)close(fd);
	return ok || fail_in_ledger(err);
}

static bool raise_to(void *self, const char *kind, const char *name,
		     int64_t value, bool *raised, struct error *err)
{
	bool ok = true;
	int fd;

	*raised = false;
	if (!open_entry(self, true, kind, name, &fd, err))
		return fail_in_ledger(err);
	if (read_number(fd) < value) {
		ok = write_number(fd, value, err);
		*raised = ok;
	}
	(void)close(fd);
	return ok || fail_in_ledger(err);
}

struct ledger ledger_files(struct ledger_files *self)
{
	return (struct ledger){
		.self = self, .get = get, .set = set, .raise = raise_to
	};
}
