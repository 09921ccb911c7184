#include <sys/stat.h>
#include <sys/types.h>

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/secbuf.h"
#include "io_internal.h"

/* Is it worth another try after this errno? Waits for room if need be. */
static bool try_again(int fd)
{
	struct pollfd room = { fd, POLLOUT, 0 };

	if (errno == EINTR)
		return true;
	if (errno != EAGAIN)
		return false;
	return poll(&room, 1, -1) >= 0 || errno == EINTR;
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

static bool make_one(const char *path, struct error *err)
{
	if (mkdir(path, 0700) == 0 || errno == EEXIST)
		return true;
	return error_set(err, ERROR_SYSTEM, "%s: %s", path,
			 strerrordesc_np(errno));
}

bool io_make_folders(const char *path, struct error *err)
{
	char part[PATH_MAX];
	struct stat st;

	if (stat(path, &st) == 0)
		return true;
	if (strlen(path) >= sizeof(part))
		return error_set(err, ERROR_SYSTEM, "%s: %s", path,
				 strerrordesc_np(ENAMETOOLONG));
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
