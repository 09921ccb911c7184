#ifndef EDGE_NET_CLIENT_INTERNAL_H
#define EDGE_NET_CLIENT_INTERNAL_H

#include <stdbool.h>

/*
 * Tests whether a connection over 127.0.0.1, between two ports, comes from a
 * process of another user, except root (proc_net(5)).  A client that the kernel
 * does not list is accepted: it may be in another network namespace.
 */
bool client_is_other_user(unsigned from, unsigned to);

#endif
