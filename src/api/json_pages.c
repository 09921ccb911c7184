#include "api/json_pages.h"

#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"
#include "format/json.h"

#define PAGES_MAX 5000   /* of 20: AWS's largest organizations have 50,000 */
#define TOKEN_MAX 100000 /* bytes: NextToken of AWS Organizations */
#define ID_DIGITS 12

static bool no_sense(const struct json_pages *pages, struct error *err)
{
	return error_fail(err, REASON_BAD_ANSWER, .action = pages->action);
}

const char *json_pages_text(const struct json *json, const char *member,
			    struct arena *arena)
{
	const char *text = json_text(json, member);
	char *copy = arena_strdup(arena, text ? text : "");

	if (copy)
		text_clean(copy);
	return copy;
}

bool json_pages_is_account(const char *id)
{
	return id && strlen(id) == ID_DIGITS &&
	       strspn(id, "0123456789") == ID_DIGITS;
}

static bool add_items(struct json_pages *pages, const struct json *answer,
		      struct arena *arena, struct error *err)
{
	const struct json *array = json_member(answer, pages->member);

	for (size_t i = 0; i < json_count(array); i++) {
		char *room = arena_room(arena, pages->items, pages->n,
					pages->item_size);

		if (!room)
			return error_memory(err);
		pages->items = room;
		if (!pages->read(json_item(array, i),
				 room + pages->n * pages->item_size, arena))
			return arena_ok(arena) ? no_sense(pages, err)
					       : error_memory(err);
		pages->n++;
	}
	return true;
}

/* The same token twice would never end. */
static bool find_next(struct json_pages *pages, const struct json *answer,
		      struct arena *arena, struct error *err)
{
	const char *token = json_text(answer, pages->next_token);
	const char *before = pages->next;

	pages->next = NULL;
	pages->n_pages++;
	if (!token || *token == '\0')
		return true;
	if (strlen(token) > TOKEN_MAX || pages->n_pages >= PAGES_MAX ||
	    (before && strcmp(token, before) == 0))
		return no_sense(pages, err);
	pages->next = arena_strdup(arena, token);
	return pages->next || error_memory(err);
}

bool json_pages_add(struct json_pages *pages, const struct json *answer,
		    struct arena *arena, struct error *err)
{
	return add_items(pages, answer, arena, err) &&
	       find_next(pages, answer, arena, err);
}
