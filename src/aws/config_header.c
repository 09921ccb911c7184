#include <stdint.h>
#include <string.h>

#include "aws/config.h"
#include "aws/config_internal.h"
#include "base/view.h"
#include "format/ini.h"

static const struct view words[CONFIG_KINDS] = {
	[CONFIG_PROFILE] = { "profile", 7 },
	[CONFIG_SSO_SESSION] = { "sso-session", 11 },
	[CONFIG_SERVICES] = { "services", 8 },
};

static const struct view the_default = { "default", 7 };

#define NO_TAG UINT32_MAX /* of no header */

/* Returns the text after a word that ends there; NULL: it has another. */
static const char *after_word(const char *text, const struct view *word)
{
	if (strncmp(text, word->at, word->len) != 0)
		return NULL;
	text += word->len;
	return *text == ' ' || *text == '\t' || *text == '\0' ? text : NULL;
}

static bool read_prefixed(const char *text, struct config_header *header)
{
	for (int kind = 0; kind < CONFIG_KINDS; kind++) {
		const char *rest = after_word(text, &words[kind]);

		if (rest) {
			header->kind = (enum config_kind)kind;
			return config_name_read(rest, header);
		}
	}
	return false;
}

/* Classifies a section, unless it is [default] of the config file. */
static bool read_header(enum config_file which, const char *text,
			struct config_header *header)
{
	if (which == CONFIG_FILE)
		return read_prefixed(text, header);
	header->kind = CONFIG_PROFILE;
	header->name = text;
	header->len = strlen(text);
	return !strpbrk(text, " \t\r") && config_name_is_usable(header);
}

bool config_header(enum config_file which, const char *text,
		   struct config_header *header)
{
	if (which != CONFIG_FILE || strcmp(text, the_default.at) != 0)
		return read_header(which, text, header);
	header->kind = CONFIG_PROFILE;
	header->name = text;
	header->len = the_default.len;
	return true;
}

/* --- the sections of a file --------------------------------------------------- */

/* A header that is searched for. */
struct wanted {
	enum config_kind kind;
	struct view name;
	struct view word; /* of a simple header before the name; or empty */
	bool simple;      /* one can have this name */
	bool bare; /* [default] of the config file, which has no prefix */
};

/* Tests whether a name can be in a simple header. */
static bool may_be_simple(const struct view *name)
{
	for (size_t i = 0; i < name->len; i++)
		if (name->at[i] <= ' ' || name->at[i] > '~' ||
		    name->at[i] == '"' || name->at[i] == '\'' ||
		    name->at[i] == '\\')
			return false;
	return name->len > 0;
}

static struct wanted wanted_in(enum config_file which, enum config_kind kind,
			       const struct view *name)
{
	struct wanted w = { .kind = kind,
			    .name = *name,
			    .word = view_of(NULL),
			    .simple = may_be_simple(name) };

	if (which == CONFIG_FILE)
		w.word = words[kind];
	else if (kind != CONFIG_PROFILE)
		w.simple = false;
	return w;
}

/* Tests for "WORD NAME", or "NAME" without a word. */
static bool is_text(const char *text, const struct wanted *w)
{
	const struct view *word = &w->word;

	if (word->len > 0) {
		if (strncmp(text, word->at, word->len) != 0 ||
		    text[word->len] != ' ')
			return false;
		text += word->len + 1;
	}
	return view_equals(w->name, text);
}

static bool is_bare_default(const struct source *source, const char *text)
{
	return source->which == CONFIG_FILE &&
	       strcmp(text, the_default.at) == 0;
}

/* Tests a header that is not simple. */
static bool is_other(const struct source *source, size_t n,
		     const struct wanted *w)
{
	struct config_header header;

	const char *text = ini_name(&source->ini, n);

	if (w->bare)
		return is_bare_default(source, text);
	return read_header(source->which, text, &header) &&
	       header.kind == w->kind && header.len == w->name.len &&
	       memcmp(header.name, w->name.at, header.len) == 0;
}

/*
 * Returns the first section, from the n-th one on, that is wanted; or how many
 * there are.  Most simple headers have another tag, so their text is not read.
 */
static size_t search(const struct source *source, size_t n,
		     const struct wanted *w)
{
	const struct ini *ini = &source->ini;
	const struct view *name = &w->name;
	size_t prefix = w->word.len > 0 ? w->word.len + 1 : 0;
	unsigned tag =
		w->simple ? ini_tag(prefix + name->len, name->at[name->len - 1])
			  : NO_TAG;

	for (; n < ini->n_sections; n++) {
		const struct ini_head *head = &ini->heads[n];

		if (head->simple
			    ? head->tag == tag && is_text(ini_name(ini, n), w)
			    : is_other(source, n, w))
			break;
	}
	return n;
}

static bool has_prefixed_default(struct source *source)
{
	struct wanted w = wanted_in(CONFIG_FILE, CONFIG_PROFILE, &the_default);

	if (!source->asked)
		source->prefixed_default =
			search(source, 0, &w) < source->ini.n_sections;
	source->asked = true;
	return source->prefixed_default;
}

/* Reads "profile NAME", which most headers are, if it is simple. */
static bool read_simple(const struct source *source, size_t n,
			struct config_header *header)
{
	const struct view *word = &words[CONFIG_PROFILE];
	const char *text = ini_name(&source->ini, n);

	if (source->which != CONFIG_FILE || !source->ini.heads[n].simple ||
	    strncmp(text, word->at, word->len) != 0 || text[word->len] != ' ')
		return false;
	header->kind = CONFIG_PROFILE;
	header->name = text + word->len + 1;
	header->len = strlen(header->name);
	return true;
}

bool config_header_of(struct source *source, size_t n,
		      struct config_header *header)
{
	const char *text = ini_name(&source->ini, n);

	if (read_simple(source, n, header))
		return true;
	return config_header(source->which, text, header) &&
	       !(is_bare_default(source, text) && has_prefixed_default(source));
}

size_t config_header_find(struct source *source, size_t n,
			  enum config_kind kind, const struct view *name)
{
	struct wanted w = wanted_in(source->which, kind, name);

	w.bare = source->which == CONFIG_FILE && kind == CONFIG_PROFILE &&
		 view_equals(*name, the_default.at) &&
		 !has_prefixed_default(source);
	if (w.bare)
		w.word = view_of(NULL);
	return search(source, n, &w);
}
