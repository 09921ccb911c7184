#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "plan/plan_internal.h"

#define ARROW    " -> "
#define LEFT_OUT 32 /* bytes for the number of names left out */

bool cycle_add(struct visited *visited, const struct config_section *section,
	       struct arena *arena, struct error *err)
{
	const struct config_section **at =
		arena_room(arena, visited->at, visited->n,
			   sizeof(struct config_section *));

	if (!at)
		return error_memory(err);
	at[visited->n++] = section;
	visited->at = at;
	if (!cycle_is_closed(visited) && visited->n > 2 * visited->mark + 1)
		visited->mark = visited->n - 1;
	return true;
}

bool cycle_is_closed(const struct visited *visited)
{
	return visited->n > visited->mark + 1 &&
	       visited->at[visited->n - 1] == visited->at[visited->mark];
}

void cycle_cut(struct visited *visited)
{
	size_t length = visited->n - 1 - visited->mark;
	size_t first = 0;

	while (visited->at[first] != visited->at[first + length])
		first++;
	visited->n = first + length + 1;
}

/* Counts the names, from the first or from the last, that fit into room. */
static size_t names_in(const struct visited *visited, bool from_last,
		       size_t room)
{
	size_t len = 0;
	size_t n;

	for (n = 0; n < visited->n; n++) {
		size_t i = from_last ? visited->n - 1 - n : n;

		len += strlen(visited->at[i]->name) + strlen(ARROW);
		if (len > room)
			break;
	}
	return n;
}

static size_t put(char out[static CYCLE_TEXT_LEN], size_t at, const char *text)
{
	size_t len = strnlen(text, CYCLE_TEXT_LEN - 1 - at);

	memcpy(out + at, text, len);
	out[at + len] = '\0';
	return at + len;
}

void cycle_show(const struct visited *visited, char out[static CYCLE_TEXT_LEN])
{
	const size_t room = CYCLE_TEXT_LEN + strlen(ARROW) - 1;
	bool whole = names_in(visited, false, room) == visited->n;
	size_t half = (CYCLE_TEXT_LEN - LEFT_OUT) / 2;
	size_t head = whole ? visited->n : names_in(visited, false, half);
	size_t tail = whole ? 0 : names_in(visited, true, half);
	char left_out[LEFT_OUT];
	size_t at = 0;

	for (size_t i = 0; i < head; i++) {
		at = put(out, at, i > 0 ? ARROW : "");
		at = put(out, at, visited->at[i]->name);
	}
	if (whole)
		return;
	(void)snprintf(left_out, sizeof(left_out), "%s(%zu more)",
		       head > 0 ? ARROW : "", visited->n - head - tail);
	at = put(out, at, left_out);
	for (size_t i = visited->n - tail; i < visited->n; i++) {
		at = put(out, at, ARROW);
		at = put(out, at, visited->at[i]->name);
	}
}
