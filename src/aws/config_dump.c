#include <stdlib.h>

#include "aws/config.h"
#include "aws/config_internal.h"
#include "base/arena.h"
#include "base/secbuf.h"
#include "format/ini.h"
#include "format/jsonout.h"

/* A sub-property to print. */
struct sub {
	struct view key;
	struct view value;
	bool said_again; /* repeated: the last one wins */
};

/* Compares by name, then by the order in the file. */
static int compare_subs(const void *left, const void *right)
{
	const struct sub *const *a = left;
	const struct sub *const *b = right;
	int order = config_compare_names(&(*a)->key, &(*b)->key);

	if (order != 0)
		return order;
	return *a < *b ? -1 : 1;
}

/* Marks repeated sub-properties, without comparing all pairs. */
static bool mark_said_again(struct sub *subs, size_t n, struct arena *arena)
{
	struct sub **sorted =
		arena_alloc(arena, (n + 1) * sizeof(struct sub *));

	if (!sorted)
		return false;
	for (size_t i = 0; i < n; i++)
		sorted[i] = &subs[i];
	qsort(sorted, n, sizeof(struct sub *), compare_subs);
	for (size_t i = 0; i + 1 < n; i++)
		sorted[i]->said_again =
			config_compare_names(&sorted[i]->key,
					     &sorted[i + 1]->key) == 0;
	return true;
}

/* Lists sub-properties in the arena. False when out of memory. */
static bool list_subs(struct arena *arena, const char *text, struct sub **subs,
		      size_t *n)
{
	struct sub next = { 0 };

	*subs = NULL;
	for (*n = 0; ini_subproperty(&text, &next.key, &next.value); ++*n) {
		*subs = arena_room(arena, *subs, *n, sizeof(**subs));
		if (!*subs)
			return false;
		(*subs)[*n] = next;
	}
	return mark_said_again(*subs, *n, arena);
}

static char lower(char c)
{
	if (c >= 'A' && c <= 'Z')
		return (char)(c - 'A' + 'a');
	return c;
}

/* The bytes of a name need no escape in JSON. */
static void dump_name(struct jsonout *out, const struct view *name)
{
	jsonout_next(out);
	jsonout_raw(out, "\"");
	for (size_t i = 0; i < name->len; i++)
		jsonout_raw(out, (char[]){ lower(name->at[i]), '\0' });
	jsonout_raw(out, "\":");
}

static bool dump_value(struct jsonout *out, struct arena *arena,
		       const struct config_value *value)
{
	struct sub *subs;
	size_t n;

	jsonout_key(out, value->key);
	if (value->text[0] != '\n') {
		jsonout_string(out, value->text);
		return true;
	}
	if (!list_subs(arena, value->text, &subs, &n))
		return false;
	jsonout_raw(out, "{");
	for (size_t i = 0; i < n; i++)
		if (!subs[i].said_again) {
			dump_name(out, &subs[i].key);
			jsonout_string_n(out, subs[i].value.at,
					 subs[i].value.len);
		}
	jsonout_raw(out, "}");
	return true;
}

static bool dump_section(struct jsonout *out, struct arena *arena,
			 const struct config_section *section)
{
	bool ok = true;

	jsonout_key(out, section->name);
	jsonout_raw(out, "{");
	for (size_t i = 0; ok && i < section->n_values; i++)
		ok = dump_value(out, arena, &section->values[i]);
	jsonout_raw(out, "}");
	return ok;
}

static bool dump_kind(struct jsonout *out, const struct aws_config *config,
		      enum config_kind kind, const char *title)
{
	const struct config_section *section;
	bool ok = true;

	jsonout_key(out, title);
	jsonout_raw(out, "{");
	for (size_t i = 0; ok && (section = aws_config_nth(config, kind, i));
	     i++)
		ok = dump_section(out, config->arena, section);
	jsonout_raw(out, "}");
	return ok;
}

static bool dump_all(struct secbuf *to, const struct aws_config *config)
{
	struct jsonout json = jsonout_to_secbuf(to);
	struct jsonout *out = &json;
	bool ok;

	jsonout_raw(out, "{");
	ok = dump_kind(out, config, CONFIG_PROFILE, "profiles") &&
	     dump_kind(out, config, CONFIG_SSO_SESSION, "sso_sessions") &&
	     dump_kind(out, config, CONFIG_SERVICES, "services");
	jsonout_raw(out, "}\n");
	return ok;
}

struct secbuf *aws_config_dump(const struct aws_config *config)
{
	struct secbuf *out = NULL;
	bool ok = true;

	/* A secbuf does not grow, so try longer ones. */
	for (size_t cap = 4096 + 2 * config->text_len; ok && !secbuf_ok(out);
	     cap *= 2) {
		secbuf_free(out);
		out = secbuf_new(cap);
		ok = out && dump_all(out, config);
	}
	if (ok)
		return out;
	secbuf_free(out);
	return NULL;
}
