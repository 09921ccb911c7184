#ifndef PORT_ADDRESS_H
#define PORT_ADDRESS_H

#include <stdbool.h>

struct error;

/* An address of IPv4 that the loopback interface has beside its own. */
struct address {
	void *self;
	/*
	 * Gives it the address for the next so many seconds, or, if it has it
	 * and more is set, for so many more: the kernel removes it then, also
	 * if this process is killed.  ERROR_SYSTEM without the capability
	 * CAP_NET_ADMIN, or if it has the address and more is not set.
	 */
	bool (*keep)(void *self, const char *address, unsigned seconds,
		     bool more, struct error *err);
	/* Removes it. */
	void (*drop)(void *self, const char *address);
};

/* Calls through the port; struct address documents them. */
static inline bool address_keep(const struct address *port, const char *address,
				unsigned seconds, bool more, struct error *err)
{
	return port->keep(port->self, address, seconds, more, err);
}

static inline void address_drop(const struct address *port, const char *address)
{
	port->drop(port->self, address);
}

#endif
