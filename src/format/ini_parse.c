#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "base/text.h"
#include "format/ini.h"
#include "format/ini_internal.h"

#define BOM "\xef\xbb\xbf"

/* The state of the check of all lines. */
struct reader {
	const char *file;
	struct arena *arena;
	const char *good; /* the text is UTF-8 up to here */
	struct ini_section *sections;
	size_t n_sections;
	bool nested;   /* the last property's lines must be sub-properties */
	size_t indent; /* of the last property's line */

	/* Only for ini_parse_on(). */
	bool goes_on;
	struct ini_remark *remarks;
	size_t n_remarks;
	unsigned said;           /* kinds that are remarked once a section */
	enum error_reason fault; /* of the line */
	bool lost;               /* till the next section nothing is certain */
	size_t skip_below; /* lines indented deeper belong to a wrong one */
};

static bool wrong(struct reader *r, const struct line *line,
		  enum error_reason fault, struct error *err)
{
	r->fault = fault;
	return error_fail(err, fault, .path = r->file, .line = line->number);
}

/* The same where what follows cannot be understood either. */
static bool lost(struct reader *r, const struct line *line,
		 enum error_reason fault, struct error *err)
{
	r->lost = true;
	return wrong(r, line, fault, err);
}

static bool remark(struct reader *r, enum ini_remark_kind kind,
		   const struct line *line, const char *text, struct error *err)
{
	struct ini_remark *remarks;

	if (!r->goes_on)
		return true;
	remarks = arena_room(r->arena, r->remarks, r->n_remarks,
			     sizeof(*remarks));
	if (!remarks)
		return error_memory(err);
	remarks[r->n_remarks++] =
		(struct ini_remark){ kind, line->number, text, r->fault };
	r->remarks = remarks;
	return true;
}

/* Adds a remark of which one in each section is enough. */
static bool remark_first(struct reader *r, enum ini_remark_kind kind,
			 const struct line *line, const char *text,
			 struct error *err)
{
	unsigned bit = 1U << kind;

	if (r->said & bit)
		return true;
	r->said |= bit;
	return remark(r, kind, line, text, err);
}

/* Copies a key's name for a remark. NULL when out of memory. */
static char *name_of(const struct reader *r, const struct view *key)
{
	char *name = arena_strndup(r->arena, key->at, key->len);

	if (name)
		text_lower(name);
	return name;
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
	bool is_glued = end < line->text + line->len && end[-1] == ']';
	struct ini_section *sections;
	char *stop;

	end = trim_end(name, end);
	if (end == name || end[-1] != ']')
		return lost(r, line, REASON_SECTION_NOT_CLOSED, err);
	stop = trim_end(name, end - 1);
	if (stop > name && stop < end - 1 && stop[-1] == '\\')
		stop++; /* a blank after a backslash is part of the name */
	*stop = '\0';

	sections = arena_room(r->arena, r->sections, r->n_sections,
			      sizeof(*sections));
	if (!sections)
		return error_memory(err);
	sections[r->n_sections] = (struct ini_section){ .name = name,
							.line = line->number,
							.text = line->next };
	r->sections = sections;
	r->n_sections++;
	r->said = 0;
	return (!is_blank(line->text[1]) ||
		remark(r, INI_SPACED, line, name, err)) &&
	       (!is_glued || remark(r, INI_GLUED_COMMENT, line, name, err));
}

static bool has_capitals(const struct view *key)
{
	for (size_t i = 0; i < key->len; i++)
		if (key->at[i] >= 'A' && key->at[i] <= 'Z')
			return true;
	return false;
}

static bool remark_property(struct reader *r, const struct line *line,
			    const struct parts *parts, struct error *err)
{
	char *end = line->text + line->len;
	bool cut = find_comment(parts->value, end) < end;
	struct view key = trimmed(parts->key, parts->sign);
	bool capitals = has_capitals(&key);
	const char *name;

	if (!cut && !capitals && line->indent == 0)
		return true;
	name = name_of(r, &key);
	if (!name)
		return error_memory(err);
	return (!capitals || remark(r, INI_CAPITALS, line, name, err)) &&
	       (!cut || remark(r, INI_CUT, line, name, err)) &&
	       (line->indent == 0 ||
		remark_first(r, INI_INDENTED_KEY, line, name, err));
}

static bool read_property(struct reader *r, const struct line *line,
			  struct error *err)
{
	struct parts parts;

	if (r->n_sections == 0)
		return lost(r, line, REASON_KEY_OUTSIDE_SECTION, err);
	if (!take_apart(line, &parts))
		return wrong(r, line,
			     memchr(line->text, ':', line->len)
				     ? REASON_KEY_WITH_COLON
				     : REASON_NOT_A_KEY,
			     err);
	if (parts.sign == parts.key)
		return wrong(r, line, REASON_KEY_WITHOUT_NAME, err);
	r->nested = parts.empty;
	r->indent = line->indent;
	last_section(r)->n_properties++;
	return !r->goes_on || remark_property(r, line, &parts, err);
}

/* Reports a line that looks like a key or a section but is part of a value. */
static bool remark_continued(struct reader *r, const struct line *line,
			     const char *text, const char *sign,
			     struct error *err)
{
	struct view key;
	char *name;

