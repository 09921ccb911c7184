#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/notices.h"
#include "edge/edge.h"
#include "io_internal.h"

#define LINE_CAP     1100
#define FOR_WARNINGS 2048 /* of notices_kept's room: debug must not fill it */

static const char *const prefix[] = {
	[NOTICE_WARNING] = "rolekey: warning: ",
	[NOTICE_INFO] = "rolekey: ",
	[NOTICE_DEBUG] = "rolekey: debug: ",
};

static bool wanted(const struct notices_stderr *to, enum notice what)
{
	return to->debug || (what != NOTICE_DEBUG && !to->quiet);
}

/* Its length; a text that is too long is cut, its line end is not. */
static size_t make_line(enum notice what, const char *text,
			char line[static LINE_CAP])
{
	int n = snprintf(line, LINE_CAP - 1, "%s%s", prefix[what], text);
	size_t len = n < 0 ? 0 : (size_t)n;

	if (len > LINE_CAP - 2)
		len = LINE_CAP - 2;
	line[len] = '\n';
	return len + 1;
}

/* One write a line: lines of processes side by side do not mix. */
static void say(void *self, enum notice what, const char *text)
{
	char line[LINE_CAP];

	if (wanted(self, what))
		(void)!io_write_all(STDERR_FILENO, line,
				    make_line(what, text, line));
}

struct notices notices_stderr(struct notices_stderr *self)
{
	return (struct notices){ .self = self, .say = say };
}

static void keep(void *self, enum notice what, const char *text)
{
	struct notices_kept *kept = self;
	size_t room = sizeof(kept->text) - kept->len;
	char line[LINE_CAP];
	size_t len;

	if (!wanted(&kept->to, what))
		return;
	len = make_line(what, text, line);
	if (what == NOTICE_DEBUG && len + FOR_WARNINGS > room)
		return;
	if (len > room) { /* better said twice than never */
		(void)!io_write_all(STDERR_FILENO, line, len);
		return;
	}
	memcpy(kept->text + kept->len, line, len);
	kept->len += len;
}

struct notices notices_kept(struct notices_kept *self)
{
	return (struct notices){ .self = self, .say = keep };
}

void notices_kept_flush(struct notices_kept *self)
{
	(void)!io_write_all(STDERR_FILENO, self->text, self->len);
	self->len = 0;
}
