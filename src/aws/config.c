#include "aws/config.h"

#include <stdint.h>
#include <string.h>

#include "aws/config_internal.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "base/text.h"
#include "format/ini.h"

#define NEAR_MAX 16 /* closest names to keep */

/* The file that is being added. */
struct source {
	enum config_file which;
	const char *path;
	bool prefixed_default; /* [profile default] hides [default] */
};

static bool add_ignored(struct aws_config *config, const struct source *from,
			const struct ini_section *ini)
{
	size_t n = config->n_ignored;
	struct config_ignored *ignored =
		arena_room(config->arena, config->ignored, n, sizeof(*ignored));

	if (!ignored)
		return false;
	ignored[n] =
		(struct config_ignored){ ini->name, from->path, ini->line };
	config->ignored = ignored;
	config->n_ignored = n + 1;
	return true;
}

/* Returns the text after a word that ends there; NULL: it has another. */
static const char *after_word(const char *text, const char *word)
{
	while (*word != '\0' && *text == *word) {
		text++;
		word++;
	}
	if (*word != '\0')
		return NULL;
	return *text == ' ' || *text == '\t' || *text == '\0' ? text : NULL;
}

static bool read_prefixed(const char *text, struct config_header *header)
{
	static const char *const words[CONFIG_KINDS] = {
		[CONFIG_PROFILE] = "profile",
		[CONFIG_SSO_SESSION] = "sso-session",
		[CONFIG_SERVICES] = "services",
	};

	for (int kind = 0; kind < CONFIG_KINDS; kind++) {
		const char *rest = after_word(text, words[kind]);

		if (rest) {
			header->kind = (enum config_kind)kind;
			return config_name_read(rest, header);
		}
	}
	return false;
}

/* Classifies a section. Returns false if it has no meaning in this file. */
static bool read_header(const struct source *from, const char *text,
			struct config_header *header)
{
	bool is_default = strcmp(text, "default") == 0;

	if (from->which == CONFIG_FILE && !is_default)
		return read_prefixed(text, header);
	if (from->which == CONFIG_FILE && from->prefixed_default)
		return false;
	header->kind = CONFIG_PROFILE;
	header->name = text;
	header->len = strlen(text);
	return !strpbrk(text, " \t\r") && config_name_is_usable(header);
}

static bool has_prefixed_default(const struct ini *ini)
{
	struct config_header header;

	for (size_t i = 0; i < ini->n_sections; i++)
		if (read_prefixed(ini->sections[i].name, &header) &&
		    header.kind == CONFIG_PROFILE &&
		    header.len == strlen("default") &&
		    memcmp(header.name, "default", header.len) == 0)
			return true;
	return false;
}

static bool merge(struct aws_config *config, const struct source *from,
		  const struct ini_section *ini)
{
	const struct piece piece = { .ini = ini,
				     .path = from->path,
				     .from = from->which };
	struct config_header header;
	struct section *section;

	if (!read_header(from, ini->name, &header))
		return add_ignored(config, from, ini);
	section = config_sections_find(config, header.kind, header.name,
				       header.len);
	return section ? config_sections_extend(config, section, &piece)
		       : config_sections_add(config, header.kind, header.name,
					     header.len, &piece) != NULL;
}

struct aws_config *aws_config_new(struct arena *arena)
{
	struct aws_config *config = arena_alloc(arena, sizeof(*config));

	if (!config)
		return NULL;
	config->arena = arena;
	config->pool = arena_alloc(arena, sizeof(*config->pool));
	return config->pool ? config : NULL;
}

bool aws_config_add_ini(struct aws_config *config, enum config_file which,
			const char *path, const struct ini *ini,
			struct error *err)
{
	struct source from = { .which = which };
	bool ok;

	from.path = arena_strdup(config->arena, path);
	from.prefixed_default = has_prefixed_default(ini);
	ok = from.path;
	for (size_t i = 0; ok && i < ini->n_sections; i++)
		ok = merge(config, &from, &ini->sections[i]);
	ok = ok && config_sections_ready(config);
	return ok || error_memory(err);
}

bool aws_config_add(struct aws_config *config, enum config_file which,
		    const char *path, struct secbuf *text, struct error *err)
{
	struct ini ini;

	config->text_len += secbuf_len(text);
	return ini_parse(path, text, config->arena, &ini, err) &&
	       aws_config_add_ini(config, which, path, &ini, err);
}

