#include <sys/socket.h>
#include <sys/un.h>

#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "edge/edge.h"

#define SOCKETS_MAX 16

static int sockets(void *self)
{
	char *const *environment = self;
	const char *pid = text_env(environment, "LISTEN_PID");
	const char *count = text_env(environment, "LISTEN_FDS");
	int64_t to;
	int64_t n;

	return pid && count && text_number(pid, 1, INT32_MAX, &to) &&
			       to == getpid() &&
			       text_number(count, 0, SOCKETS_MAX, &n)
		       ? (int)n
		       : 0;
}

/* A name that begins with '@' is abstract: unix(7). */
static void notify(void *self, const char *state)
{
	char *const *environment = self;
	const char *path = text_env(environment, "NOTIFY_SOCKET");
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	size_t len = path ? strlen(path) : 0;
	int fd;

	if (len < 2 || len >= sizeof(address.sun_path))
		return;
	memcpy(address.sun_path, path, len);
	if (path[0] == '@')
		address.sun_path[0] = '\0';
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	(void)!sendto(
		fd, state, strlen(state), MSG_NOSIGNAL,
		(const struct sockaddr *)&address,
		(socklen_t)(offsetof(struct sockaddr_un, sun_path) + len));
	(void)close(fd);
}

struct service service_systemd(char *const *environment)
{
	struct service service = { .sockets = sockets, .notify = notify };

	/* The self of a port is not const; this one is only read. */
	memcpy(&service.self, &environment, sizeof(service.self));
	return service;
}
