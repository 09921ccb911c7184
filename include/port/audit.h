#ifndef PORT_AUDIT_H
#define PORT_AUDIT_H

#include <stdbool.h>
#include <stddef.h>

struct error;

/* Receives the lines of the log. */
struct audit_reader {
	void *to;
	/*
	 * Takes a line of len bytes without its end; borrowed for the call, and
	 * not checked.  False ends the reading, with err filled.
	 */
	bool (*take)(void *to, const char *line, size_t len, struct error *err);
};

/*
 * Stores which credentials were used and when, as lines of text, for all
 * processes of the user; access/log_use.h has their content.
 */
struct audit {
	void *self;
	/*
	 * Appends a line of len bytes, which ends with '\n', with one write(2),
	 * so that lines of several processes do not mix.  ERROR_SYSTEM if the
	 * line, or a part of it, was not written.
	 */
	bool (*append)(void *self, const char *line, size_t len,
		       struct error *err);
	/*
	 * Reads all lines, the oldest first.  Succeeds without a line if there
	 * is no log.  ERROR_SYSTEM.
	 */
	bool (*read)(void *self, const struct audit_reader *reader,
		     struct error *err);
};

/* Calls through the port; struct audit documents them. */
static inline bool audit_append(const struct audit *audit, const char *line,
				size_t len, struct error *err)
{
	return audit->append(audit->self, line, len, err);
}

static inline bool audit_read(const struct audit *audit,
			      const struct audit_reader *reader,
			      struct error *err)
{
	return audit->read(audit->self, reader, err);
}

#endif
