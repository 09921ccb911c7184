#ifndef EDGE_PROCESS_AUDIENCE_INTERNAL_H
#define EDGE_PROCESS_AUDIENCE_INTERNAL_H

#include <sys/types.h>

#include <stdbool.h>

/*
 * The process that waits for our answer: the parent, and the reader of stdout
 * if that is a pipe.  An SDK that gives up leaves us behind; a question would
 * then wait for ever, and hold a lock.
 */
struct audience {
	pid_t parent;
	int out; /* stdout if its reader can go away, or -1; for poll(2) */
};

struct audience audience_now(void);

/* Tests whether the parent or the reader has gone since, or before. */
bool audience_has_gone(const struct audience *audience);

#endif
