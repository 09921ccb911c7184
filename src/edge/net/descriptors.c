#include <fcntl.h>

#include "edge/net/descriptors_internal.h"

struct descriptors descriptors_open(void)
{
	struct descriptors files;

	for (int fd = 0; fd < DESCRIPTORS_MAX; fd++)
		files.is_open[fd] = fcntl(fd, F_GETFD) >= 0;
	return files;
}

void descriptors_close_on_exec(const struct descriptors *before)
{
	for (int fd = 0; fd < DESCRIPTORS_MAX; fd++) {
		int flags = before->is_open[fd] ? -1 : fcntl(fd, F_GETFD);

		if (flags >= 0)
			(void)fcntl(fd, F_SETFD, flags | FD_CLOEXEC);
	}
}
