#include <sys/file.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
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
#include "edge/process/audience_internal.h"
#include "edge/time/monotonic_internal.h"
#include "edge/time/ticks_internal.h"

#define TICK_MS    100 /* between two looks around while waiting */
#define PATIENT_MS 300 /* before the user is informed */
#define HOLDER_CAP 64
#define MARK       "gave up at " /* followed by the time in ms and the process */

enum grip {
	GRIP_TAKEN,
	GRIP_FREE,   /* nobody has ever taken it */
	GRIP_BUSY,   /* another process holds it */
	GRIP_LOST,   /* the file was removed meanwhile: try again */
	GRIP_FAILED, /* err says why */
};

/*
 * A wait for a lock.  The processes that only wait for its release share it for
 * a moment, so that none of them waits for another.
 */
struct wait {
	int folder;
	bool only;   /* for its release: take nothing, make no file */
	bool blocks; /* flock(2) waits: ticks interrupt it */
	char file[NAME_LEN];
	char holder[HOLDER_CAP]; /* its holder: "rolekey (pid 1, make)" */
	int64_t begun;           /* ms */
	int64_t patient;         /* ms; the same, or the end of a question */
	bool waited;
	bool told;
};

/* --- paths ---------------------------------------------------------------- */

static bool open_folder(char *const *environment, int *folder,
			struct error *err)
{
	char path[PATH_MAX];

	if (!folders_runtime(environment, path) &&
	    !folders_state(environment, "locks", path))
		return error_fail(err, REASON_NO_HOME, .other = "locks");
	return folders_open(path, folder, err) ||
	       error_context(err, REASON_LOCKING);
}

/* --- the holder ----------------------------------------------------------- */

/* Returns the name of the calling program, or "" if it is hidden. */
static void name_caller(char name[static HOLDER_CAP])
{
	char path[HOLDER_CAP];
	ssize_t n = 0;
	int fd;

	(void)snprintf(path, sizeof(path), "/proc/%ld/comm", (long)getppid());
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		n = read(fd, name, HOLDER_CAP / 2);
		(void)close(fd);
	}
	name[n > 0 ? n : 0] = '\0';
	name[strcspn(name, "\n")] = '\0';
}

/* Writes our process into the lock. A failure does not matter. */
static void sign(int lock)
{
	char caller[HOLDER_CAP];
	char text[2 * HOLDER_CAP];
	int n;

	name_caller(caller);
	n = snprintf(text, sizeof(text), "rolekey (pid %ld%s%s)",
		     (long)getpid(), caller[0] != '\0' ? ", " : "", caller);
	if (ftruncate(lock, 0) == 0 && n > 0)
		(void)!pwrite(lock, text, (size_t)n, 0);
}

/*
 * Reads the process in the file, and when it gave up: *gave_up, in ms, is 0 if
 * it did not.
 */
static void read_holder(int fd, char holder[static HOLDER_CAP],
			int64_t *gave_up)
{
	char text[2 * HOLDER_CAP];
	ssize_t n = pread(fd, text, sizeof(text) - 1, 0);
	const char *who = text;
	size_t digits;

	*gave_up = 0;
	text[n > 0 ? n : 0] = '\0';
	if (strncmp(text, MARK, strlen(MARK)) == 0) {
		who += strlen(MARK);
		digits = strspn(who, "0123456789");
		text[strlen(MARK) + digits] = '\0';
		if (!text_number(who, 1, INT64_MAX, gave_up))
			*gave_up = 0;
		who += digits + (who + digits < text + n);
	}
	(void)snprintf(holder, HOLDER_CAP, "%.*s", HOLDER_CAP - 1,
		       *who != '\0' ? who : "another rolekey");
	text_clean(holder);
}

/* Writes the mark over our process, for those that wait now. */
static void write_mark(int lock)
{
	char holder[HOLDER_CAP];
	char text[2 * HOLDER_CAP];
	int64_t before;
	int n;

	read_holder(lock, holder, &before);
	n = snprintf(text, sizeof(text), MARK "%lld %s",
		     (long long)monotonic_ms(), holder);
	if (ftruncate(lock, 0) == 0 && n > 0)
		(void)!pwrite(lock, text, (size_t)n, 0);
}

/* --- taking --------------------------------------------------------------- */

static enum grip failed(struct error *err)
{
	(void)io_failed(err, ERROR_SYSTEM, NULL);
	(void)error_context(err, REASON_LOCKING);
	return GRIP_FAILED;
}

/* Locks fd. A lock on a file that no longer has its name excludes nobody. */
static enum grip lock_it(struct wait *w, int fd, struct error *err)
{
	int64_t gave_up;
	struct stat ours;
	struct stat there;

	if (fstat(fd, &ours) != 0)
		return failed(err);
	if (!S_ISREG(ours.st_mode) || ours.st_uid != geteuid()) {
		errno = EPERM;
		return failed(err);
	}
	if (flock(fd, (w->only ? LOCK_SH : LOCK_EX) |
			      (w->blocks ? 0 : LOCK_NB)) != 0) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return failed(err);
		read_holder(fd, w->holder, &gave_up);
		return GRIP_BUSY;
	}
	if (fstatat(w->folder, w->file, &there, AT_SYMLINK_NOFOLLOW) != 0 ||
	    there.st_dev != ours.st_dev || there.st_ino != ours.st_ino)
		return GRIP_LOST;
	return GRIP_TAKEN;
}

