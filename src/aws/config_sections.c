#include <string.h>

#include "aws/config_internal.h"
#include "base/arena.h"
#include "format/ini.h"

#define FIRST_BUCKETS 64 /* a power of two */
#define SLOTS_MAX     4  /* per value, at most */

/* Computes FNV-1a with 32 bits, in 64 so that it cannot overflow. */
static uint64_t hash_name(uint64_t seed, const char *name, size_t len)
{
	uint64_t hash = UINT64_C(0x811c9dc5) ^ seed;

	for (size_t i = 0; i < len; i++) {
		hash ^= (unsigned char)name[i];
		hash = hash * UINT64_C(0x01000193) & UINT32_MAX;
	}
	return hash ^ hash >> 16;
}

/* --- by name ----------------------------------------------------------------- */

static bool grow_index(struct aws_config *config)
{
	size_t n =
		config->n_buckets == 0 ? FIRST_BUCKETS : 2 * config->n_buckets;
	struct section **buckets =
		arena_alloc(config->arena, n * sizeof(struct section *));
	struct section *next;

	if (!buckets)
		return false;
	for (size_t i = 0; i < config->n_buckets; i++)
		for (struct section *s = config->buckets[i]; s; s = next) {
			next = s->next;
			s->next = buckets[s->hash & (n - 1)];
			buckets[s->hash & (n - 1)] = s;
		}
	config->buckets = buckets;
	config->n_buckets = n;
	return true;
}

static bool put_in_index(struct aws_config *config, struct section *section)
{
	struct section **bucket;

	if (config->n_indexed >= config->n_buckets && !grow_index(config))
		return false;
	bucket = &config->buckets[section->hash & (config->n_buckets - 1)];
	section->next = *bucket;
	*bucket = section;
	config->n_indexed++;
	return true;
}

static bool put_in_list(struct aws_config *config, struct section *section)
{
	enum config_kind kind = section->shown.kind;
	size_t n = config->n_sections[kind];
	struct section **list =
		arena_room(config->arena, config->sections[kind], n,
			   sizeof(struct section *));

	if (!list)
		return false;
	list[n] = section;
	config->sections[kind] = list;
	config->n_sections[kind] = n + 1;
	return true;
}

struct section *config_sections_find(const struct aws_config *config,
				     enum config_kind kind, const char *name,
				     size_t len)
{
	uint64_t hash = hash_name((uint64_t)kind, name, len);
	struct section *section = NULL;

	if (config->n_buckets > 0)
		section = config->buckets[hash & (config->n_buckets - 1)];
	while (section &&
	       !(section->hash == hash && section->shown.kind == kind &&
		 strlen(section->shown.name) == len &&
		 memcmp(section->shown.name, name, len) == 0))
		section = section->next;
	return section;
}

struct section *config_sections_add(struct aws_config *config,
				    enum config_kind kind, const char *name,
				    size_t len, const struct piece *piece)
{
	struct section *section = arena_alloc(config->arena, sizeof(*section));
	const char *copy = arena_strndup(config->arena, name, len);

	if (!section || !copy)
		return NULL;
	section->shown = (struct config_section){ .kind = kind,
						  .name = copy,
						  .file = piece->path,
						  .line = piece->ini->line };
	section->hash = hash_name((uint64_t)kind, name, len);
	section->last = &section->unread;
	if (!config_sections_extend(config, section, piece) ||
	    !put_in_index(config, section) || !put_in_list(config, section))
		return NULL;
	return section;
}

bool config_sections_extend(struct aws_config *config, struct section *section,
			    const struct piece *piece)
{
	struct piece *copy = arena_alloc(config->arena, sizeof(*copy));

	if (!copy)
		return false;
	if (!section->unread) /* values parsed before move with it */
		config->pool->wanted += section->n_max;
	*copy = *piece;
	*section->last = copy;
	section->last = &copy->next;
	section->n_max += piece->ini->n_properties;
	config->pool->wanted += piece->ini->n_properties;
	return true;
}

/* --- values ------------------------------------------------------------------- */

bool config_sections_ready(struct aws_config *config)
{
	struct pool *pool = config->pool;
	size_t n = pool->wanted;

	pool->values = arena_alloc(config->arena, n * sizeof(*pool->values));
	pool->slots = arena_alloc(config->arena,
				  SLOTS_MAX * n * sizeof(*pool->slots));
	pool->left = pool->values && pool->slots ? n : 0;
	return pool->left == n;
}

/*
 * The values of a section while it is parsed, and for each key its index + 1.
 */
struct reading {
	struct config_value *values;
	size_t n_values;
	size_t *slots;
	size_t n_slots; /* a power of two, at least twice the values */
};

static struct reading begin(struct pool *pool, size_t n_max)
{
	struct reading r = { .values = pool->values,
			     .slots = pool->slots,
			     .n_slots = n_max > 0 ? 2 : 0 };

	while (r.n_slots < 2 * n_max)
		r.n_slots *= 2;
	pool->values += n_max;
	pool->slots += r.n_slots;
	pool->left -= n_max;
	pool->wanted -= n_max;
	return r;
}

/*
 * Stores a value.  A repeated key keeps its first place and takes its last
 * value.
 */
static void put_value(struct reading *r, const struct config_value *value)
{
	uint64_t at = hash_name(0, value->key, strlen(value->key));
	size_t *slot = &r->slots[at & (r->n_slots - 1)];

	while (*slot > 0 && strcmp(r->values[*slot - 1].key, value->key) != 0)
		slot = &r->slots[++at & (r->n_slots - 1)];
	if (*slot == 0)
		*slot = ++r->n_values;
	r->values[*slot - 1] = *value;
}

static void read_piece(struct reading *r, const struct piece *piece)
{
	struct ini_walk walk = ini_walk(piece->ini);
	struct ini_property p;

	while (ini_next(&walk, &p))
		if (ini_is_name(p.key, strlen(p.key)))
			put_value(r, &(struct config_value){
					     .key = p.key,
					     .text = p.value,
					     .file = piece->path,
					     .line = p.line,
					     .from = piece->from });
}

const struct config_section *
config_sections_show(const struct aws_config *config, struct section *section)
{
	struct config_section *shown = &section->shown;
	struct reading r;

	/* There is room, unless the caller ignored a failure. */
	if (!section->unread || section->n_max > config->pool->left)
		return shown;
	r = begin(config->pool, section->n_max);
	for (size_t i = 0; i < shown->n_values; i++)
		put_value(&r, &shown->values[i]);
	for (const struct piece *p = section->unread; p; p = p->next)
		read_piece(&r, p);
	section->unread = NULL;
	section->last = &section->unread;
	shown->values = r.values;
	shown->n_values = r.n_values;
	return shown;
}
