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

struct aws_config *aws_config_new(struct arena *arena)
{
	struct aws_config *config = arena_alloc(arena, sizeof(*config));

	if (!config)
		return NULL;
	config->arena = arena;
	config->known = arena_alloc(arena, sizeof(*config->known));
	if (!config->known)
		return NULL;
	config->known->arena = arena;
	config->known->last_source = &config->known->sources;
	return config;
}

/* Drops all files: without memory nothing can be found in them. */
static void forget(struct known *known)
{
	for (struct source *s = known->sources; s; s = s->next)
		s->ini = (struct ini){ 0 };
	known->n_buckets = 0;
}

bool aws_config_add_ini(struct aws_config *config, enum config_file which,
			const char *path, const struct ini *ini,
			struct error *err)
{
	struct known *known = config->known;
	struct source *source = arena_alloc(config->arena, sizeof(*source));
	const char *copy = arena_strdup(config->arena, path);
	bool list = known->n > 0 || known->listed;

	if (!source || !copy)
		return error_memory(err);
	if (list)
		config_search_all(known); /* in the files so far */
	*source = (struct source){ .ini = *ini,
				   .path = copy,
				   .which = which,
				   .number = ++known->n_sources };
	*known->last_source = source;
	known->last_source = &source->next;
	known->listed = false;
	if (!config_sections_ready(known)) {
		forget(known);
		return error_memory(err);
	}
	if (list)
		config_search_all(known);
	return true;
}

bool aws_config_add(struct aws_config *config, enum config_file which,
		    const char *path, struct secbuf *text, struct error *err)
{
	struct ini ini;

	config->text_len += secbuf_len(text);
	return ini_parse(path, text, config->arena, &ini, err) &&
	       aws_config_add_ini(config, which, path, &ini, err);
}

const struct config_section *aws_config_find(const struct aws_config *config,
					     enum config_kind kind,
					     const char *name)
{
	struct section *section = config_search(config->known, kind, name);

	return section ? config_sections_show(config->known, section) : NULL;
}

const struct config_section *aws_config_nth(const struct aws_config *config,
					    enum config_kind kind, size_t n)
{
	config_search_all(config->known);
	return n < config->known->n_sections[kind]
		       ? config_sections_show(config->known,
					      config->known->sections[kind][n])
		       : NULL;
}

const char *aws_config_nth_name(const struct aws_config *config,
				enum config_kind kind, size_t n)
{
	config_search_all(config->known);
	return n < config->known->n_sections[kind]
		       ? config->known->sections[kind][n]->shown.name
		       : NULL;
}

const struct config_ignored *aws_config_ignored(const struct aws_config *config,
						size_t n)
{
	config_search_all(config->known);
	return n < config->known->n_ignored ? &config->known->ignored[n] : NULL;
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

	config_search_all(config->known);
	max = max < NEAR_MAX ? max : NEAR_MAX;
	for (size_t i = 0; i < config->known->n_sections[CONFIG_PROFILE]; i++) {
		const char *candidate =
			config->known->sections[CONFIG_PROFILE][i]->shown.name;
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
