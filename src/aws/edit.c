#include "aws/edit.h"

#include <stddef.h>
#include <string.h>

#include "base/error.h"
#include "base/secbuf.h"
#include "base/text.h"

/* A piece of the file: a line without its end, or a part of one. */
struct span {
	const char *at;
	size_t len;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static struct span trim(struct span s)
{
	while (s.len > 0 && is_blank(s.at[0])) {
		s.at++;
		s.len--;
	}
	while (s.len > 0 &&
	       (is_blank(s.at[s.len - 1]) || s.at[s.len - 1] == '\r'))
		s.len--;
	return s;
}

static bool equals(struct span s, const char *text)
{
	return s.len == strlen(text) && memcmp(s.at, text, s.len) == 0;
}

/* The next line of rest, which moves behind it. False at the end. */
static bool next_line(struct span *rest, struct span *line)
{
	const char *end;

	if (rest->len == 0)
		return false;
	end = memchr(rest->at, '\n', rest->len);
	line->at = rest->at;
	line->len = end ? (size_t)(end - rest->at) : rest->len;
	rest->len -= line->len + (end ? 1 : 0);
	rest->at += line->len + (end ? 1 : 0);
	return true;
}

/* What stands in the brackets of a section line; at NULL: it is none. */
static struct span section_of(struct span line)
{
	struct span none = { NULL, 0 };

	if (line.len == 0 || line.at[0] != '[')
		return none;
	for (size_t i = 0; i < line.len; i++)
		if (line.at[i] == '#' || line.at[i] == ';')
			line.len = i;
	line = trim(line);
	if (line.len < 2 || line.at[line.len - 1] != ']')
		return none;
	line.at++;
	line.len -= 2;
	return trim(line);
}

/* Does a section of that name belong to profile, in the config file? */
static bool is_profile(struct span name, const char *profile)
{
	static const char prefix[] = "profile";
	const size_t n = sizeof(prefix) - 1;

	if (name.len <= n || memcmp(name.at, prefix, n) != 0 ||
	    !is_blank(name.at[n]))
		return strcmp(profile, "default") == 0 &&
		       equals(name, "default");
	name.at += n;
	name.len -= n;
	name = trim(name);
	if (name.len >= 2 && name.at[0] == '"' &&
	    name.at[name.len - 1] == '"') {
		name.at++;
		name.len -= 2;
	}
	return equals(name, profile);
}

/* What was found of the profile in the file. */
struct found {
	struct span header;      /* the section's line; at NULL: none */
	size_t body;             /* offset of the byte behind that line */
	struct span indentation; /* of the section's first property */
	bool has_key;
	bool seen_property;
};

static void see_property(struct found *found, struct span line, const char *key)
{
	struct span text = trim(line);
	const char *equal =
		text.len > 0 ? memchr(text.at, '=', text.len) : NULL;
	char name[128];
	struct span left;

	if (text.len == 0 || text.at[0] == '#' || text.at[0] == ';' || !equal)
		return;
	if (!found->seen_property)
		found->indentation =
			(struct span){ line.at, (size_t)(text.at - line.at) };
	found->seen_property = true;
	left = trim((struct span){ text.at, (size_t)(equal - text.at) });
	if (!key || left.len >= sizeof(name))
		return;
	memcpy(name, left.at, left.len);
	name[left.len] = '\0';
	found->has_key = found->has_key || text_equal_nocase(name, key);
}

/* The last section of the profile decides where; any, whether it has key. */
static struct found find(struct span text, const char *profile, const char *key)
{
	struct found found = { 0 };
	struct span rest = text;
	struct span line;
	bool inside = false;

	while (next_line(&rest, &line)) {
		struct span name = section_of(line);

		if (!name.at) {
			if (inside)
				see_property(&found, line, key);
			continue;
		}
		inside = is_profile(name, profile);
		if (inside) {
			found.header = line;
			found.body = text.len - rest.len;
			found.seen_property = false;
			found.indentation = (struct span){ 0 };
		}
	}
	return found;
}

static const char *line_end(struct span text)
{
	const char *end = text.len > 0 ? memchr(text.at, '\n', text.len) : NULL;

	return end && end > text.at && end[-1] == '\r' ? "\r\n" : "\n";
}

static void put_property(struct secbuf *out, const char *key, const char *value,
			 const char *end)
{
	if (!key)
		return;
	secbuf_puts(out, key);
	secbuf_puts(out, " = ");
	secbuf_puts(out, value);
	secbuf_puts(out, end);
}

/* Behind the section's own line, indented as its first property is. */
static void insert(struct secbuf *out, struct span text,
		   const struct found *found, const char *key,
		   const char *value)
{
	const char *end = line_end(text);

	secbuf_add(out, text.at, found->body);
	if (found->body > 0 && text.at[found->body - 1] != '\n')
		secbuf_puts(out, end);
	secbuf_add(out, found->indentation.at ? found->indentation.at : "",
		   found->indentation.len);
	put_property(out, key, value, end);
	secbuf_add(out, text.at + found->body, text.len - found->body);
}

static void append(struct secbuf *out, struct span text, const char *profile,
		   const char *key, const char *value)
{
	const char *end = line_end(text);

	secbuf_add(out, text.at, text.len);
	if (text.len > 0 && text.at[text.len - 1] != '\n')
		secbuf_puts(out, end);
	if (text.len > 0)
		secbuf_puts(out, end);
	secbuf_puts(out, strcmp(profile, "default") == 0 ? "[" : "[profile ");
	secbuf_puts(out, profile);
	secbuf_puts(out, "]");
	secbuf_puts(out, end);
	put_property(out, key, value, end);
}

bool aws_edit_add(const struct secbuf *before, const char *profile,
		  const char *key, const char *value, struct secbuf **after,
		  struct error *err)
{
	struct span text = { secbuf_text(before), secbuf_len(before) };
	struct found found = find(text, profile, key);
	struct secbuf *out;

	*after = NULL;
	if (found.has_key)
		return error_set(err, ERROR_CONFIG, "profile %s has %s already",
				 profile, key);
	if (found.header.at && !key)
		return true;
	out = secbuf_new(text.len + strlen(profile) +
			 (key ? strlen(key) + strlen(value) : 0) + 128 +
			 found.indentation.len);
	if (found.header.at)
		insert(out, text, &found, key, value);
	else
		append(out, text, profile, key, value);
	if (!secbuf_ok(out)) {
		secbuf_free(out);
		return error_set(err, ERROR_MEMORY, "no memory to edit a file");
	}
	*after = out;
	return true;
}
