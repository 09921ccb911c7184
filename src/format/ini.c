#include "format/ini.h"

#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "base/text.h"

#define BOM "\xef\xbb\xbf"

/* A line without its end, as it lies in the text: it can be changed there. */
struct line {
	char *text;
	size_t len;
	size_t indent; /* bytes of white space before its first other byte */
	unsigned number;
	char *next; /* where the line behind it begins */
};

/* A property's line, taken apart; a comment may still hang on its value. */
struct parts {
	char *key;
	char *sign; /* the '=' */
	char *value;
	bool empty; /* the value: what continues it must be sub-properties */
};

/* The look over all lines. */
struct reader {
	const char *file;
	struct arena *arena;
	const char *good; /* up to here the text is UTF-8 */
	struct ini_section *sections;
	size_t n_sections;
	bool nested;   /* the last property's lines must be sub-properties */
	size_t indent; /* of the last property's line */
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool is_mark(char c)
{
	return c == '#' || c == ';';
}

static char *skip_blanks(char *from, const char *end)
{
	while (from < end && is_blank(*from))
		from++;
	return from;
}

static char *trim_end(const char *from, char *end)
{
	while (end > from && is_blank(end[-1]))
		end--;
	return end;
}

/* --- lines, as both ways through the text see them -------------------------- */

/* The line at from, which is not the end. */
static struct line line_at(char *from, char *end, unsigned number)
{
	char *feed = memchr(from, '\n', (size_t)(end - from));
	size_t len = (size_t)((feed ? feed : end) - from);

	if (len > 0 && from[len - 1] == '\r')
		len--;
	return (struct line){
		.text = from,
		.len = len,
		.indent = (size_t)(skip_blanks(from, from + len) - from),
		.number = number,
		.next = feed ? feed + 1 : end,
	};
}

static bool says_nothing(const struct line *line)
{
	return line->indent == line->len || is_mark(line->text[line->indent]);
}

/* A comment begins at a mark with white space before it. */
static bool is_comment(const char *at)
{
	return is_mark(at[0]) && is_blank(at[-1]);
}

/* False if there is no '=' before a comment. */
static bool take_apart(const struct line *line, struct parts *parts)
{
	const char *end = line->text + line->len;
	char *key = line->text + line->indent;
	char *at = key;
	char *value;

	while (at < end && *at != '=' && !(at > key && is_comment(at)))
		at++;
	if (at >= end || *at != '=')
		return false;
	value = skip_blanks(at + 1, end);
	*parts = (struct parts){ .key = key,
				 .sign = at,
				 .value = value,
				 .empty = value == end || is_comment(value) };
	return true;
}

/* --- the look over all lines ------------------------------------------------- */

static bool wrong(const struct reader *r, const struct line *line,
		  const char *what, struct error *err)
{
	return error_set(err, ERROR_CONFIG, "%s:%u: %s", r->file, line->number,
			 what);
}

static struct ini_section *last_section(const struct reader *r)
{
	return &r->sections[r->n_sections - 1];
}

static char *find_mark(char *from, const char *end)
{
	while (from < end && !is_mark(*from))
		from++;
	return from;
}

static bool read_section(struct reader *r, const struct line *line,
			 struct error *err)
{
	char *end = find_mark(line->text, line->text + line->len);
	char *name = skip_blanks(line->text + 1, end);
	struct ini_section *sections;

	end = trim_end(name, end);
	if (end == name || end[-1] != ']')
		return wrong(r, line, "a section must end with ']'", err);
	*trim_end(name, end - 1) = '\0';

	sections = arena_room(r->arena, r->sections, r->n_sections,
			      sizeof(*sections));
	if (!sections)
		return error_set(err, ERROR_MEMORY, "no memory to read %s",
				 r->file);
	sections[r->n_sections] = (struct ini_section){ .name = name,
							.line = line->number,
							.text = line->next };
	r->sections = sections;
	r->n_sections++;
	return true;
}

static bool read_property(struct reader *r, const struct line *line,
			  struct error *err)
{
	struct parts parts;

	if (r->n_sections == 0)
		return wrong(r, line, "a property before the first section",
			     err);
	if (!take_apart(line, &parts))
		return wrong(r, line, "neither a section nor KEY = VALUE", err);
	if (parts.sign == parts.key)
		return wrong(r, line, "no name before '='", err);
	r->nested = parts.empty;
	r->indent = line->indent;
	last_section(r)->n_properties++;
	return true;
}

static bool read_continuation(const struct reader *r, const struct line *line,
			      struct error *err)
{
	const char *text = line->text + line->indent;
	const char *sign = memchr(text, '=', line->len - line->indent);

