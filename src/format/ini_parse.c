#include <endian.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "base/text.h"
#include "format/ini.h"
#include "format/ini_internal.h"

#define BOM           "\xef\xbb\xbf"
#define FIRST_HEADS   4        /* at least */
#define USUAL_SECTION 64       /* bytes; most are longer */
#define HEAD_BITS     0xffffff /* of a number in a head */
#define TAG_BITS      0x7fff

_Static_assert(INI_MAX - 1 == HEAD_BITS, "an offset fits into a head");

/* The state of the check of all lines. */
struct reader {
	const char *file;
	struct arena *arena;
	char *text, *end;
	struct ini_head *heads;
	size_t n_sections;
	size_t max_sections; /* that heads has room for */
	size_t names_len;
	bool has_property; /* the last section has one */
	bool nested;       /* its lines must be sub-properties */
	size_t indent;     /* of its line */
	bool no_memory;    /* for a section that read_usual() found */

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

/* Makes room for one more section. Pages that are not needed are not touched. */
static bool make_room(struct reader *r)
{
	size_t max = 2 * r->max_sections;
	struct ini_head *heads;

	if (max == 0)
		max = FIRST_HEADS + (size_t)(r->end - r->text) / USUAL_SECTION;
	heads = arena_alloc(r->arena, max * sizeof(*heads));
	if (!heads)
		return false;
	if (r->n_sections > 0)
		memcpy(heads, r->heads, r->n_sections * sizeof(*heads));
	r->heads = heads;
	r->max_sections = max;
	return true;
}

/* Adds a section, and ends its name with a NUL. Returns false without memory. */
static bool add_section(struct reader *r, const char *at, const char *name,
			char *name_end, unsigned number, bool simple)
{
	size_t len = (size_t)(name_end - name);
	unsigned tag = ini_tag(len, name_end[-1]);

	if (r->n_sections == r->max_sections && !make_room(r))
		return false;
	r->heads[r->n_sections++] = (struct ini_head){
		.at = (size_t)(at - r->text) & HEAD_BITS,
		.line = number & HEAD_BITS,
		.tag = tag & TAG_BITS,
		.simple = simple,
	};
	r->names_len += len + 1;
	r->has_property = false;
	*name_end = '\0';
	return true;
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
	char *stop;

	end = trim_end(name, end);
	if (end == name || end[-1] != ']')
		return lost(r, line, REASON_SECTION_NOT_CLOSED, err);
	stop = trim_end(name, end - 1);
	if (stop > name && stop < end - 1 && stop[-1] == '\\')
		stop++; /* a blank after a backslash is part of the name */
	if (!add_section(r, line->text, name, stop, line->number, false))
		return error_memory(err);
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
	r->has_property = true;
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
	size_t good;

	if (text_is_utf8(line->text, line->len, &good))
		return true;
	return lost(r, line,
		    line->text[good] == '\0' ? REASON_NUL_BYTE
					     : REASON_NOT_UTF8,
		    err);
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
	if (r->n_sections > 0 && r->has_property && line->indent > r->indent)
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
	if (is_skipped(r, line))
		return pass_over(line);
	if (read_line(r, line, err))
		return true;
	if (!r->goes_on || err->code != ERROR_CONFIG)
		return false;
	r->skip_below = line->indent;
	return remark(r, INI_FAULT, line, NULL, err) && pass_over(line);
}

/* --- usual lines ------------------------------------------------------------ */

/*
 * Most lines are "key = value", "[word word]", a comment or empty.  They are read
 * here, each byte once: files may have thousands.  All other lines, and all wrong
 * ones, are left to read_line().
 */

/* Finds a byte of a word that is 0 or not ASCII, or a line end, as its bit 7. */
static uint64_t find_ends(const char *at)
{
	const uint64_t low = UINT64_C(0x7f7f7f7f7f7f7f7f);
	const uint64_t feeds = UINT64_C(0x0a0a0a0a0a0a0a0a);
	uint64_t word;
	uint64_t plain;

	memcpy(&word, at, sizeof(word));
	plain = word & low;
	/* Adding low sets bit 7 of every byte but 0, and carries nothing. */
	return (word | ~(plain + low) | ~((plain ^ feeds) + low)) & ~low;
}

static bool is_ascii(char c)
{
	return c != '\0' && ((unsigned char)c & 0x80) == 0;
}

/*
 * Returns the start of the next line.  NULL if the line has a byte that is 0 or
 * not ASCII, or is the last one.
 */
static char *next_line(char *at, const char *end)
{
	uint64_t ends = 0;

	while (ends == 0 && (size_t)(end - at) >= sizeof(ends)) {
		ends = le64toh(find_ends(at));
		at += ends == 0 ? 8 : __builtin_ctzll(ends) / 8;
	}
	while (at < end && is_ascii(*at) && *at != '\n')
		at++;
	return at < end && *at == '\n' ? at + 1 : NULL;
}

static char *pass_blanks(char *at)
{
	while (is_blank(*at))
		at++;
	return at;
}

/*
 * Reads "key = value".  Returns the next line; NULL: it is not usual.  The NUL
 * after the text ends every loop.
 */
static char *read_usual_property(struct reader *r, char *at)
{
	while (*at > '=' && *at < 0x7f)
		at++;
	at = pass_blanks(at);
	if (*at != '=')
		return NULL;
	at = pass_blanks(at + 1);
	if (is_mark(*at) || *at == '\r')
		return NULL;
	r->nested = *at == '\n';
	r->indent = 0;
	r->has_property = true;
	return next_line(at, r->end);
}

/*
 * Tests for printable ASCII but blanks, quotes, and the bytes that end a name.
 * Most are letters in lower case.
 */
static bool is_in_word(char c)
{
	static const uint64_t others = /* of 0x20 to 0x5f */
		~(UINT64_C(1) << (' ' - 0x20) | UINT64_C(1) << ('"' - 0x20) |
		  UINT64_C(1) << ('#' - 0x20) | UINT64_C(1) << ('\'' - 0x20) |
		  UINT64_C(1) << (';' - 0x20) | UINT64_C(1) << ('\\' - 0x20) |
		  UINT64_C(1) << (']' - 0x20));

	if (c >= 0x60 && c < 0x7f)
		return true;
	return c >= 0x20 && c < 0x60 && (others >> (c - 0x20) & 1) != 0;
}

/* Reads "[word]" or "[word word]". Returns the next line; NULL: it is not one. */
static char *read_usual_section(struct reader *r, char *from, unsigned number)
{
	char *at = from + 1;

	while (is_in_word(*at))
		at++;
	if (*at == ' ' && at > from + 1 && at[1] != ']')
		do
			at++;
		while (is_in_word(*at));
	if (at[0] != ']' || at[1] != '\n')
		return NULL;
	r->no_memory = !add_section(r, from, from + 1, at, number, true);
	return r->no_memory ? NULL : at + 2;
}

/* Reads a line. Returns the next one; NULL: it is not usual, or no_memory. */
static char *read_usual(struct reader *r, char *at, unsigned number)
{
	if (*at == '\n')
		return at + 1;
	if (*at == '[')
		return read_usual_section(r, at, number);
	if (*at > '=' && r->n_sections > 0)
		return read_usual_property(r, at);
	return is_mark(*at) ? next_line(at, r->end) : NULL;
}

static bool read_all(struct reader *r, char *from, struct ini *ini,
		     struct error *err)
{
	bool ok = true;
	unsigned number = 1;

