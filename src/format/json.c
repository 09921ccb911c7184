#include "format/json.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdalign.h>
#include <string.h>

#include "base/error.h"
#include "base/secbuf.h"
#include "base/wipe.h"

/*
 * When out of memory, jansson 2.14 may read past the end of its own buffer
 * (strbuffer_append() fails, and lex_scan_string() continues).  Therefore our
 * allocator never returns NULL: it jumps out of the parser, and frees what was
 * allocated from this list.  Only one thread parses.
 */
struct block {
	alignas(max_align_t) struct block *next;
	struct block *before;
};

static struct block blocks = { &blocks, &blocks };
static jmp_buf no_memory;

static void unlink_block(struct block *block)
{
	block->before->next = block->next;
	block->next->before = block->before;
	block->next = block;
	block->before = block;
}

static void *parser_malloc(size_t size)
{
	struct block *block = wipe_malloc(sizeof(*block) + size);

	if (!block)
		longjmp(no_memory, 1);
	block->next = blocks.next;
	block->before = &blocks;
	blocks.next->before = block;
	blocks.next = block;
	return block + 1;
}

static void parser_free(void *p)
{
	struct block *block = p;

	if (!block)
		return;
	unlink_block(--block);
	wipe_free(block);
}

/* Frees what an interrupted call of jansson has allocated. */
static void free_blocks(void)
{
	while (blocks.next != &blocks)
		parser_free(blocks.next + 1);
}

static const json_t *value_of(const struct json *json)
{
	return (const json_t *)json;
}

static json_t *parse(const char *text, size_t len, struct error *err)
{
	json_error_t where;
	json_t *json;

	json_set_alloc_funcs(parser_malloc, parser_free);
	json = json_loadb(text, len, JSON_REJECT_DUPLICATES, &where);
	if (!json)
		(void)error_fail(err, REASON_BAD_JSON,
				 .line = (unsigned)where.line,
				 .number = where.column);
	explicit_bzero(&where, sizeof(where)); /* it quotes the text */
	return json;
}

struct json *json_parse(const char *text, size_t len, struct error *err)
{
	json_t *json;

	if (setjmp(no_memory) != 0) {
		free_blocks();
		(void)error_memory(err);
		return NULL;
	}
	json = parse(text, len, err);
	while (blocks.next != &blocks)
		unlink_block(blocks.next); /* they belong to json from now on */
	return (struct json *)json;
}

void json_free(struct json *json)
{
	json_decref((json_t *)json);
}

const struct json *json_member(const struct json *json, const char *name)
{
	return (const struct json *)json_object_get(value_of(json), name);
}

size_t json_count(const struct json *json)
{
	return json_array_size(value_of(json));
}

const struct json *json_item(const struct json *json, size_t i)
{
	return (const struct json *)json_array_get(value_of(json), i);
}

const char *json_as_text(const struct json *json)
{
	return json_string_value(value_of(json));
}

const char *json_text(const struct json *json, const char *member)
{
	return json_as_text(json_member(json, member));
}

struct secbuf *json_secret(const struct json *json, const char *member,
			   size_t max)
{
	const char *text = json_text(json, member);

	return text && strlen(text) <= max ? secbuf_from(text) : NULL;
}

bool json_number(const struct json *json, const char *member, long long *n)
{
	const json_t *value = value_of(json_member(json, member));

	if (!json_is_integer(value))
		return false;
	*n = json_integer_value(value);
	return true;
}

void json_each(const struct json *json,
	       void (*each)(void *self, const char *name,
			    const struct json *value),
	       void *self)
{
	/* jansson's iterators take no const, and change nothing */
	const union {
		const struct json *given;
		json_t *object;
	} both = { json };

	for (void *at = json_object_iter(both.object); at;
	     at = json_object_iter_next(both.object, at))
		each(self, json_object_iter_key(at),
		     (const struct json *)json_object_iter_value(at));
}

bool json_write(const struct json *json, struct secbuf *out, struct error *err)
{
	size_t room = 0;
	char *at = secbuf_room(out, &room);
	size_t len;

	if (setjmp(no_memory) != 0) {
		free_blocks();
		return error_memory(err);
	}
	len = at ? json_dumpb(value_of(json), at, room, JSON_ENCODE_ANY) : 0;
	if (len == 0 || len > room)
		return error_memory(err);
	secbuf_grew(out, len);
	return true;
}
