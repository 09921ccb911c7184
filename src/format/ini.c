#include "format/ini.h"

#include <string.h>

#include "base/text.h"
#include "format/ini_internal.h"

/*
 * Moves the text of a line to the end of the value, over the line end, white
 * space and comment between them, so there is always room.  Returns the new
 * end.
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
 * Appends the lines that continue the value of line.  Returns the last of them,
 * or line.
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

const char *ini_name(const struct ini *ini, size_t n)
{
	return skip_blanks(ini->text + ini->heads[n].at + 1, ini->end);
}

struct ini_section ini_section(const struct ini *ini, size_t n)
{
	const struct ini_head *head = &ini->heads[n];
	char *from = ini->text + head->at;
	char *end = ini->end;
	size_t next_line = ini->n_lines + 1;
	char *feed;

	if (n + 1 < ini->n_sections) {
		end = ini->text + head[1].at;
		next_line = head[1].line;
	}
	feed = memchr(from, '\n', (size_t)(end - from));
	return (struct ini_section){
		.name = ini_name(ini, n),
		.line = head->line,
		.n_lines = next_line - head->line - 1,
		.text = feed ? feed + 1 : end,
		.end = end,
	};
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

bool ini_subproperty(const char **rest, struct view *key, struct view *value)
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
		if (ini_is_name(key->at, key->len))
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
