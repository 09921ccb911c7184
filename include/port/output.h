#ifndef PORT_OUTPUT_H
#define PORT_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

struct error;

/* What was asked for, and nothing else: stdout. */
struct output {
	void *self;
	/* All of it, unbuffered. ERROR_SYSTEM if it cannot be written. */
	bool (*write)(void *self, const char *bytes, size_t len,
		      struct error *err);
	/* Is it a terminal? */
	bool (*is_terminal)(void *self);
};

#endif
