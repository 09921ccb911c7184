#include <stdint.h>
#include <string.h>

#include "aws/config_internal.h"
#include "base/arena.h"
#include "base/view.h"
#include "format/ini.h"

#define FIRST_BUCKETS 16 /* a power of two */
#define SLOTS_MAX     4  /* per value, at most */

/* Computes FNV-1a with 32 bits, in 64 so that it cannot overflow. */
static uint32_t hash_name(uint64_t seed, const char *name, size_t len)
{
	uint64_t hash = UINT64_C(0x811c9dc5) ^ seed;

	for (size_t i = 0; i < len; i++) {
		hash ^= (unsigned char)name[i];
		hash = hash * UINT64_C(0x01000193) & UINT32_MAX;
	}
	return (uint32_t)(hash ^ hash >> 16);
}

/* --- memory ----------------------------------------------------------------- */

/* What the files can have. */
struct size {
	size_t sections; /* of the files that are not listed yet */
	size_t names;    /* bytes of their names */
	size_t all;      /* sections of all files */
	size_t values;   /* of all files */
};

static struct size measure(const struct known *known)
{
	struct size size = { 0 };

	for (const struct source *s = known->sources; s; s = s->next) {
		size.all += s->ini.n_sections;
		size.values += s->ini.n_lines - s->ini.n_sections;
		if (s->listed)
			continue;
		size.sections += s->ini.n_sections;
		size.names += s->ini.names_len;
	}
	return size;
}

/* A block of memory that is divided. */
struct block {
	char *at;
};

static void *take(struct block *block, size_t n, size_t size)
{
	void *p = block->at;

	block->at += n * size;
	return p;
}

static void make_pool(struct known *known, const struct size *size,
		      struct block *block)
{
	struct pool *pool = &known->pool;

	pool->sections = take(block, size->sections, sizeof(*pool->sections));
	pool->pieces = take(block, size->sections, sizeof(*pool->pieces));
	pool->values = take(block, size->values, sizeof(*pool->values));
	pool->slots =
		take(block, SLOTS_MAX * size->values, sizeof(*pool->slots));
	pool->left = size->values;
}

static void make_lists(struct known *known, size_t max, struct block *block)
{
	struct config_ignored *ignored = take(block, max, sizeof(*ignored));

	if (known->n_ignored > 0)
		memcpy(ignored, known->ignored,
		       known->n_ignored * sizeof(*ignored));
	known->ignored = ignored;
	for (int i = 0; i < CONFIG_KINDS; i++) {
		struct section **list =
			take(block, max, sizeof(struct section *));

		if (known->n_sections[i] > 0)
			memcpy(list, known->sections[i],
			       known->n_sections[i] * sizeof(struct section *));
		known->sections[i] = list;
	}
}

static void put_in_index(struct known *known, struct section *section)
{
	struct section **bucket =
		&known->buckets[section->hash & (known->n_buckets - 1)];

	section->next = *bucket;
	*bucket = section;
}

/* Sorts the known sections into n buckets. */
static void make_index(struct known *known, size_t n, struct block *block)
{
	struct section **old = known->buckets;
	size_t n_old = known->n_buckets;
	struct section *next;

	known->buckets = take(block, n, sizeof(struct section *));
	known->n_buckets = n;
	for (size_t i = 0; i < n_old; i++)
		for (struct section *s = old[i]; s; s = next) {
			next = s->next;
			put_in_index(known, s);
		}
}

static size_t buckets_for(size_t sections)
{
	size_t n = FIRST_BUCKETS;

	while (n < sections)
		n *= 2;
	return n;
}

