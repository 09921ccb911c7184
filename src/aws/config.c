#include "aws/config.h"

#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "base/text.h"
#include "format/ini.h"
#include "format/jsonout.h"

#define N_KINDS       3
#define FIRST_BUCKETS 64 /* a power of two */
#define NEAR_MAX      16 /* nearest names kept */

struct section {
	struct config_section shown; /* first: what the doors give out */
	struct config_value *values; /* the same as shown.values */
};

/*
 * One index for sections and for the values in them, so that files of any
 * size are read in a time that grows with their size.
 */
struct entry {
	struct entry *next;
	uint64_t hash;
	struct section *section;
	size_t value; /* its index, or IS_SECTION */
};

#define IS_SECTION SIZE_MAX

struct aws_config {
	struct arena *arena;
	struct section **sections[N_KINDS];
	size_t n_sections[N_KINDS];
	struct config_ignored *ignored;
	size_t n_ignored;
	struct entry **buckets;
	size_t n_buckets;
	size_t n_entries;
	size_t text_len; /* bytes of all files, to guess a dump's length */
};

/* The file that is being added. */
struct source {
	enum config_file which;
	const char *path;
	bool prefixed_default; /* [profile default] makes [default] nothing */
};

/* What the brackets say. */
struct header {
	enum config_kind kind;
	const char *name;
	size_t len;
};

/* FNV-1a of 32 bits, in 64 that it cannot overflow, over owner and name. */
static uint64_t hash_name(uint64_t owner, const char *name, size_t len)
{
	uint64_t hash = UINT64_C(0x811c9dc5) ^ (owner & UINT32_MAX);

	for (size_t i = 0; i < len; i++) {
		hash ^= (unsigned char)name[i];
		hash = hash * UINT64_C(0x01000193) & UINT32_MAX;
	}
	return hash ^ hash >> 16;
}

static uint64_t hash_section(enum config_kind kind, const char *name,
			     size_t len)
{
	return hash_name((uint64_t)kind, name, len);
}

static uint64_t hash_value(const struct section *section, const char *key)
{
	return hash_name((uint64_t)(uintptr_t)section >> 3, key, strlen(key));
}

static bool grow_index(struct aws_config *config)
{
	size_t n =
		config->n_buckets == 0 ? FIRST_BUCKETS : 2 * config->n_buckets;
	struct entry **buckets =
		arena_alloc(config->arena, n * sizeof(struct entry *));
	struct entry *next;

	if (!buckets)
		return false;
	for (size_t i = 0; i < config->n_buckets; i++)
		for (struct entry *e = config->buckets[i]; e; e = next) {
			next = e->next;
			e->next = buckets[e->hash & (n - 1)];
			buckets[e->hash & (n - 1)] = e;
		}
	config->buckets = buckets;
	config->n_buckets = n;
	return true;
}

static bool remember(struct aws_config *config, struct section *section,
		     size_t value, uint64_t hash)
{
	struct entry *entry = arena_alloc(config->arena, sizeof(*entry));
	struct entry **bucket;

	if (!entry ||
	    (config->n_entries >= config->n_buckets && !grow_index(config)))
		return false;
	bucket = &config->buckets[hash & (config->n_buckets - 1)];
	*entry = (struct entry){ *bucket, hash, section, value };
	*bucket = entry;
	config->n_entries++;
	return true;
}

static struct entry *first_entry(const struct aws_config *config, uint64_t hash)
{
	return config->n_buckets == 0
		       ? NULL
		       : config->buckets[hash & (config->n_buckets - 1)];
}

static struct section *find_section(const struct aws_config *config,
				    enum config_kind kind, const char *name,
				    size_t len)
{
	uint64_t hash = hash_section(kind, name, len);

	for (struct entry *e = first_entry(config, hash); e; e = e->next) {
		const struct config_section *shown = &e->section->shown;

		if (e->hash == hash && e->value == IS_SECTION &&
		    shown->kind == kind && strlen(shown->name) == len &&
		    memcmp(shown->name, name, len) == 0)
			return e->section;
	}
	return NULL;
}

static struct config_value *find_value(const struct aws_config *config,
				       const struct section *section,
				       const char *key)
{
	uint64_t hash = hash_value(section, key);

	for (struct entry *e = first_entry(config, hash); e; e = e->next)
		if (e->hash == hash && e->section == section &&
		    e->value != IS_SECTION &&
		    strcmp(section->values[e->value].key, key) == 0)
			return &section->values[e->value];
	return NULL;
}

