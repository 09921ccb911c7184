#include "aws/edit.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

#include "aws/config.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "base/text.h"
#include "base/view.h"

static struct view trim(struct view line)
{
	return view_trim(line, VIEW_BLANKS);
}

/*
 * Reads the next line of rest and moves rest after it.  Only the last CR
 * belongs to the line end.  False at the end.
 */
static bool next_line(struct view *rest, struct view *line)
{
	const char *end;

	if (rest->len == 0)
		return false;
	end = memchr(rest->at, '\n', rest->len);
	line->at = rest->at;
	line->len = end ? (size_t)(end - rest->at) : rest->len;
	rest->len -= line->len + (end ? 1 : 0);
	rest->at += line->len + (end ? 1 : 0);
	if (line->len > 0 && line->at[line->len - 1] == '\r')
		line->len--;
	return true;
}

/*
 * Returns the text in the brackets of a section line; at is NULL if it is not
 * one.
 */
static struct view section_of(struct view line)
{
	struct view none = { NULL, 0 };

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

/* Tests for the section of a profile, other than [default]. */
static bool is_section_of(struct view section, const char *profile)
{
	struct config_header header;
	char text[CONFIG_SECTION_LEN];

	if (!section.at || section.len >= sizeof(text))
		return false;
	memcpy(text, section.at, section.len);
	text[section.len] = '\0';
	return !view_equals(section, "default") &&
	       config_header(CONFIG_FILE, text, &header) &&
	       header.kind == CONFIG_PROFILE && header.len == strlen(profile) &&
	       memcmp(header.name, profile, header.len) == 0;
}

/* Skips a byte order mark, which is not part of the first line. */
static struct view lines_of(struct view text)
{
	static const char bom[] = "\xef\xbb\xbf";
	const size_t n = sizeof(bom) - 1;

	if (text.len >= n && memcmp(text.at, bom, n) == 0)
		return (struct view){ text.at + n, text.len - n };
	return text;
}

/* Tests for [profile default], which hides [default]. */
static bool has_prefixed_default(struct view text)
{
	struct view rest = lines_of(text);
	struct view line;

	while (next_line(&rest, &line)) {
		struct view section = section_of(line);

		if (is_section_of(section, "default"))
			return true;
	}
	return false;
}

/* Tests whether a section of the config file belongs to profile. */
static bool is_profile(struct view section, const char *profile,
		       bool plain_default)
{
	return is_section_of(section, profile) ||
	       (plain_default && view_equals(section, "default"));
}

/* The profile's place in the file. */
struct found {
	struct view header;      /* the section's line; at is NULL if none */
	size_t body;             /* offset of the byte after that line */
	struct view indentation; /* of the section's first property */
	size_t indent; /* of its last property: deeper lines continue it */
	bool has_key;
	bool seen_property;
};

static void see_property(struct found *found, struct view line, const char *key)
{
	struct view text = trim(line);
	size_t indent = (size_t)(text.at - line.at);
	const char *equal =
		text.len > 0 ? memchr(text.at, '=', text.len) : NULL;
	char name[128];
	struct view left;

	if (text.len == 0 || text.at[0] == '#' || text.at[0] == ';' || !equal ||
	    (found->seen_property && indent > found->indent))
		return;
	if (!found->seen_property)
		found->indentation = (struct view){ line.at, indent };
	found->seen_property = true;
	found->indent = indent;
	left = trim((struct view){ text.at, (size_t)(equal - text.at) });
	if (!key || left.len >= sizeof(name))
		return;
	memcpy(name, left.at, left.len);
	name[left.len] = '\0';
	found->has_key = found->has_key || text_equal_nocase(name, key);
}

/*
 * Finds the last section of the profile, and whether any of its sections has
 * key.
 */
static struct found find(struct view text, const char *profile, const char *key)
{
	bool plain_default =
		strcmp(profile, "default") == 0 && !has_prefixed_default(text);
	struct found found = { 0 };
	struct view rest = lines_of(text);
	struct view line;
	bool inside = false;