	if (r->nested && !sign)
		return wrong(r, line, "a sub-property must be KEY = VALUE",
			     err);
	if (r->nested && sign == text)
		return wrong(r, line, "a sub-property without a name", err);
	return true;
}

static bool check_bytes(const struct reader *r, const struct line *line,
			struct error *err)
{
	if (r->good >= line->text + line->len)
		return true;
	return wrong(r, line, *r->good == '\0' ? "a NUL byte" : "not UTF-8",
		     err);
}

static bool read_line(struct reader *r, const struct line *line,
		      struct error *err)
{
	if (!check_bytes(r, line, err))
		return false;
	if (says_nothing(line))
		return true;
	if (line->text[0] == '[')
		return read_section(r, line, err);
	if (r->n_sections > 0 && last_section(r)->n_properties > 0 &&
	    line->indent > r->indent)
		return read_continuation(r, line, err);
	return read_property(r, line, err);
}

bool ini_parse(const char *file, struct secbuf *text, struct arena *arena,
	       struct ini *ini, struct error *err)
{
	struct reader r = { .file = file, .arena = arena };
	char *from = secbuf_edit(text);
	char *end = from + secbuf_len(text);
	bool ok = true;
	size_t good;

	if (secbuf_len(text) >= strlen(BOM) &&
	    memcmp(from, BOM, strlen(BOM)) == 0)
		from += strlen(BOM);
	(void)text_is_utf8(from, (size_t)(end - from), &good);
	r.good = from + good;
	for (unsigned number = 1; ok && from < end; number++) {
		struct line line = line_at(from, end, number);

		ok = read_line(&r, &line, err);
		if (r.n_sections > 0)
			last_section(&r)->end = line.next;
		from = line.next;
	}
	ini->sections = r.sections;
	ini->n_sections = r.n_sections;
	return ok;
}

/* --- a section's properties --------------------------------------------------- */

static char *find_comment(char *from, const char *end)
{
	while (from < end && !is_comment(from))
		from++;
	return from;
}

/*
 * The text moves up to the end of the value, over the line end, white space
 * and comment between, so there is always room for it.  Returns the new end.
 */
static char *append(char *value_end, const struct line *line)
{
	char *text = line->text + line->indent;
	size_t len = (size_t)(trim_end(text, line->text + line->len) - text);

	*value_end++ = '\n';
	memmove(value_end, text, len);
	value_end[len] = '\0';
	return value_end + len;
}

/*
 * Take in the lines behind line that continue its value.  Returns the last of
 * them, or line.
 */
static struct line take_continuations(const struct ini_walk *walk,
				      struct line line, char *value_end)
{
	size_t indent = line.indent;

	while (line.next < walk->end) {
		struct line next =
			line_at(line.next, walk->end, line.number + 1);

		if (!says_nothing(&next) && next.indent <= indent)
			break;
		if (!says_nothing(&next))
			value_end = append(value_end, &next);
		line = next;
	}
	return line;
}

static struct line take_property(const struct ini_walk *walk,
				 const struct line *line,
				 const struct parts *parts,
				 struct ini_property *property)
{
	char *end = find_comment(parts->value, line->text + line->len);

	end = trim_end(parts->sign + 1, end);
	*end = '\0';
	*trim_end(parts->key, parts->sign) = '\0';
	text_lower(parts->key);
	*property = (struct ini_property){ .key = parts->key,
					   .value = parts->empty ? end
								 : parts->value,
					   .line = line->number };
	return take_continuations(walk, *line, end);
}

struct ini_walk ini_walk(const struct ini_section *section)
{
	return (struct ini_walk){ .at = section->text,
				  .end = section->end,
				  .line = section->line + 1 };
}

bool ini_next(struct ini_walk *walk, struct ini_property *property)
{
	bool found = false;

	while (!found && walk->at < walk->end) {
		struct line line = line_at(walk->at, walk->end, walk->line);
		struct parts parts;

		found = !says_nothing(&line) && take_apart(&line, &parts);
		if (found)
			line = take_property(walk, &line, &parts, property);
		walk->at = line.next;
		walk->line = line.number + 1;
	}
	return found;
}

static struct ini_piece trimmed(const char *from, const char *end)
{
	while (from < end && is_blank(*from))
		from++;
	while (end > from && is_blank(end[-1]))
		end--;
	return (struct ini_piece){ from, (size_t)(end - from) };
}

bool ini_subproperty(const char **rest, struct ini_piece *key,
		     struct ini_piece *value)
{
	while (**rest == '\n') {
		const char *line = *rest + 1;
		const char *end = line + strcspn(line, "\n");
		const char *sign = memchr(line, '=', (size_t)(end - line));

		*rest = end;
		if (!sign)
			continue;
		*key = trimmed(line, sign);
		*value = trimmed(sign + 1, end);
		if (ini_is_name(key->text, key->len))
			return true;
	}
	return false;
}

static bool is_name_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || (c != '\0' && strchr("_-/.%@:+", c));
}

bool ini_is_name(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!is_name_byte(text[i]))
			return false;
	return len > 0;
}
