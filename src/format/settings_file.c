#include <sys/mman.h>

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <iniparser/iniparser.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "base/text.h"
#include "format/settings.h"

#define SECTION "rolekey"

/* --- iniparser ------------------------------------------------------------- */

/*
 * The first line that iniparser reported, 0 if none. iniparser has one callback
 * for all errors, without a pointer to pass.
 */
static unsigned bad_line;

/*
 * Reads the line number from iniparser's message "... in FILE (LINE)"; FILE has
 * no bracket.
 */
PRINTF_LIKE(1, 2) static int note_line(const char *fmt, ...)
{
	char text[512];
	const char *bracket;
	unsigned line = 0;
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	bracket = strchr(text, '(');
	while (bracket && *++bracket >= '0' && *bracket <= '9')
		line = line * 10 + (unsigned)(*bracket - '0');
	if (bad_line == 0)
		bad_line = line;
	return 0;
}

/*
 * Passes the text as a file without a name, because iniparser reads only paths.
 */
static int open_text(const char *text, size_t len, struct error *err)
{
	int fd = memfd_create("rolekey-settings", MFD_CLOEXEC);
	bool ok = fd >= 0;

	while (ok && len > 0) {
		ssize_t n = write(fd, text, len);

		ok = n > 0;
		text += ok ? n : 0;
		len -= ok ? (size_t)n : 0;
	}
	/*
	 * Ends the last line: iniparser skips one of a single byte without an
	 * end.
	 */
	ok = ok && write(fd, "\n", 1) == 1;
	if (ok)
		return fd;
	(void)error_fail(err, REASON_SYSTEM_CALL, .action = "read the settings",
			 .detail = strerrordesc_np(errno));
	if (fd >= 0)
		(void)close(fd);
	return -1;
}

static dictionary *load(const char *file, int fd, struct error *err)
{
	char path[32];
	dictionary *d;

	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	bad_line = 0;
	iniparser_set_error_callback(note_line);
	d = iniparser_load(path);
	iniparser_set_error_callback(NULL);
	if (d)
		return d;
	if (bad_line > 0)
		(void)error_fail(err, REASON_BAD_SETTINGS_LINE, .path = file,
				 .line = bad_line);
	else
		(void)error_memory(err);
	return NULL;
}

/* --- lines ----------------------------------------------------------------- */

/* Finds what iniparser does not report, by a walk over the lines. */
struct walk {
	const char *rest;
	const char *text; /* the line, after its leading blanks */
	size_t len;
	unsigned line;
};

static bool next_line(struct walk *walk)
{
	size_t blank = strspn(walk->rest, " \t");

	if (*walk->rest == '\0')
		return false;
	walk->text = walk->rest + blank;
	walk->len = strcspn(walk->text, "\n");
	walk->rest = walk->text + walk->len + (walk->text[walk->len] == '\n');
	walk->line++;
	return true;
}

/* Tests whether the line starts with name, in any case, then blanks and end. */
static bool begins(const struct walk *walk, const char *name, char end)
{
	size_t len = strlen(name);
	size_t blank;

	if (len >= walk->len || strncasecmp(walk->text, name, len) != 0)
		return false;
	blank = strspn(walk->text + len, " \t");
	return walk->text[len + blank] == end;
}

static unsigned line_of_section(const char *text, const char *name)
{
	struct walk walk = { .rest = text };

	while (next_line(&walk)) {
		struct walk inside = walk;

		inside.text++;
		if (walk.text[0] != '[')
			continue;
		inside.text += strspn(inside.text, " \t");
		if (begins(&inside, name, ']'))
			return walk.line;
	}
	return 1;
}

/* Returns the last line that sets the key, which is the one that applies. */
static unsigned line_of_key(const char *text, const char *name)
{
	struct walk walk = { .rest = text };
	unsigned line = 1;

	while (next_line(&walk))
		if (begins(&walk, name, '='))
			line = walk.line;
	return line;
}

/* --- the file -------------------------------------------------------------- */

/* Handles an entry "section" without a value, or "section:key" with one. */
static bool take_entry(const char *text, const char *entry, const char *value,
		       struct settings *settings, struct error *err,
		       unsigned *line)
{
	const char *key = strncmp(entry, SECTION ":", strlen(SECTION ":")) == 0
				  ? entry + strlen(SECTION ":")
				  : NULL;

	if (!value && strcmp(entry, SECTION) == 0)
		return true;
	if (!value) {
		*line = line_of_section(text, entry);
		return error_fail(err, REASON_UNKNOWN_SETTINGS_SECTION,
				  .value = entry);
	}
	if (!key) {
		*line = line_of_key(text, entry + strcspn(entry, ":") + 1);
		return error_fail(err, REASON_SETTING_OUTSIDE_SECTION);
	}
	*line = line_of_key(text, key);
	return settings_set(settings, key, key, value, err);
}

static bool take_all(const char *file, const char *text, const dictionary *d,
		     struct arena *arena, struct settings *settings,
		     struct error *err)
{
	/* The size is signed in iniparser 4.1 and unsigned in 4.2. */
	for (size_t i = 0; i < (size_t)d->size; i++) {
		char *value = NULL;
		unsigned line = 0;

		if (!d->key[i])
			continue;
		if (d->val[i])
			value = arena_strdup(arena, d->val[i]);
		if (d->val[i] && !value)
			return error_memory(err);
		if (!take_entry(text, d->key[i], value, settings, err, &line))
			return error_add(err, .path = file, .line = line);
	}
	return true;
}

/*
 * Refuses bytes that are not text, where iniparser would read something else.
 */
static bool check_text(const char *file, const char *text, size_t len,
		       struct error *err)
{
	unsigned line = 1;
	size_t good;

	if (text_is_utf8(text, len, &good))
		return true;
	for (size_t i = 0; i < good; i++)
		line += text[i] == '\n';
	return error_fail(err, REASON_NOT_UTF8, .path = file, .line = line);
}

/*
 * iniparser 4.1 keeps a backslash that is in quotes, and 4.2 takes it for an
 * escape: refuse a line that has both, so that a file means the same to all.
 */
static bool check_quotes(const char *file, const char *text, struct error *err)
{
	struct walk walk = { .rest = text };

	while (next_line(&walk))
		if (walk.text[0] != '#' && walk.text[0] != ';' &&
		    memchr(walk.text, '\\', walk.len) &&
		    strcspn(walk.text, "\"'") < walk.len)
			return error_fail(err, REASON_BACKSLASH_IN_QUOTES,
					  .path = file, .line = walk.line);
	return true;
}

bool settings_file_parse(const char *file, const struct secbuf *text,
			 struct arena *arena, struct settings *settings,
			 struct error *err)
{
	static const char mark[] = "\xef\xbb\xbf";
	const char *from = secbuf_text(text);
	size_t skip = strncmp(from, mark, 3) == 0 ? 3 : 0;
	struct settings read = *settings;
	dictionary *d = NULL;
	int fd;
	bool ok;

	from += skip;
	if (!check_text(file, from, secbuf_len(text) - skip, err) ||
	    !check_quotes(file, from, err))
		return false;
	fd = open_text(from, secbuf_len(text) - skip, err);
	if (fd >= 0)
		d = load(file, fd, err);
	ok = d && take_all(file, from, d, arena, &read, err);
	if (ok)
		*settings = read;
	if (d)
		iniparser_freedict(d);
	if (fd >= 0)
		(void)close(fd);
	return ok;
}
