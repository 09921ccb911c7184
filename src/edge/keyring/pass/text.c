#include "base/text.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "crypto/name.h"
#include "edge/keyring/pass/pass_internal.h"

#define NAME_MAX_LEN (PASS_NAME_LEN - 16) /* leaves room for ".gpg" */
#define FIRST        "rolekey item 1\n"
#define TEXT_MAX     4096

static bool is_plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || (c != '\0' && strchr("._@+=,-", c));
}

static void digest(const char *text, char name[static PASS_NAME_LEN])
{
	struct name_state state;
	char hex[NAME_LEN];

	name_begin(&state, "pass name");
	name_add(&state, text);
	name_end(&state, hex);
	(void)snprintf(name, PASS_NAME_LEN, "%%%s", hex);
}

/* A name with a leading dot would be hidden, or leave the folder. */
void pass_text_name(const char *text, char name[static PASS_NAME_LEN])
{
	size_t at = 0;

	for (const char *c = text; *c != '\0'; c++) {
		if (at + 4 > NAME_MAX_LEN) {
			digest(text, name);
			return;
		}
		if (is_plain(*c) && !(at == 0 && *c == '.'))
			name[at++] = *c;
		else
			at += (size_t)snprintf(name + at, 4, "%%%02X",
					       (unsigned char)*c);
	}
	name[at] = '\0';
}

static int hex_digit(char c)
{
	static const char digits[] = "0123456789ABCDEF";
	const char *at = c != '\0' ? strchr(digits, c) : NULL;

	return at ? (int)(at - digits) : -1;
}

static bool is_digest(const char *name, size_t len)
{
	return len == NAME_LEN && name[0] == '%' &&
	       strspn(name + 1, "0123456789abcdef") >= len - 1;
}

const char *pass_text_unname(const char *name, size_t len, struct arena *arena)
{
	char *text;
	size_t at = 0;

	if (is_digest(name, len))
		return NULL;
	text = arena_alloc(arena, len + 1);
	for (size_t i = 0; text && i < len; i++) {
		int high = 0;
		int low = (unsigned char)name[i];

		if (name[i] == '%') {
			high = i + 2 < len ? hex_digit(name[i + 1]) : -1;
			low = i + 2 < len ? hex_digit(name[i + 2]) : -1;
			i += 2;
		}
		if (high < 0 || low < 0)
			return NULL;
		text[at++] = (char)(high * 16 + low);
	}
	if (text)
		text[at] = '\0';
	return text;
}

static bool add_line(struct secbuf *text, const char *name, const char *value)
{
	value = value ? value : "";
	if (strchr(value, '\n') || strlen(value) > TEXT_MAX)
		return false;
	secbuf_puts(text, name);
	secbuf_puts(text, " ");
	secbuf_puts(text, value);
	secbuf_puts(text, "\n");
	return true;
}

static bool bad_text(const struct keyring_item *item, struct error *err)
{
	const struct {
		const char *key, *text;
	} fields[] = { { "kind", item->kind },
		       { "name", item->name },
		       { "label", item->label },
		       { "origin", item->origin } };

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (fields[i].text && strchr(fields[i].text, '\n'))
			return error_fail(err, REASON_BAD_ITEM_TEXT,
					  .key = fields[i].key,
					  .value = fields[i].text);
	return error_fail(err, REASON_ITEM_TOO_LONG, .key = "text",
			  .number = TEXT_MAX);
}

struct secbuf *pass_text_write(const struct keyring_item *item,
			       const struct secbuf *value, struct error *err)
{
	struct secbuf *text = secbuf_new(PASS_VALUE_MAX);
	char expires[24];
	bool ok;

	(void)snprintf(expires, sizeof(expires), "%lld",
		       (long long)item->expires);
	secbuf_puts(text, FIRST);
	ok = add_line(text, "kind", item->kind) &&
	     add_line(text, "name", item->name) &&
	     add_line(text, "label", item->label) &&
	     add_line(text, "origin", item->origin) &&
	     add_line(text, "expires", expires);
	secbuf_puts(text, "\n");
	secbuf_join(text, value);
	if (ok && secbuf_ok(text))
		return text;
	(void)(text ? bad_text(item, err) : error_memory(err));
	secbuf_free(text);
	return NULL;
}

/*
 * Returns the value of the line "NAME VALUE" at *at and moves *at after it.
 * NULL for another line.
 */
static const char *take_line(const struct secbuf *text, size_t *at,
			     const char *name, struct arena *arena)
{
	const char *from = secbuf_text(text) + *at;
	size_t left = secbuf_len(text) - *at;
	const char *end = memchr(from, '\n', left);
	size_t len = strlen(name);

	if (!end || (size_t)(end - from) <= len ||
	    memcmp(from, name, len) != 0 || from[len] != ' ')
		return NULL;
	*at += (size_t)(end - from) + 1;
	return arena_strndup(arena, from + len + 1,
			     (size_t)(end - from) - len - 1);
}

bool pass_text_read(const struct secbuf *text, struct arena *arena,
		    struct keyring_item *item, size_t *value_at)
{
	const char *expires;
	size_t at = strlen(FIRST);

	*item = (struct keyring_item){ 0 };
	if (secbuf_len(text) < at || memcmp(secbuf_text(text), FIRST, at) != 0)
		return false;
	item->kind = take_line(text, &at, "kind", arena);
	item->name = item->kind ? take_line(text, &at, "name", arena) : NULL;
	item->label = item->name ? take_line(text, &at, "label", arena) : NULL;
	item->origin =
		item->label ? take_line(text, &at, "origin", arena) : NULL;
	expires = item->origin ? take_line(text, &at, "expires", arena) : NULL;
	if (!expires || !text_number(expires, 0, INT64_MAX, &item->expires) ||
	    at == secbuf_len(text) || secbuf_text(text)[at] != '\n')
		return false;
	*value_at = at + 1;
	return true;
}