static struct section *add_section(struct aws_config *config,
				   const struct source *from,
				   const struct header *header, unsigned line)
{
	struct section *section = arena_alloc(config->arena, sizeof(*section));
	size_t n = config->n_sections[header->kind];
	struct section **list =
		arena_room(config->arena, config->sections[header->kind], n,
			   sizeof(struct section *));
	const char *name =
		arena_strndup(config->arena, header->name, header->len);

	if (!section || !list || !name ||
	    !remember(config, section, IS_SECTION,
		      hash_section(header->kind, name, header->len)))
		return NULL;
	section->shown = (struct config_section){ .kind = header->kind,
						  .name = name,
						  .file = from->path,
						  .line = line };
	list[n] = section;
	config->sections[header->kind] = list;
	config->n_sections[header->kind] = n + 1;
	return section;
}

static bool add_value(struct aws_config *config, struct section *section,
		      const struct config_value *value)
{
	struct config_value *old = find_value(config, section, value->key);
	size_t n = section->shown.n_values;
	struct config_value *values;

	if (old) {
		*old = *value;
		return true;
	}
	values = arena_room(config->arena, section->values, n, sizeof(*values));
	if (!values ||
	    !remember(config, section, n, hash_value(section, value->key)))
		return false;
	values[n] = *value;
	section->values = values;
	section->shown.values = values;
	section->shown.n_values = n + 1;
	return true;
}

static bool add_values(struct aws_config *config, const struct source *from,
		       struct section *section, const struct ini_section *ini)
{
	for (size_t i = 0; i < ini->n_properties; i++) {
		const struct ini_property *p = &ini->properties[i];

		if (ini_is_name(p->key, strlen(p->key)) &&
		    !add_value(config, section,
			       &(struct config_value){ .key = p->key,
						       .text = p->value,
						       .file = from->path,
						       .line = p->line,
						       .from = from->which }))
			return false;
	}
	return true;
}

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

/* The name behind a word: botocore's quotes are taken off. */
static void take_name(const char *text, struct header *header)
{
	size_t len;

	text += strspn(text, " \t");
	len = strlen(text);
	if (len >= 2 && text[0] == '"' && text[len - 1] == '"') {
		text++;
		len -= 2;
	}
	header->name = text;
	header->len = len;
}

static bool read_prefixed(const char *text, struct header *header)
{
	static const char *const words[N_KINDS] = {
		[CONFIG_PROFILE] = "profile",
		[CONFIG_SSO_SESSION] = "sso-session",
		[CONFIG_SERVICES] = "services",
	};
	size_t len = strcspn(text, " \t");

	for (int kind = 0; kind < N_KINDS; kind++)
		if (len == strlen(words[kind]) &&
		    memcmp(text, words[kind], len) == 0) {
			header->kind = (enum config_kind)kind;
			take_name(text + len, header);
			return ini_is_name(header->name, header->len);
		}
	return false;
}

/* False: the section means nothing in this file. */
static bool read_header(const struct source *from, const char *text,
			struct header *header)
{
	bool is_default = strcmp(text, "default") == 0;

	if (from->which == CONFIG_FILE && !is_default)
		return read_prefixed(text, header);
	if (from->which == CONFIG_FILE && from->prefixed_default)
		return false;
	*header = (struct header){ CONFIG_PROFILE, text, strlen(text) };
	return ini_is_name(header->name, header->len);
}

static bool has_prefixed_default(const struct ini *ini)
{
	struct header header;

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
	struct header header;
	struct section *section;

	if (!read_header(from, ini->name, &header))
		return add_ignored(config, from, ini);
	section = find_section(config, header.kind, header.name, header.len);
	if (!section)
		section = add_section(config, from, &header, ini->line);
	return section && add_values(config, from, section, ini);
}

struct aws_config *aws_config_new(struct arena *arena)
{
	struct aws_config *config = arena_alloc(arena, sizeof(*config));

	if (config)
		config->arena = arena;
	return config;
}

bool aws_config_add(struct aws_config *config, enum config_file which,
		    const char *path, struct secbuf *text, struct error *err)
{
	struct source from = { .which = which };
	struct ini ini;

	if (!ini_parse(path, text, config->arena, &ini, err))
		return false;
	config->text_len += secbuf_len(text);
	from.path = arena_strdup(config->arena, path);
	from.prefixed_default = has_prefixed_default(&ini);
	for (size_t i = 0; from.path && i < ini.n_sections; i++)
		if (!merge(config, &from, &ini.sections[i]))
			from.path = NULL;
	return from.path ||
	       error_set(err, ERROR_MEMORY, "no memory for %s", path);
}

