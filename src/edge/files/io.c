#include <sys/file.h>
#include <sys/stat.h>
#include <sys/types.h>

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "base/secbuf.h"
#include "edge/files/io_internal.h"
#include "edge/time/monotonic_internal.h"

#define LOCK_SECONDS 5
#define STEP_MS      5 /* between two tries: a write takes about 1 ms */

/* Tests whether errno allows another try, and waits for space if necessary. */
static bool try_again(int fd)
{
	struct pollfd room = { fd, POLLOUT, 0 };

	if (errno == EINTR)
		return true;
	if (errno != EAGAIN)
		return false;
	return poll(&room, 1, -1) >= 0 || errno == EINTR;
}

bool io_failed(struct error *err, enum error_code code, const char *path)
{
	(void)error_fail(err, REASON_SYSTEM_CALL, .path = path,
			 .detail = strerrordesc_np(errno));
	err->code = code;
	return false;
}

bool io_write_all(int fd, const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, bytes, len);

		if (n < 0 && !try_again(fd))
			return false;
		if (n > 0) {
			bytes += n;
			len -= (size_t)n;
		}
	}
	return true;
}

bool io_read_all(int fd, struct secbuf *sb)
{
	size_t room;
	char *at;

	while ((at = secbuf_room(sb, &room)) != NULL) {
		ssize_t n = read(fd, at, room);

		if (n == 0)
			return true;
		if (n < 0 && errno != EINTR)
			return false;
		if (n > 0)
			secbuf_grew(sb, (size_t)n);
	}
	return true;
}

bool io_read_exact(int fd, uint8_t *bytes, size_t len)
{
	while (len > 0) {
		ssize_t n = read(fd, bytes, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			errno = n == 0 ? EIO : errno;
			return false;
		}
		bytes += n;
		len -= (size_t)n;
	}
	return true;
}

bool io_lock(int fd, const char *name, struct error *err)
{
	const struct timespec step = { 0, STEP_MS * 1000000L };
	int64_t deadline = monotonic_ms() + INT64_C(1000) * LOCK_SECONDS;

	while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return io_failed(err, ERROR_KEYRING, name);
		if (monotonic_ms() >= deadline)
			return error_fail(err, REASON_LOCK_HELD, .path = name,
					  .number = LOCK_SECONDS);
		(void)nanosleep(&step, NULL);
	}
	return true;
}

static bool make_one(const char *path, struct error *err)
{
	if (mkdir(path, 0700) == 0 || errno == EEXIST)
		return true;
	return io_failed(err, ERROR_SYSTEM, path);
}

bool io_make_folders(const char *path, struct error *err)
{
	char part[PATH_MAX];
	struct stat st;

	if (stat(path, &st) == 0)
		return true;
	if (strlen(path) >= sizeof(part)) {
		errno = ENAMETOOLONG;
		return io_failed(err, ERROR_SYSTEM, path);
	}
	(void)snprintf(part, sizeof(part), "%s", path);
	for (char *at = part + 1; *at != '\0'; at++) {
		if (*at != '/')
			continue;
		*at = '\0';
		if (!make_one(part, err))
			return false;
		*at = '/';
	}
	return make_one(part, err);
}
