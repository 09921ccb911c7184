#ifndef EDGE_NET_DESCRIPTORS_INTERNAL_H
#define EDGE_NET_DESCRIPTORS_INTERNAL_H

#include <stdbool.h>

#define DESCRIPTORS_MAX 1024

/* The descriptors that are open at one moment. */
struct descriptors {
	bool is_open[DESCRIPTORS_MAX];
};

struct descriptors descriptors_open(void);

/*
 * Sets FD_CLOEXEC for the descriptors that were opened later: those that a
 * library keeps, such as libcurl's wake-up sockets, would leak into the child.
 */
void descriptors_close_on_exec(const struct descriptors *before);

#endif
