#ifndef PORT_OUTPUT_H
#define PORT_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

struct error;

/* stdout, for the requested output only; or stderr. */
struct output {
	void *self;
	/* Writes all bytes, unbuffered. ERROR_SYSTEM if this fails. */
	bool (*write)(void *self, const char *bytes, size_t len,
		      struct error *err);
	/* Tests whether it is a terminal. */
	bool (*is_terminal)(void *self);
};

/* Calls through the port; struct output documents them. */
static inline bool output_write(const struct output *output, const char *bytes,
				size_t len, struct error *err)
{
	return output->write(output->self, bytes, len, err);
}

static inline bool output_is_terminal(const struct output *output)
{
	return output->is_terminal(output->self);
}

#endif
