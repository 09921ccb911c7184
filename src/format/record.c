#include "format/record.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/secbuf.h"
#include "base/text.h"
#include "base/timefmt.h"

#define LINES_MAX 32 /* a record has eleven at most */
#define HEAD_MAX  64

/* The parts of a line, as slices of the record. */
struct line {
	const char *name;
	size_t name_len;
	const char *value;
	size_t value_len;
};

static bool is_name(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (text[i] != '_' && (text[i] < 'a' || text[i] > 'z'))
			return false;
	return len > 0;
}

static bool is_value(const char *text, size_t len)
{
	return text_printable(text, len) == len;
}

/*
 * Reads the line at *rest and moves *rest after it.  Returns false, and leaves
 * *rest, at the end and at a malformed line.  Name and value are not checked:
 * tokens are long, and most lines are not needed.
 */
static bool take_line(const char **rest, const char *end, struct line *line)
{
	size_t left = (size_t)(end - *rest);
	const char *stop = memchr(*rest, '\n', left);
	const char *blank =
		stop ? memchr(*rest, ' ', (size_t)(stop - *rest)) : NULL;

	if (!blank)
		return false;
	*line = (struct line){ .name = *rest,
			       .name_len = (size_t)(blank - *rest),
			       .value = blank + 1,
			       .value_len = (size_t)(stop - blank) - 1 };
	*rest = stop + 1;
	return true;
}

/* Returns the lines after the first one. */
static const char *body(const struct secbuf *record, const char **end)
{
	const char *text = secbuf_text(record);
	const char *stop = memchr(text, '\n', secbuf_len(record));

	*end = text + secbuf_len(record);
	return stop ? stop + 1 : *end;
}

static bool has_name(const struct line *line, const char *name, size_t len)
{
	return line->name_len == len && memcmp(line->name, name, len) == 0;
}

static bool find(const char *rest, const char *end, const char *name,
		 size_t name_len, struct line *line)
{
	while (take_line(&rest, end, line))
		if (has_name(line, name, name_len))
			return is_value(line->value, line->value_len);
	return false;
}

struct secbuf *record_new(const char *what, int version, size_t cap)
{
	struct secbuf *record = secbuf_new(cap);
	char head[HEAD_MAX];

	(void)snprintf(head, sizeof(head), "rolekey %s %d\n", what, version);
	secbuf_puts(record, head);
	return record;
}

void record_put(struct secbuf *record, const char *name, const char *value)
{
	if (!value)
		return;
	if (!is_value(value, strlen(value))) {
		secbuf_join(record, NULL); /* makes it fail */
		return;
	}
	secbuf_puts(record, name);
	secbuf_puts(record, " ");
	secbuf_puts(record, value);
	secbuf_puts(record, "\n");
}

void record_put_time(struct secbuf *record, const char *name, int64_t t)
{
	char text[TIMEFMT_ISO_LEN];

	timefmt_iso(t, text);
	record_put(record, name, text);
}

static bool check_head(const struct secbuf *record, const char *what,
		       int version, struct error *err)
{
	const char *text = secbuf_text(record);
	const char *stop = memchr(text, '\n', secbuf_len(record));
	char head[HEAD_MAX];
	char want[HEAD_MAX];
	size_t kind;
	int64_t number;

	kind = (size_t)snprintf(want, sizeof(want), "rolekey %s ", what);
	if (!stop || (size_t)(stop - text) >= sizeof(head) ||
	    strncmp(text, want, kind) != 0)
		return error_fail(err, REASON_BAD_RECORD, .expected = what);
	memcpy(head, text, (size_t)(stop - text));
	head[stop - text] = '\0';
	if (!text_number(head + kind, 1, 9999, &number))
		return error_fail(err, REASON_BAD_RECORD, .expected = what,
				  .line = 1);
	return number == version ||
	       error_fail(err, REASON_RECORD_VERSION, .expected = what,
			  .number = number, .of = version);
}

/* Does one of n lines have the name of the line after them? */
static bool is_repeated(const struct line *lines, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		if (has_name(&lines[i], lines[n].name, lines[n].name_len))
			return true;
	return false;
}

bool record_check(const struct secbuf *record, const char *what, int version,
		  struct error *err)
{
	struct line lines[LINES_MAX]; /* after the first one */
	const char *end;
	const char *rest = body(record, &end);

	if (!check_head(record, what, version, err))
		return false;
	for (unsigned n = 0; rest < end; n++) {
		struct line *line = &lines[n];

		if (n + 1 == LINES_MAX)
			return error_fail(err, REASON_RECORD_TOO_LONG,
					  .expected = what);
		if (!take_line(&rest, end, line) ||
		    !is_name(line->name, line->name_len) ||
		    !is_value(line->value, line->value_len))
			return error_fail(err, REASON_BAD_RECORD,
					  .expected = what, .line = n + 2);
		if (is_repeated(lines, n))
			return error_fail(err, REASON_RECORD_REPEATED,
					  .expected = what, .line = n + 2);
	}
	return true;
}

bool record_has(const struct secbuf *record, const char *name)
{
	const char *end;
	const char *rest = body(record, &end);
	struct line line;

	return find(rest, end, name, strlen(name), &line);
}

struct secbuf *record_get(const struct secbuf *record, const char *name)
{
	const char *end;
	const char *rest = body(record, &end);
	struct secbuf *value;
	struct line line;

	if (!find(rest, end, name, strlen(name), &line))
		return NULL;
	value = secbuf_new(line.value_len);
	secbuf_add(value, line.value, line.value_len);
	return value;
}

bool record_text(const struct secbuf *record, const char *name, char *out,
		 size_t size)
{
	const char *end;
	const char *rest = body(record, &end);
	struct line line;

	out[0] = '\0';
	if (!find(rest, end, name, strlen(name), &line) ||
	    line.value_len >= size)
		return false;
	memcpy(out, line.value, line.value_len);
	out[line.value_len] = '\0';
	return true;
}

bool record_time(const struct secbuf *record, const char *name, int64_t *t)
{
	char text[64];

	return record_text(record, name, text, sizeof(text)) &&
	       timefmt_parse_iso(text, t);
}