	while (next_line(&rest, &line)) {
		struct view name = section_of(line);

		if (!name.at) {
			if (inside)
				see_property(&found, line, key);
			continue;
		}
		inside = is_profile(name, profile, plain_default);
		if (inside) {
			found.header = line;
			found.body = text.len - rest.len;
			found.seen_property = false;
			found.indentation = (struct view){ 0 };
		}
	}
	return found;
}

static const char *line_end(struct view text)
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

/* Ends the last line, if it has no end; a CR there is half of one. */
static void end_line(struct secbuf *out, struct view text, const char *end)
{
	const char *last = text.at + text.len - 1;

	if (text.len > 0 && *last != '\n')
		secbuf_puts(out, *last == '\r' ? "\n" : end);
}

/* Inserts after the section's line, indented like its first property. */
static void insert(struct secbuf *out, struct view text,
		   const struct found *found, const char *key,
		   const char *value)
{
	const char *end = line_end(text);

	secbuf_add(out, text.at, found->body);
	end_line(out, (struct view){ text.at, found->body }, end);
	secbuf_add(out, found->indentation.at ? found->indentation.at : "",
		   found->indentation.len);
	put_property(out, key, value, end);
	secbuf_add(out, text.at + found->body, text.len - found->body);
}

static void append(struct secbuf *out, struct view text, const char *section,
		   const char *key, const char *value)
{
	const char *end = line_end(text);

	secbuf_add(out, text.at, text.len);
	end_line(out, text, end);
	if (text.len > 0)
		secbuf_puts(out, end);
	secbuf_puts(out, "[");
	secbuf_puts(out, section);
	secbuf_puts(out, "]");
	secbuf_puts(out, end);
	put_property(out, key, value, end);
}

/*
 * Refuse what would make more of a file than one line: a line break, another
 * control character, DEL, or what is not UTF-8.
 */
static bool check_text(const char *part, const char *text, struct error *err)
{
	size_t len = strlen(text);
	size_t good;
	bool ok = text_is_utf8(text, len, &good);

	for (size_t i = 0; ok && i < len; i++)
		ok = (unsigned char)text[i] >= ' ' && text[i] != 0x7f;
	return ok || error_fail(err, REASON_BAD_CONFIG_TEXT, .key = part,
				.value = text);
}

static bool check_texts(const char *profile, const char *key, const char *value,
			struct error *err)
{
	return check_text("profile name", profile, err) &&
	       (!key || (check_text("key", key, err) &&
			 check_text("value", value, err)));
}

bool aws_edit_add(const struct secbuf *before, const char *profile,
		  const char *key, const char *value, struct secbuf **after,
		  struct error *err)
{
	struct view text = { secbuf_text(before), secbuf_len(before) };
	struct found found = find(text, profile, key);
	char section[CONFIG_SECTION_LEN];
	struct secbuf *out;

	*after = NULL;
	if (!check_texts(profile, key, value, err))
		return false;
	if (!config_name_section(profile, section))
		return error_fail(err, REASON_BAD_CONFIG_TEXT,
				  .key = "profile name", .value = profile);
	if (found.has_key)
		return error_fail(err, REASON_PROFILE_HAS_KEY,
				  .profile = profile, .key = key);
	if (found.header.at && !key)
		return true;
	out = secbuf_new(text.len + strlen(section) +
			 (key ? strlen(key) + strlen(value) : 0) + 128 +
			 found.indentation.len);
	if (found.header.at)
		insert(out, text, &found, key, value);
	else
		append(out, text, section, key, value);
	if (!secbuf_ok(out)) {
		secbuf_free(out);
		return error_memory(err);
	}
	*after = out;
	return true;
}

/* --- new sections -------------------------------------------------------------- */

/* Checks a section, and adds its length to *len. */
static bool measure(const struct edit_section *section, size_t *len,
		    struct error *err)
{
	char name[CONFIG_SECTION_LEN];