	for (; ok && from && from < r->end; number++) {
		char *next = r->goes_on ? NULL : read_usual(r, from, number);

		if (!next && r->no_memory) {
			ok = error_memory(err);
		} else if (!next) {
			struct line line = line_at(from, r->end, number);

			ok = read_or_remark(r, &line, err);
			next = line.next;
		}
		from = next;
	}
	*ini = (struct ini){ r->text,       r->end,      r->heads,
			     r->n_sections, number - 1,  r->names_len,
			     r->remarks,    r->n_remarks };
	return ok;
}

static bool read_text(struct reader *r, struct secbuf *text, struct ini *ini,
		      struct error *err)
{
	size_t len = secbuf_len(text);
	bool has_bom;

	if (len > INI_MAX)
		return error_fail(err, REASON_FILE_TOO_LARGE, .path = r->file,
				  .line = 1, .number = INI_MAX);
	r->skip_below = SIZE_MAX;
	r->text = secbuf_edit(text);
	r->end = r->text + len;
	has_bom = len >= strlen(BOM) && memcmp(r->text, BOM, strlen(BOM)) == 0;
	return (!has_bom ||
		remark(r, INI_BOM, &(const struct line){ .number = 1 }, NULL,
		       err)) &&
	       read_all(r, r->text + (has_bom ? strlen(BOM) : 0), ini, err);
}

bool ini_parse(const char *file, struct secbuf *text, struct arena *arena,
	       struct ini *ini, struct error *err)
{
	struct reader r = { .file = file, .arena = arena };

	return read_text(&r, text, ini, err);
}

bool ini_parse_on(const char *file, struct secbuf *text, struct arena *arena,
		  struct ini *ini, struct error *err)
{
	struct reader r = { .file = file, .arena = arena, .goes_on = true };

	return read_text(&r, text, ini, err);
}