bool config_sections_ready(struct known *known)
{
	struct size size = measure(known);
	size_t n_buckets = buckets_for(size.all);
	size_t len = size.sections *
			     (sizeof(struct section) + sizeof(struct piece)) +
		     size.values * (sizeof(struct config_value) +
				    SLOTS_MAX * sizeof(uint32_t)) +
		     size.all * (sizeof(struct config_ignored) +
				 CONFIG_KINDS * sizeof(struct section *)) +
		     n_buckets * sizeof(struct section *) + size.names;
	struct block block = { arena_alloc(known->arena, len) };

	if (!block.at)
		return false;
	make_pool(known, &size, &block);
	make_lists(known, size.all, &block);
	make_index(known, n_buckets, &block);
	known->pool.names = block.at;
	return true;
}

/* --- by name ----------------------------------------------------------------- */

struct section *config_sections_find(const struct known *known,
				     enum config_kind kind,
				     const struct view *name)
{
	uint32_t hash = hash_name((uint64_t)kind, name->at, name->len);
	struct section *section = NULL;

	if (known->n_buckets > 0)
		section = known->buckets[hash & (known->n_buckets - 1)];
	while (section &&
	       !(section->hash == hash && section->shown.kind == kind &&
		 view_equals(*name, section->shown.name)))
		section = section->next;
	return section;
}

/* There is room for one more of a file that is not listed. */
static struct section *make_section(struct known *known,
				    const struct config_header *header,
				    const struct source *source, size_t n)
{
	struct section *section = known->pool.sections++;
	char *name = known->pool.names;

	known->pool.names += header->len + 1;
	memcpy(name, header->name, header->len);
	name[header->len] = '\0';
	section->shown =
		(struct config_section){ .kind = header->kind,
					 .name = name,
					 .file = source->path,
					 .line = source->ini.heads[n].line };
	section->hash = hash_name((uint64_t)header->kind, name, header->len);
	section->last = &section->unread;
	put_in_index(known, section);
	known->n++;
	return section;
}

void config_sections_add(struct known *known, struct section **section,
			 const struct config_header *header,
			 struct source *source, size_t n)
{
	struct piece *piece = known->pool.pieces++;

	if (!*section)
		*section = make_section(known, header, source, n);
	*piece = (struct piece){ .source = source, .n = n };
	*(*section)->last = piece;
	(*section)->last = &piece->next;
}

/* --- values ------------------------------------------------------------------- */

/*
 * The values of a section while it is parsed, and for each key its index + 1.
 */
struct reading {
	struct config_value *values;
	size_t n_values;
	uint32_t *slots;
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
	return r;
}

/*
 * Stores a value.  A repeated key keeps its first place and takes its last
 * value.
 */
static void put_value(struct reading *r, const struct config_value *value)
{
	uint64_t at = hash_name(0, value->key, strlen(value->key));
	uint32_t *slot = &r->slots[at & (r->n_slots - 1)];

	while (*slot > 0 && strcmp(r->values[*slot - 1].key, value->key) != 0)
		slot = &r->slots[++at & (r->n_slots - 1)];
	if (*slot == 0)
		*slot = (uint32_t)++r->n_values;
	r->values[*slot - 1] = *value;
}

static void read_piece(struct reading *r, const struct piece *piece)
{
	struct ini_section section = ini_section(&piece->source->ini, piece->n);
	struct ini_walk walk = ini_walk(&section);
	struct ini_property p;

	while (ini_next(&walk, &p))
		if (ini_is_name(p.key, strlen(p.key)))
			put_value(r, &(struct config_value){
					     .key = p.key,
					     .text = p.value,
					     .file = piece->source->path,
					     .line = p.line,
					     .from = piece->source->which });
}

/* Returns how many values the section has at most. */
static size_t count_values(const struct section *section)
{
	size_t n = section->shown.n_values;

	for (const struct piece *p = section->unread; p; p = p->next)
		n += ini_section(&p->source->ini, p->n).n_lines;
	return n;
}

const struct config_section *config_sections_show(struct known *known,
						  struct section *section)
{
	struct config_section *shown = &section->shown;
	struct reading r;
	size_t n;

	if (!section->unread)
		return shown;
	n = count_values(section);
	/* There is room, unless the caller ignored a failure. */
	if (n > known->pool.left)
		return shown;
	r = begin(&known->pool, n);
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
