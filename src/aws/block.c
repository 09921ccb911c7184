#include "aws/block.h"

#include <string.h>

#include "base/error.h"
#include "base/secbuf.h"

#define BEGIN "# BEGIN rolekey "
#define END   "# END rolekey "

/* --- reading -------------------------------------------------------------------- */

/* Takes the next line, with its end. False at the end of the text. */
static bool next_line(struct view *rest, struct view *line)
{
	const char *end;

	if (rest->len == 0)
		return false;
	end = memchr(rest->at, '\n', rest->len);
	line->at = rest->at;
	line->len = end ? (size_t)(end - rest->at) + 1 : rest->len;
	rest->at += line->len;
	rest->len -= line->len;
	return true;
}

/* Tests for a line that begins with mark; *tag is the rest of it. */
static bool is_mark(struct view line, const char *mark, struct view *tag)
{
	size_t len = strlen(mark);

	if (line.len < len || memcmp(line.at, mark, len) != 0)
		return false;
	*tag = view_trim((struct view){ line.at + len, line.len - len },
			 VIEW_SPACE);
	return tag->len > 0;
}

static bool is_same(struct view a, struct view b)
{
	return a.len == b.len && memcmp(a.at, b.at, a.len) == 0;
}

static bool damaged(unsigned line, struct view tag, struct error *err)
{
	char text[128];
	size_t len = tag.len < sizeof(text) - 1 ? tag.len : sizeof(text) - 1;

	memcpy(text, tag.at, len);
	text[len] = '\0';
	return error_fail(err, REASON_DAMAGED_BLOCK, .line = line,
			  .value = text);
}

/* Reads up to the END line. */
static bool read_inside(struct view *rest, unsigned *number,
			struct block *block, struct error *err)
{
	struct view line, tag;

	block->inside.at = rest->at;
	while (next_line(rest, &line)) {
		(*number)++;
		if (is_mark(line, BEGIN, &tag))
			break;
		if (!is_mark(line, END, &tag))
			continue;
		if (!is_same(tag, block->tag))
			break;
		block->inside.len = (size_t)(line.at - block->inside.at);
		block->whole.len =
			(size_t)(line.at + line.len - block->whole.at);
		return true;
	}
	return damaged(block->line, block->tag, err);
}

bool block_next(struct view *rest, unsigned *line, struct block *block,
		bool *found, struct error *err)
{
	struct view text, tag;

	*found = false;
	while (next_line(rest, &text)) {
		(*line)++;
		if (is_mark(text, END, &tag))
			return damaged(*line - 1, tag, err);
		if (!is_mark(text, BEGIN, &tag))
			continue;
		*block = (struct block){ .tag = tag,
					 .whole.at = text.at,
					 .line = *line - 1 };
		*found = true;
		return read_inside(rest, line, block, err);
	}
	return true;
}

/* --- changing ------------------------------------------------------------------- */

static bool find(struct view text, const char *tag, struct block *block,
		 bool *found, struct error *err)
{
	struct view rest = text;
	struct block next;
	unsigned line = 1;
	bool more = true;

	*found = false;
	while (more) {
		if (!block_next(&rest, &line, &next, &more, err))
			return false;
		if (!more || !view_equals(next.tag, tag))
			continue;
		if (*found)
			return damaged(next.line, next.tag, err);
		*block = next;
		*found = true;
	}
	return true;
}

static const char *line_end(struct view text)
{
	const char *end = text.len > 0 ? memchr(text.at, '\n', text.len) : NULL;

	return end && end > text.at && end[-1] == '\r' ? "\r\n" : "\n";
}

static void put_lines(struct secbuf *out, struct view lines, const char *end)
{
	struct view line;

	while (next_line(&lines, &line)) {
		secbuf_add(out, line.at,
			   line.at[line.len - 1] == '\n' ? line.len - 1
							 : line.len);
		secbuf_puts(out, end);
	}
}

static void put_block(struct secbuf *out, const char *tag, struct view inside,
		      const char *end)
{
	secbuf_puts(out, BEGIN);
	secbuf_puts(out, tag);
	secbuf_puts(out, end);
	put_lines(out, inside, end);
	secbuf_puts(out, END);
	secbuf_puts(out, tag);
	secbuf_puts(out, end);
}

/* Ends the last line, and adds an empty one before a new block. */
static void put_gap(struct secbuf *out, struct view text, const char *end)
{
	if (text.len > 0 && text.at[text.len - 1] != '\n')
		secbuf_puts(out, text.at[text.len - 1] == '\r' ? "\n" : end);
	if (text.len > 0)
		secbuf_puts(out, end);
}

static size_t count_lines(struct view text)
{
	struct view line;
	size_t n = 0;

	while (next_line(&text, &line))
		n++;
	return n;
}

/* Only the lines of the block have new ends; those around it stay. */
static struct secbuf *write_all(struct view text, const struct block *block,
				const char *tag, struct view inside)
{
	struct secbuf *out =
		secbuf_new(text.len + inside.len + count_lines(inside) +
			   2 * strlen(tag) + 128);
	const char *end = line_end(text);
	const char *after;

	if (!block) {
		secbuf_add(out, text.at, text.len);
		put_gap(out, text, end);
		put_block(out, tag, inside, end);
		return out;
	}
	after = block->inside.at + block->inside.len;
	secbuf_add(out, text.at, (size_t)(block->inside.at - text.at));
	put_lines(out, inside, end);
	secbuf_add(out, after, (size_t)(text.at + text.len - after));
	return out;
}

bool block_replace(const struct secbuf *before, const char *tag,
		   struct view inside, struct secbuf **after, struct error *err)
{
	struct view text = { secbuf_text(before), secbuf_len(before) };
	struct block block;
	struct secbuf *out;
	bool found;

	*after = NULL;
	if (!find(text, tag, &block, &found, err))
		return false;
	out = write_all(text, found ? &block : NULL, tag, inside);
	if (!secbuf_ok(out)) {
		secbuf_free(out);
		return error_memory(err);
	}
	if (secbuf_len(out) == text.len &&
	    memcmp(secbuf_text(out), text.at, text.len) == 0)
		secbuf_free(out);
	else
		*after = out;
	return true;
}
