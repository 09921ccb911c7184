#include <stdlib.h>
#include <string.h>

#include "aws/arn.h"
#include "aws/config.h"
#include "base/arena.h"
#include "base/text.h"
#include "sync/change.h"
#include "sync/sync_internal.h"

#define ROLE "role/"

/* A list of entries, and the text of the one that is being read. */
struct reading {
	struct arena *arena;
	struct entry *entries;
	size_t n;
	struct view text;   /* of the next entry so far */
	struct entry entry; /* name is NULL until its section was read */
	bool failed;
};

/* Copies lines with '\n' as their ends, and without empty ones at the end. */
static const char *copy_lines(struct arena *arena, struct view text)
{
	char *copy;
	size_t n = 0;

	text = view_trim(text, "\r\n");
	copy = arena_alloc(arena, text.len + 2);
	if (!copy)
		return NULL;
	for (size_t i = 0; i < text.len; i++)
		if (text.at[i] != '\r' || i + 1 == text.len ||
		    text.at[i + 1] != '\n')
			copy[n++] = text.at[i];
	copy[n] = '\n';
	return copy;
}

static void finish(struct reading *r)
{
	struct entry *room;

	if (!r->entry.name)
		return;
	room = arena_room(r->arena, r->entries, r->n, sizeof(*room));
	r->entry.text = copy_lines(r->arena, r->text);
	if (!room || !r->entry.text) {
		r->failed = true;
		return;
	}
	r->entries = room;
	room[r->n++] = r->entry;
	r->entry = (struct entry){ 0 };
	r->text.len = 0;
}

static const char *keep(struct reading *r, const char *text, size_t len)
{
	const char *copy = arena_strndup(r->arena, text, len);

	r->failed = r->failed || !copy;
	return copy;
}

/* Reads "[profile NAME]". */
static void see_section(struct reading *r, struct view line)
{
	struct config_header header;
	char text[CONFIG_SECTION_LEN];

	line = view_trim(line, VIEW_SPACE);
	if (line.len < 2 || line.at[line.len - 1] != ']' ||
	    line.len >= sizeof(text))
		return;
	memcpy(text, line.at + 1, line.len - 2);
	text[line.len - 2] = '\0';
	if (!config_header(CONFIG_FILE, text, &header) ||
	    header.kind != CONFIG_PROFILE)
		return;
	r->entry = (struct entry){ .name = keep(r, header.name, header.len),
				   .account = "",
				   .role = "" };
}

static void see_arn(struct reading *r, struct view value)
{
	struct arn arn;
	char text[640];

	if (value.len >= sizeof(text))
		return;
	memcpy(text, value.at, value.len);
	text[value.len] = '\0';
	if (!arn_parse(text, &arn) || !arn_is_role(text))
		return;
	r->entry.account = keep(r, arn.account, strlen(arn.account));
	r->entry.role = keep(r, arn.resource + strlen(ROLE),
			     strlen(arn.resource) - strlen(ROLE));
}

static void see_key(struct reading *r, struct view line)
{
	struct view key, value;

	if (!view_pair(line, &key, &value))
		return;
	if (view_equals(key, "role_arn"))
		see_arn(r, value);
	else if (view_equals(key, "sso_account_id"))
		r->entry.account = keep(r, value.at, value.len);
	else if (view_equals(key, "sso_role_name"))
		r->entry.role = keep(r, value.at, value.len);
}

static void see_line(struct reading *r, struct view line)
{
	struct view text = view_trim(line, VIEW_SPACE);

	if (r->entry.name && text.len > 0 &&
	    (line.at[0] == '[' || line.at[0] == '#'))
		finish(r);
	if (r->text.len == 0)
		r->text.at = line.at;
	if (r->text.len > 0 || text.len > 0)
		r->text.len = (size_t)(line.at + line.len - r->text.at);
	if (line.at[0] == '[')
		see_section(r, text);
	else if (r->entry.name)
		see_key(r, text);
}

static int compare(const void *a, const void *b)
{
	const struct entry *x = a;
	const struct entry *y = b;
	int order = strcmp(x->account, y->account);

	return order != 0 ? order : strcmp(x->role, y->role);
}

static bool is_memo(struct view line)
{
	return line.len > strlen(CHANGE_MEMO) &&
	       memcmp(line.at, CHANGE_MEMO, strlen(CHANGE_MEMO)) == 0;
}

static bool take_line(struct view *rest, struct view *line)
{
	const char *end =
		rest->len > 0 ? memchr(rest->at, '\n', rest->len) : NULL;

	*line = *rest;
	if (end)
		line->len = (size_t)(end - rest->at) + 1;
	rest->at += line->len;
	rest->len -= line->len;
	return line->len > 0;
}

bool entries_read(struct view inside, struct arena *arena,
		  struct entry **entries, size_t *n)
{
	struct reading r = { .arena = arena };
	struct view line;

	while (take_line(&inside, &line))
		if (!is_memo(line))
			see_line(&r, line);
	finish(&r);
	*entries = r.entries;
	*n = r.n;
	if (r.n > 0 && !r.failed)
		qsort(r.entries, r.n, sizeof(*r.entries), compare);
	return !r.failed;
}

struct entry *entries_find(struct entry *entries, size_t n, const char *account,
			   const char *role)
{
	const struct entry key = { .account = account, .role = role };

	return n > 0 ? bsearch(&key, entries, n, sizeof(*entries), compare)
		     : NULL;
}

struct view entries_memo(struct view inside)
{
	struct view line;

	while (take_line(&inside, &line))
		if (is_memo(line))
			return view_trim(line, VIEW_SPACE);
	return view_of("");
}
