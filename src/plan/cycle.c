#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "plan/plan_internal.h"

#define ARROW    " -> "
#define LEFT_OUT 32 /* bytes for the number of names left out */

bool cycle_add(struct trail *trail, const struct config_section *section,
	       struct arena *arena, struct error *err)
{
	const struct config_section **at = arena_room(
		arena, trail->at, trail->n, sizeof(struct config_section *));

	if (!at)
		return error_memory(err);
	at[trail->n++] = section;
	trail->at = at;
	if (!cycle_is_closed(trail) && trail->n > 2 * trail->mark + 1)
		trail->mark = trail->n - 1;
	return true;
}

bool cycle_is_closed(const struct trail *trail)
{
	return trail->n > trail->mark + 1 &&
	       trail->at[trail->n - 1] == trail->at[trail->mark];
}

void cycle_cut(struct trail *trail)
{
	size_t length = trail->n - 1 - trail->mark;
	size_t first = 0;

	while (trail->at[first] != trail->at[first + length])
		first++;
	trail->n = first + length + 1;
}

/* Counts the names, from the first or from the last, that fit into room. */
static size_t names_in(const struct trail *trail, bool from_last, size_t room)
{
	size_t len = 0;
	size_t n;

	for (n = 0; n < trail->n; n++) {
		size_t i = from_last ? trail->n - 1 - n : n;

		len += strlen(trail->at[i]->name) + strlen(ARROW);
		if (len > room)
			break;
	}
	return n;
}

static size_t put(char out[static TRAIL_LEN], size_t at, const char *text)
{
	size_t len = strnlen(text, TRAIL_LEN - 1 - at);

	memcpy(out + at, text, len);
	out[at + len] = '\0';
	return at + len;
}

void cycle_show(const struct trail *trail, char out[static TRAIL_LEN])
{
	const size_t room = TRAIL_LEN + strlen(ARROW) - 1;
	bool whole = names_in(trail, false, room) == trail->n;
	size_t half = (TRAIL_LEN - LEFT_OUT) / 2;
	size_t head = whole ? trail->n : names_in(trail, false, half);
	size_t tail = whole ? 0 : names_in(trail, true, half);
	char left_out[LEFT_OUT];
	size_t at = 0;

	for (size_t i = 0; i < head; i++) {
		at = put(out, at, i > 0 ? ARROW : "");
		at = put(out, at, trail->at[i]->name);
	}
	if (whole)
		return;
	(void)snprintf(left_out, sizeof(left_out), "%s(%zu more)",
		       head > 0 ? ARROW : "", trail->n - head - tail);
	at = put(out, at, left_out);
	for (size_t i = trail->n - tail; i < trail->n; i++) {
		at = put(out, at, ARROW);
		at = put(out, at, trail->at[i]->name);
	}
}
