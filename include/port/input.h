#ifndef PORT_INPUT_H
#define PORT_INPUT_H

#include <stdbool.h>
#include <stddef.h>

struct error;
struct secbuf;

/* stdin, for options that read from it. */
struct input {
	void *self;
	/*
	 * Reads everything, or one line without its end and without consuming
	 * any byte after it.  The caller owns *text.  ERROR_USAGE if it is
	 * empty or has more than max bytes; ERROR_SYSTEM if it cannot be read.
	 */
	bool (*read)(void *self, bool one_line, size_t max,
		     struct secbuf **text, struct error *err);
};

/* Calls through the port; struct input documents them. */
static inline bool input_read(const struct input *input, bool one_line,
			      size_t max, struct secbuf **text,
			      struct error *err)
{
	return input->read(input->self, one_line, max, text, err);
}

#endif
