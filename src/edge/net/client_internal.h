#ifndef EDGE_NET_CLIENT_INTERNAL_H
#define EDGE_NET_CLIENT_INTERNAL_H

#include <stdbool.h>

#include <netinet/in.h>

/*
 * Tests whether a connection between two addresses of this machine comes from a
 * process of another user, except root (proc_net(5)).  A client that the kernel
 * does not list is accepted: it may be in another network namespace.
 */
bool client_is_other_user(const struct sockaddr_in *from,
			  const struct sockaddr_in *to);

#endif