const struct config_section *aws_config_find(const struct aws_config *config,
					     enum config_kind kind,
					     const char *name)
{
	struct section *section =
		find_section(config, kind, name, strlen(name));

	return section ? &section->shown : NULL;
}

const struct config_section *aws_config_nth(const struct aws_config *config,
					    enum config_kind kind, size_t n)
{
	return n < config->n_sections[kind] ? &config->sections[kind][n]->shown
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
	for (size_t i = 0; i < section->n_values; i++)
		if (strcmp(section->values[i].key, key) == 0)
			return &section->values[i];
	return NULL;
}

static char lower(char c)
{
	if (c >= 'A' && c <= 'Z')
		return (char)(c - 'A' + 'a');
	return c;
}

static bool same_name(const struct ini_piece *a, const struct ini_piece *b)
{
	if (a->len != b->len)
		return false;
	for (size_t i = 0; i < a->len; i++)
		if (lower(a->text[i]) != lower(b->text[i]))
			return false;
	return true;
}

bool config_subvalue(const struct config_value *value, const char *key,
		     const char **text, size_t *len)
{
	const struct ini_piece wanted = { key, strlen(key) };
	const char *rest = value->text;
	struct ini_piece name;
	struct ini_piece piece;
	bool found = false;

	while (ini_subproperty(&rest, &name, &piece))
		if (same_name(&name, &wanted)) {
			*text = piece.text;
			*len = piece.len;
			found = true;
		}
	return found;
}

/* How far a name is from what was meant; SIZE_MAX is not worth saying. */
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

/* Of a sub-property that is said twice the last counts. */
static bool said_again(const char *rest, const struct ini_piece *key)
{
	struct ini_piece other;
	struct ini_piece value;

	while (ini_subproperty(&rest, &other, &value))
		if (same_name(key, &other))
			return true;
	return false;
}

/* The bytes of a name need no escape in JSON. */
static void dump_name(struct secbuf *out, const struct ini_piece *name)
{
	jsonout_next(out);
	secbuf_puts(out, "\"");
	for (size_t i = 0; i < name->len; i++)
		secbuf_add(out, &(char){ lower(name->text[i]) }, 1);
	secbuf_puts(out, "\":");
}

static void dump_value(struct secbuf *out, const struct config_value *value)
{
	const char *rest = value->text;
	struct ini_piece key;
	struct ini_piece piece;

	jsonout_key(out, value->key);
	if (rest[0] != '\n') {
		jsonout_string(out, rest);
		return;
	}
	secbuf_puts(out, "{");
	while (ini_subproperty(&rest, &key, &piece))
		if (!said_again(rest, &key)) {
			dump_name(out, &key);
			jsonout_string_n(out, piece.text, piece.len);
		}
	secbuf_puts(out, "}");
}

static void dump_kind(struct secbuf *out, const struct aws_config *config,
		      enum config_kind kind, const char *title)
{
	jsonout_key(out, title);
	secbuf_puts(out, "{");
	for (size_t i = 0; i < config->n_sections[kind]; i++) {
		const struct config_section *section =
			&config->sections[kind][i]->shown;

		jsonout_key(out, section->name);
		secbuf_puts(out, "{");
		for (size_t v = 0; v < section->n_values; v++)
			dump_value(out, &section->values[v]);
		secbuf_puts(out, "}");
	}
	secbuf_puts(out, "}");
}

struct secbuf *aws_config_dump(const struct aws_config *config)
{
	struct secbuf *out = NULL;

	/* A secbuf does not grow, so a longer one is tried. */
	for (size_t cap = 4096 + 2 * config->text_len; !secbuf_ok(out);
	     cap *= 2) {
		secbuf_free(out);
		out = secbuf_new(cap);
		if (!out)
			return NULL;
		secbuf_puts(out, "{");
		dump_kind(out, config, CONFIG_PROFILE, "profiles");
		dump_kind(out, config, CONFIG_SSO_SESSION, "sso_sessions");
		dump_kind(out, config, CONFIG_SERVICES, "services");
		secbuf_puts(out, "}\n");
	}
	return out;
}