bool config_header(enum config_file which, const char *text,
		   struct config_header *header)
{
	const struct source from = { .which = which };

	return read_header(&from, text, header);
}

const struct config_section *aws_config_find(const struct aws_config *config,
					     enum config_kind kind,
					     const char *name)
{
	struct section *section =
		config_sections_find(config, kind, name, strlen(name));

	return section ? config_sections_show(config, section) : NULL;
}

const struct config_section *aws_config_nth(const struct aws_config *config,
					    enum config_kind kind, size_t n)
{
	return n < config->n_sections[kind]
		       ? config_sections_show(config, config->sections[kind][n])
		       : NULL;
}

const char *aws_config_nth_name(const struct aws_config *config,
				enum config_kind kind, size_t n)
{
	return n < config->n_sections[kind]
		       ? config->sections[kind][n]->shown.name
		       : NULL;
}

const struct config_ignored *aws_config_ignored(const struct aws_config *config,
						size_t n)
{
	return n < config->n_ignored ? &config->ignored[n] : NULL;
}

const struct config_value *config_value(const struct config_section *section,
					const char *key)
{
	/* Most keys differ in their first byte: no call is needed for these. */
	for (size_t i = 0; i < section->n_values; i++)
		if (section->values[i].key[0] == key[0] &&
		    strcmp(section->values[i].key, key) == 0)
			return &section->values[i];
	return NULL;
}

static char lower(char c)
{
	if (c >= 'A' && c <= 'Z')
		return (char)(c - 'A' + 'a');
	return c;
}

int config_compare_names(const struct view *a, const struct view *b)
{
	for (size_t i = 0; i < a->len && i < b->len; i++)
		if (lower(a->at[i]) != lower(b->at[i]))
			return lower(a->at[i]) < lower(b->at[i]) ? -1 : 1;
	if (a->len == b->len)
		return 0;
	return a->len < b->len ? -1 : 1;
}

const struct config_value *
config_session_token(const struct config_section *section)
{
	const struct config_value *token =
		config_value(section, "aws_security_token");

	if (!token)
		token = config_value(section, "aws_session_token");
	return token && token->text[0] != '\0' ? token : NULL;
}

bool config_subvalue(const struct config_value *value, const char *key,
		     const char **text, size_t *len)
{
	const struct view wanted = { key, strlen(key) };
	const char *rest = value->text;
	struct view name;
	struct view piece;
	bool found = false;

	while (ini_subproperty(&rest, &name, &piece))
		if (config_compare_names(&name, &wanted) == 0) {
			*text = piece.at;
			*len = piece.len;
			found = true;
		}
	return found;
}

/*
 * Returns the distance of a name from the one that was meant; SIZE_MAX if it is
 * too far to suggest.
 */
static size_t rank(const char *meant, const char *name)
{
	size_t limit = 1 + strlen(meant) / 4;
	size_t distance;

	if (text_equal_nocase(meant, name))
		return 0;
	distance = text_distance(meant, name);
	if (distance <= limit && distance < strlen(meant))
		return distance;
	return strlen(meant) > 2 && strstr(name, meant) ? limit + 1 : SIZE_MAX;
}

size_t aws_config_nearest(const struct aws_config *config, const char *name,
			  const char **nearest, size_t max)
{
	size_t ranks[NEAR_MAX];
	size_t n = 0;

	max = max < NEAR_MAX ? max : NEAR_MAX;
	for (size_t i = 0; i < config->n_sections[CONFIG_PROFILE]; i++) {
		const char *candidate =
			config->sections[CONFIG_PROFILE][i]->shown.name;
		size_t mine = rank(name, candidate);
		size_t at = n;

		while (at > 0 && ranks[at - 1] > mine)
			at--;
		if (mine == SIZE_MAX || at == max)
			continue;
		n = n < max ? n + 1 : max;
		memmove(ranks + at + 1, ranks + at,
			(n - at - 1) * sizeof(ranks[0]));
		memmove(nearest + at + 1, nearest + at,
			(n - at - 1) * sizeof(nearest[0]));
		ranks[at] = mine;
		nearest[at] = candidate;
	}
	return n;
}
