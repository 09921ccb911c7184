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
};

/* The list that is growing at the end of a section has its last here. */
struct reader {
	const char *file;
	struct arena *arena;
	struct ini_section *sections;
	size_t n_sections;
	struct ini_property *properties; /* of the last section */
	size_t n_properties;
	char *value_end; /* of the last property: what continues goes here */
	bool nested;     /* its lines must be sub-properties */
	size_t indent;   /* of the last property's line */
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

static bool wrong(const struct reader *r, const struct line *line,
		  const char *what, struct error *err)
{
	return error_set(err, ERROR_CONFIG, "%s:%u: %s", r->file, line->number,
			 what);
}

static bool no_memory(const struct reader *r, struct error *err)
{
	return error_set(err, ERROR_MEMORY, "no memory to read %s", r->file);
}

static char *find_mark(char *from, const char *end)
{
	while (from < end && !is_mark(*from))
		from++;
	return from;
}

/* A property's comment begins at a mark with white space before it. */
static char *find_comment(const struct line *line)
{
	for (size_t i = 1; i < line->len; i++)
		if (is_mark(line->text[i]) && is_blank(line->text[i - 1]))
			return line->text + i;
	return line->text + line->len;
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
		return no_memory(r, err);
	sections[r->n_sections] =
		(struct ini_section){ .name = name, .line = line->number };
	r->sections = sections;
	r->n_sections++;
	r->properties = NULL;
	r->n_properties = 0;
	return true;
}

static bool add_property(struct reader *r, const struct ini_property *property,
			 struct error *err)
{
	struct ini_section *section = &r->sections[r->n_sections - 1];
	struct ini_property *properties = arena_room(
		r->arena, r->properties, r->n_properties, sizeof(*properties));

	if (!properties)
		return no_memory(r, err);
	properties[r->n_properties++] = *property;
	r->properties = properties;
	section->properties = properties;
	section->n_properties = r->n_properties;
	return true;
}

static bool read_property(struct reader *r, const struct line *line,
			  struct error *err)
{
	char *end = trim_end(line->text, find_comment(line));
	char *key = skip_blanks(line->text, end);
	char *sign = memchr(key, '=', (size_t)(end - key));
	char *value;

	if (r->n_sections == 0)
		return wrong(r, line, "a property before the first section",
			     err);
	if (!sign)
		return wrong(r, line, "neither a section nor KEY = VALUE", err);
	if (sign == key)
		return wrong(r, line, "no name before '='", err);
	value = skip_blanks(sign + 1, end);
	*end = '\0';
	*trim_end(key, sign) = '\0';
	text_lower(key);

	r->value_end = end;
	r->nested = value == end;
	r->indent = line->indent;
	return add_property(r,
			    &(struct ini_property){ .key = key,
						    .value = value,
						    .line = line->number },
			    err);
}

/*
 * The text moves up to the end of the value, over the line end, white space
 * and comment between, so there is always room for it.
 */
static bool read_continuation(struct reader *r, const struct line *line,
			      struct error *err)
{
	char *text = line->text + line->indent;
	size_t len = (size_t)(trim_end(text, line->text + line->len) - text);
	const char *sign = memchr(text, '=', len);

	if (r->nested && !sign)
		return wrong(r, line, "a sub-property must be KEY = VALUE",
			     err);
	if (r->nested && sign == text)
		return wrong(r, line, "a sub-property without a name", err);
	*r->value_end++ = '\n';
	memmove(r->value_end, text, len);
	r->value_end += len;
	*r->value_end = '\0';
	return true;
}

static bool check_bytes(const struct reader *r, const struct line *line,
			struct error *err)
{
	size_t good;

	if (text_is_utf8(line->text, line->len, &good))
		return true;
	return wrong(r, line,
		     line->text[good] == '\0' ? "a NUL byte" : "not UTF-8",
		     err);
}

static bool read_line(struct reader *r, const struct line *line,
		      struct error *err)
{
	if (!check_bytes(r, line, err))
		return false;
	if (line->indent == line->len || is_mark(line->text[line->indent]))
		return true;
	if (line->text[0] == '[')
		return read_section(r, line, err);
	if (r->n_properties > 0 && line->indent > r->indent)
		return read_continuation(r, line, err);
	return read_property(r, line, err);
}

/* The line at from, which is not the end. */
static struct line line_at(char *from, const char *end, unsigned number)
{
	const char *feed = memchr(from, '\n', (size_t)(end - from));
	size_t len = (size_t)((feed ? feed : end) - from);

	if (len > 0 && from[len - 1] == '\r')
		len--;
	return (struct line){
		.text = from,
		.len = len,
		.indent = (size_t)(skip_blanks(from, from + len) - from),
		.number = number,
	};
}

bool ini_parse(const char *file, struct secbuf *text, struct arena *arena,
	       struct ini *ini, struct error *err)
{
	struct reader r = { .file = file, .arena = arena };
	char *from = secbuf_edit(text);
	char *end = from + secbuf_len(text);
	bool ok = true;

	if (secbuf_len(text) >= strlen(BOM) &&
	    memcmp(from, BOM, strlen(BOM)) == 0)
		from += strlen(BOM);
	for (unsigned number = 1; ok && from < end; number++) {
		struct line line = line_at(from, end, number);
		char *feed = memchr(from, '\n', (size_t)(end - from));

		from = feed ? feed + 1 : end;
		ok = read_line(&r, &line, err);
	}
	ini->sections = r.sections;
	ini->n_sections = r.n_sections;
	return ok;
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