	if (!r->goes_on || r->nested)
		return true;
	if (text[0] == '[')
		return remark(r, INI_CONTINUED_NAME, line, NULL, err);
	key = trimmed(text, sign ? sign : text);
	if (!ini_is_name(key.at, key.len))
		return true;
	name = name_of(r, &key);
	return name ? remark(r, INI_CONTINUED_KEY, line, name, err)
		    : error_memory(err);
}

static bool read_continuation(struct reader *r, const struct line *line,
			      struct error *err)
{
	const char *text = line->text + line->indent;
	const char *sign = memchr(text, '=', line->len - line->indent);

	if (r->nested && !sign)
		return wrong(r, line, REASON_NOT_A_SUBKEY, err);
	if (r->nested && sign == text)
		return wrong(r, line, REASON_SUBKEY_WITHOUT_NAME, err);
	return remark_continued(r, line, text, sign, err);
}

/*
 * Checks the bytes of a line; after a wrong one only ini_parse_on() continues.
 */
static bool check_bytes(struct reader *r, const struct line *line,
			struct error *err)
{
	size_t good = 0;

	if (r->good >= line->text + line->len)
		return true;
	if (r->good < line->text) {
		if (text_is_utf8(line->text, line->len, &good))
			return true;
		r->good = line->text + good;
	}
	return lost(r, line,
		    *r->good == '\0' ? REASON_NUL_BYTE : REASON_NOT_UTF8, err);
}

/* A byte that the usual key has: no blank, mark or '='. */
static bool is_plain_key(char c)
{
	return (c >= 'a' && c <= 'z') || c == '_';
}

/*
 * Reads what most lines are, "key = value" with nothing unusual in it: files may
 * have thousands.  False if it is not: then read_line() must.
 */
static bool read_quickly(struct reader *r, const struct line *line)
{
	const char *end = line->text + line->len;
	const char *at = line->text;

	if (r->goes_on || r->n_sections == 0 || r->good < end)
		return false;
	while (at < end && is_plain_key(*at))
		at++;
	if (at == line->text)
		return false;
	while (at < end && is_blank(*at))
		at++;
	if (at == end || *at != '=')
		return false;
	at++;
	while (at < end && is_blank(*at))
		at++;
	r->nested = at == end || is_comment(at);
	r->indent = 0;
	last_section(r)->n_properties++;
	return true;
}

static bool read_line(struct reader *r, const struct line *line,
		      struct error *err)
{
	if (!check_bytes(r, line, err))
		return false;
	if (line->indent == line->len)
		return true;
	if (is_mark(line->text[line->indent]))
		return line->indent == 0 || r->n_sections == 0 ||
		       remark_first(r, INI_INDENTED_MARK, line, NULL, err);
	if (line->text[0] == '[')
		return read_section(r, line, err);
	if (r->n_sections > 0 && last_section(r)->n_properties > 0 &&
	    line->indent > r->indent)
		return read_continuation(r, line, err);
	return read_property(r, line, err);
}

/* Tests whether the line belongs to a wrong one. */
static bool is_skipped(struct reader *r, const struct line *line)
{
	if (line->len > 0 && line->text[0] == '[') {
		r->lost = false;
		r->skip_below = SIZE_MAX;
	}
	if (r->lost || line->indent == line->len)
		return r->lost;
	if (line->indent > r->skip_below)
		return true;
	r->skip_below = SIZE_MAX;
	return false;
}

/* Blanks out a line that has no meaning, for ini_walk(). */
static bool pass_over(const struct line *line)
{
	memset(line->text, ' ', line->len);
	return true;
}

static bool read_or_remark(struct reader *r, const struct line *line,
			   struct error *err)
{
	if (read_quickly(r, line))
		return true;
	if (is_skipped(r, line))
		return pass_over(line);
	if (read_line(r, line, err))
		return true;
	if (!r->goes_on || err->code != ERROR_CONFIG)
		return false;
	r->skip_below = line->indent;
	return remark(r, INI_FAULT, line, NULL, err) && pass_over(line);
}

static bool read_all(struct reader *r, struct secbuf *text, struct ini *ini,
		     struct error *err)
{
	char *from = secbuf_edit(text);
	char *end = from + secbuf_len(text);
	bool ok = true;
	size_t good;

	r->skip_below = SIZE_MAX;
	if (secbuf_len(text) >= strlen(BOM) &&
	    memcmp(from, BOM, strlen(BOM)) == 0) {
		ok = remark(r, INI_BOM, &(const struct line){ .number = 1 },
			    NULL, err);
		from += strlen(BOM);
	}
	(void)text_is_utf8(from, (size_t)(end - from), &good);
	r->good = from + good;
	for (unsigned number = 1; ok && from < end; number++) {
		struct line line = line_at(from, end, number);

		ok = read_or_remark(r, &line, err);
		if (r->n_sections > 0)
			last_section(r)->end = line.next;
		from = line.next;
	}
	*ini = (struct ini){ r->sections, r->n_sections, r->remarks,
			     r->n_remarks };
	return ok;
}

bool ini_parse(const char *file, struct secbuf *text, struct arena *arena,
	       struct ini *ini, struct error *err)
{
	struct reader r = { .file = file, .arena = arena };

	return read_all(&r, text, ini, err);
}

bool ini_parse_on(const char *file, struct secbuf *text, struct arena *arena,
		  struct ini *ini, struct error *err)
{
	struct reader r = { .file = file, .arena = arena, .goes_on = true };

	return read_all(&r, text, ini, err);
}