static enum grip try(struct wait *w, int *lock, struct error *err)
{
	int fd = openat(w->folder, w->file,
			(w->only ? O_RDONLY : O_RDWR | O_CREAT) | O_NOFOLLOW |
				O_NONBLOCK | O_CLOEXEC,
			0600);
	enum grip grip;

	if (fd < 0)
		return w->only && errno == ENOENT ? GRIP_FREE : failed(err);
	grip = lock_it(w, fd, err);
	if (grip == GRIP_TAKEN)
		*lock = fd;
	else
		(void)close(fd);
	return grip;
}

static void tell(const struct prompt *to, struct wait *w)
{
	char text[HOLDER_CAP + 32];

	if (!to || w->told)
		return;
	if (prompt_is_busy(to)) /* the user sees that question */
		w->patient = monotonic_ms();
	if (monotonic_ms() - w->patient < PATIENT_MS)
		return;
	(void)snprintf(text, sizeof(text), "Waiting for %s to finish",
		       w->holder);
	prompt_tell(to, text);
	w->told = true;
}

/*
 * Tests whether the process that we waited for gave up.  The mark stays, for
 * the others that wait.
 */
static bool is_given_up(const struct wait *w, int lock, struct error *err)
{
	char holder[HOLDER_CAP];
	int64_t gave_up;

	if (!w->waited)
		return false;
	read_holder(lock, holder, &gave_up);
	if (gave_up < w->begun)
		return false;
	(void)error_fail(err, REASON_GIVEN_UP, .other = holder);
	return true;
}

/* Waits for a lock that another process holds. *lock stays -1 if it is free. */
static bool wait_longer(const struct locks_flock *self, struct wait *w,
			int wait, int *lock, struct error *err)
{
	const struct timespec step = { 0, TICK_MS * 1000000L };
	const struct audience audience = audience_now();
	enum grip grip = GRIP_BUSY;

	for (;;) {
		if (audience_has_gone(&audience))
			return error_fail(err, REASON_ABANDONED);
		if (monotonic_ms() - w->begun >= (int64_t)wait * 1000)
			return error_fail(err, REASON_LOCK_TIMEOUT,
					  .other = w->holder, .number = wait);
		tell(self->tell, w);
		if (!w->blocks)
			(void)nanosleep(&step, NULL);
		grip = try(w, lock, err);
		if (grip != GRIP_BUSY && grip != GRIP_LOST)
			return grip != GRIP_FAILED;
	}
}

static bool wait_for(const struct locks_flock *self, struct wait *w, int wait,
		     int *lock, struct error *err)
{
	struct ticks ticks;
	enum grip grip;
	bool ok;

	*lock = -1;
	w->begun = w->patient = monotonic_ms();
	do
		grip = try(w, lock, err);
	while (grip == GRIP_LOST);
	if (grip != GRIP_BUSY)
		return grip != GRIP_FAILED;
	w->waited = true;
	w->blocks = ticks_start(&ticks, TICK_MS);
	ok = wait_longer(self, w, wait, lock, err);
	if (w->blocks)
		ticks_stop(&ticks);
	return ok;
}

static void name_file(struct wait *w, const char *name)
{
	struct name_state state;

	name_begin(&state, "lock");
	name_add(&state, name);
	name_end(&state, w->file);
}

/* Waits, and fails if the process that was waited for gave up. */
static bool get(const struct locks_flock *locks, struct wait *w, int wait,
		int *lock, struct error *err)
{
	bool ok = wait_for(locks, w, wait, lock, err);

	if (ok && *lock >= 0 && is_given_up(w, *lock, err)) {
		(void)close(*lock);
		ok = false;
	}
	return ok;
}

static bool take(void *self, const char *name, int wait, int *lock,
		 struct error *err)
{
	const struct locks_flock *locks = self;
	struct wait w = { .folder = -1 };
	bool ok;

	if (!open_folder(locks->environment, &w.folder, err))
		return false;
	name_file(&w, name);
	ok = get(locks, &w, wait, lock, err);
	if (ok)
		sign(*lock);
	(void)close(w.folder);
	return ok;
}

static bool find_folder(char *const *environment, int *folder)
{
	char path[PATH_MAX];
	struct error ignored;

	return (folders_runtime(environment, path) ||
		folders_state(environment, "locks", path)) &&
	       folders_find(path, folder, &ignored);
}

/* What goes wrong with the files is for the process that takes the lock. */
static bool wait_only(void *self, const char *name, int wait, bool *waited,
		      struct error *err)
{
	const struct locks_flock *locks = self;
	struct wait w = { .folder = -1, .only = true };
	int lock = -1;
	bool ok;

	*waited = false;
	if (!find_folder(locks->environment, &w.folder))
		return true;
	name_file(&w, name);
	ok = get(locks, &w, wait, &lock, err);
	*waited = w.waited;
	if (ok && lock >= 0)
		(void)close(lock);
	(void)close(w.folder);
	return ok ||
	       (err->code == ERROR_SYSTEM && !error_is(err, REASON_ABANDONED));
}

/* Removes our process before the next one can read it. */
static void release(void *self, int lock, bool gave_up)
{
	(void)self;
	if (gave_up)
		write_mark(lock);
	else
		(void)!ftruncate(lock, 0);
	(void)close(lock);
}

struct locks locks_flock(struct locks_flock *self)
{
	return (struct locks){ .self = self,
			       .take = take,
			       .release = release,
			       .wait = wait_only };
}
