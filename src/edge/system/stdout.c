#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "edge/edge.h"
#include "edge/files/io_internal.h"
#include "edge/process/harden_internal.h"

static bool write_stdout(void *self, const char *bytes, size_t len,
			 struct error *err)
{
	int why;

	(void)self;
	if (io_write_all(STDOUT_FILENO, bytes, len))
		return true;
	why = errno;
	if (why == EPIPE) {
		/*
		 * Ends quietly like other programs if the reader, such as `|
		 * head`, has exited, even if a library ignores the signal.
		 */
		harden_undo_signals();
		(void)raise(SIGPIPE);
	}
	return error_fail(err, REASON_SYSTEM_CALL, .action = "write to stdout",
			  .detail = strerrordesc_np(why));
}

static bool is_terminal(void *self)
{
	(void)self;
	return isatty(STDOUT_FILENO) == 1;
}

struct output stdout_output(void)
{
	return (struct output){ .write = write_stdout,
				.is_terminal = is_terminal };
}