	if (!config_name_section(section->profile, name))
		return error_fail(err, REASON_BAD_CONFIG_TEXT,
				  .key = "profile name",
				  .value = section->profile);
	*len += strlen(name) + 16;
	for (size_t i = 0; i < section->n_keys; i++) {
		const struct edit_key *key = &section->keys[i];

		if (!check_texts(section->profile, key->key, key->value, err))
			return false;
		*len += strlen(key->key) + strlen(key->value) + 8;
	}
	return check_text("profile name", section->profile, err);
}

static void append_section(struct secbuf *out, bool first,
			   const struct edit_section *section, const char *end)
{
	char name[CONFIG_SECTION_LEN];

	(void)!config_name_section(section->profile, name);
	if (!first)
		secbuf_puts(out, end);
	secbuf_puts(out, "[");
	secbuf_puts(out, name);
	secbuf_puts(out, "]");
	secbuf_puts(out, end);
	for (size_t i = 0; i < section->n_keys; i++)
		put_property(out, section->keys[i].key, section->keys[i].value,
			     end);
}

bool aws_edit_append(const struct secbuf *before,
		     const struct edit_section *sections, size_t n,
		     struct secbuf **after, struct error *err)
{
	struct view text = { secbuf_text(before), secbuf_len(before) };
	const char *end = line_end(text);
	size_t len = text.len + 16;
	struct secbuf *out;

	*after = NULL;
	for (size_t i = 0; i < n; i++)
		if (!measure(&sections[i], &len, err))
			return false;
	out = secbuf_new(len);
	secbuf_add(out, text.at, text.len);
	end_line(out, text, end);
	for (size_t i = 0; i < n; i++)
		append_section(out, text.len == 0 && i == 0, &sections[i], end);
	if (!secbuf_ok(out)) {
		secbuf_free(out);
		return error_memory(err);
	}
	*after = out;
	return true;
}

/* --- a line that goes ---------------------------------------------------------- */

static bool is_key(struct view line, const char *key)
{
	struct view text = trim(line);
	const char *equal =
		text.len > 0 ? memchr(text.at, '=', text.len) : NULL;
	size_t len = strlen(key);
	struct view name;

	if (!equal)
		return false;
	name = trim((struct view){ text.at, (size_t)(equal - text.at) });
	return name.len == len && strncasecmp(name.at, key, len) == 0;
}

static size_t indent_of(struct view line)
{
	return (size_t)(trim(line).at - line.at);
}

/*
 * Tests whether the next non-empty line would be read as a continuation of this
 * one.  Empty lines and comments do not end a value.
 */
static bool goes_on(struct view line, struct view rest)
{
	struct view next;

	while (next_line(&rest, &next)) {
		struct view text = trim(next);

		if (text.len > 0 && text.at[0] != '#' && text.at[0] != ';')
			return indent_of(next) > indent_of(line);
	}
	return false;
}

/* Finds the line. ERROR_CONFIG if it must not be changed. */
static bool find_line(struct view text, unsigned number, const char *key,
		      struct view *found, struct error *err)
{
	struct view rest = lines_of(text);
	struct view line = { NULL, 0 };

	for (unsigned i = 0; i < number; i++)
		if (!next_line(&rest, &line))
			return error_fail(err, REASON_LINE_CHANGED,
					  .line = number, .key = key);
	*found = line;
	if (number == 0 || !is_key(line, key))
		return error_fail(err, REASON_LINE_CHANGED, .line = number,
				  .key = key);
	return !goes_on(line, rest) || error_fail(err, REASON_LINE_CONTINUES,
						  .line = number, .key = key);
}

bool aws_edit_line(const struct secbuf *before, unsigned line, const char *key,
		   const char *text, struct secbuf **after, struct error *err)
{
	struct view whole = { secbuf_text(before), secbuf_len(before) };
	struct view found = { NULL, 0 };
	struct secbuf *out;
	size_t at;

	*after = NULL;
	if (!check_text("line", text, err) ||
	    !find_line(whole, line, key, &found, err))
		return false;
	at = (size_t)(found.at - whole.at);
	out = secbuf_new(whole.len + strlen(text));
	secbuf_add(out, whole.at, at);
	secbuf_puts(out, text);
	secbuf_add(out, found.at + found.len, whole.len - at - found.len);
	if (!secbuf_ok(out)) {
		secbuf_free(out);
		return error_memory(err);
	}
	*after = out;
	return true;
}
