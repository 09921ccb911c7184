#include "sync/description.h"

#include <stdlib.h>
#include <string.h>

#include "aws/block.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "sync/sync_internal.h"

/* Divides "# NAME, OU/PATH" at its last comma. */
static bool read_comment(const char *comment, struct arena *arena,
			 struct description *to)
{
	struct view line = { comment + 1, strcspn(comment, "\n") - 1 };
	const char *comma;

	line = view_trim(line, VIEW_SPACE);
	comma = memrchr(line.at, ',', line.len);
	to->ou = "";
	if (comma) {
		struct view ou = { comma + 1,
				   (size_t)(line.at + line.len - comma) - 1 };

		ou = view_trim(ou, VIEW_SPACE);
		line.len = (size_t)(comma - line.at);
		to->ou = arena_strndup(arena, ou.at, ou.len);
	}
	to->text = arena_strndup(arena, line.at, line.len);
	return to->ou && to->text;
}

static int compare(const void *a, const void *b)
{
	const struct description *x = a;
	const struct description *y = b;

	return strcmp(x->profile, y->profile);
}

static bool add_entries(const struct entry *entries, size_t n,
			struct arena *arena, struct description **list,
			size_t *n_list)
{
	for (size_t i = 0; i < n; i++) {
		struct description *room =
			arena_room(arena, *list, *n_list, sizeof(*room));

		if (!room)
			return false;
		*list = room;
		if (entries[i].text[0] != '#')
			continue;
		room[*n_list] = (struct description){
			.profile = entries[i].name,
			.account = entries[i].account,
		};
		if (!read_comment(entries[i].text, arena, &room[(*n_list)++]))
			return false;
	}
	return true;
}

bool description_read(const struct secbuf *text, struct arena *arena,
		      struct description **list, size_t *n)
{
	struct view rest = { secbuf_text(text), secbuf_len(text) };
	struct error ignored = { 0 };
	struct block block;
	unsigned line = 1;
	bool more = true;

	*list = NULL;
	*n = 0;
	while (block_next(&rest, &line, &block, &more, &ignored) && more) {
		struct entry *entries;
		size_t n_entries;

		if (!entries_read(block.inside, arena, &entries, &n_entries) ||
		    !add_entries(entries, n_entries, arena, list, n))
			return false;
	}
	if (*n > 0)
		qsort(*list, *n, sizeof(**list), compare);
	return true;
}

const struct description *description_find(const struct description *list,
					   size_t n, const char *profile)
{
	const struct description key = { .profile = profile };

	return n > 0 ? bsearch(&key, list, n, sizeof(*list), compare) : NULL;
}
