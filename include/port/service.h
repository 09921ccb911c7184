#ifndef PORT_SERVICE_H
#define PORT_SERVICE_H

#define SERVICE_FIRST_SOCKET 3 /* sd_listen_fds(3) */

/* The service manager that started this process, if one did. */
struct service {
	void *self;
	/*
	 * Returns how many sockets it passed, from SERVICE_FIRST_SOCKET on
	 * (sd_listen_fds(3)).
	 */
	int (*sockets)(void *self);
	/* Tells it a state, such as "READY=1" (sd_notify(3)). */
	void (*notify)(void *self, const char *state);
};

/* Calls through the port; struct service documents them. */
static inline int service_sockets(const struct service *service)
{
	return service->sockets(service->self);
}

static inline void service_notify(const struct service *service,
				  const char *state)
{
	service->notify(service->self, state);
}

#endif
