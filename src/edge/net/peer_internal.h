#ifndef EDGE_NET_PEER_INTERNAL_H
#define EDGE_NET_PEER_INTERNAL_H

#include <stdbool.h>

#define PEER_MAX 300

/* Writes the host and port of a URL; the port even if it is the default. */
void peer_name(const char *url, char peer[static PEER_MAX]);

/* Tests for a name or address of this machine (RFC 6761, section 6.3). */
bool peer_is_loopback(const char *peer);

/*
 * Finds the proxy that libcurl takes from the environment for a URL: returns the
 * name of the variable, and writes "host:port" (or "host"), without a user and a
 * password, into proxy.  NULL if there is none.  no_proxy is not considered.
 */
const char *peer_proxy(const char *url, char *const *environment,
		       char proxy[static PEER_MAX]);

#endif
