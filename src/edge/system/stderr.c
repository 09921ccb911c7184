#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/notice.h"
#include "edge/edge.h"
#include "edge/files/io_internal.h"

#define LINE_CAP 1100
#define FOR_WARNINGS \
	2048 /* part of stderr_notices_kept's buffer that debug must not fill */

static const char *const prefix[] = {
	[NOTICE_WARNING] = "rolekey: warning: ",
	[NOTICE_INFO] = "rolekey: ",
	[NOTICE_DEBUG] = "rolekey: debug: ",
};

static bool wanted(const struct notices_stderr *to, enum notice what)
{
	return to->debug || (what != NOTICE_DEBUG && !to->quiet);
}

/* Formats a line. A text that is too long is cut, but not its line end. */
static size_t make_line(const struct notices_stderr *to, enum notice what,
			const struct error *fact, char line[static LINE_CAP])
{
	size_t len = strlen(prefix[what]);

	memcpy(line, prefix[what], len + 1);
	to->render(fact, line + len, LINE_CAP - 1 - len);
	len = strlen(line);
	line[len] = '\n';
	return len + 1;
}

/*
 * Tests whether a warning was printed before, and remembers it.  If space runs
 * out, later warnings can be printed again.
 */
static bool is_repeated(struct notices_stderr *to, enum notice what,
			const char *line, size_t len)
{
	if (what != NOTICE_WARNING)
		return false;
	if (memmem(to->warned, to->warned_len, line, len))
		return true;
	if (len <= sizeof(to->warned) - to->warned_len) {
		memcpy(to->warned + to->warned_len, line, len);
		to->warned_len += len;
	}
	return false;
}

/* Writes a line at once, so that lines of parallel processes do not mix. */
static void say(void *self, enum notice what, const struct error *fact)
{
	char line[LINE_CAP];
	size_t len;

	if (!wanted(self, what))
		return;
	len = make_line(self, what, fact, line);
	if (!is_repeated(self, what, line, len))
		(void)!io_write_all(STDERR_FILENO, line, len);
}

struct notices stderr_notices(struct notices_stderr *self)
{
	return (struct notices){ .self = self, .say = say };
}

static void keep(void *self, enum notice what, const struct error *fact)
{
	struct notices_kept *kept = self;
	size_t room = sizeof(kept->text) - kept->len;
	char line[LINE_CAP];
	size_t len;

	if (!wanted(&kept->to, what))
		return;
	len = make_line(&kept->to, what, fact, line);
	if (is_repeated(&kept->to, what, line, len) ||
	    (what == NOTICE_DEBUG && len + FOR_WARNINGS > room))
		return;
	if (len > room) { /* rather twice than never */
		(void)!io_write_all(STDERR_FILENO, line, len);
		return;
	}
	memcpy(kept->text + kept->len, line, len);
	kept->len += len;
}

struct notices stderr_notices_kept(struct notices_kept *self)
{
	return (struct notices){ .self = self, .say = keep };
}

void stderr_notices_flush(struct notices_kept *self)
{
	(void)!io_write_all(STDERR_FILENO, self->text, self->len);
	self->len = 0;
}

/* --- as an output --------------------------------------------------------------- */

static bool write_stderr(void *self, const char *bytes, size_t len,
			 struct error *err)
{
	(void)self;
	return io_write_all(STDERR_FILENO, bytes, len) ||
	       error_fail(err, REASON_SYSTEM_CALL, .action = "write to stderr",
			  .detail = strerrordesc_np(errno));
}

static bool is_terminal(void *self)
{
	(void)self;
	return isatty(STDERR_FILENO) == 1;
}

struct output stderr_output(void)
{
	return (struct output){ .write = write_stderr,
				.is_terminal = is_terminal };
}
