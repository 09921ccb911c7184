#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/secbuf.h"
#include "edge/edge.h"

/* Calls read(2), for a single byte if a line is read. -1 on failure. */
static ssize_t read_some(struct secbuf *text, bool one_line)
{
	size_t room;
	char *at = secbuf_room(text, &room);
	ssize_t n;

	do
		n = read(STDIN_FILENO, at, one_line ? 1 : room);
	while (n < 0 && errno == EINTR);
	if (n > 0)
		secbuf_grew(text, (size_t)n);
	return n;
}

static bool is_line(const struct secbuf *text)
{
	size_t len = secbuf_len(text);

	return len > 0 && secbuf_text(text)[len - 1] == '\n';
}

static bool fill(struct secbuf *text, bool one_line, size_t max,
		 struct error *err)
{
	ssize_t n = 1;

	while (n > 0 && secbuf_len(text) <= max && !(one_line && is_line(text)))
		n = read_some(text, one_line);
	if (n < 0)
		return error_fail(err, REASON_SYSTEM_CALL,
				  .action = "read stdin",
				  .detail = strerrordesc_np(errno));
	if (secbuf_len(text) > max)
		return error_fail(err, REASON_STDIN_TOO_LONG,
				  .number = (int64_t)max);
	while (one_line && secbuf_len(text) > 0 &&
	       strchr("\r\n", secbuf_text(text)[secbuf_len(text) - 1]))
		secbuf_cut(text, secbuf_len(text) - 1);
	return secbuf_len(text) > 0 || error_fail(err, REASON_STDIN_EMPTY);
}

static bool read_stdin(void *self, bool one_line, size_t max,
		       struct secbuf **text, struct error *err)
{
	struct secbuf *sb = secbuf_new(max + 1);

	(void)self;
	*text = NULL;
	if (!sb)
		return error_memory(err);
	if (!fill(sb, one_line, max, err)) {
		secbuf_free(sb);
		return false;
	}
	*text = sb;
	return true;
}

struct input stdin_input(void)
{
	return (struct input){ .read = read_stdin };
}
