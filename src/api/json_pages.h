#ifndef API_JSON_PAGES_H
#define API_JSON_PAGES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attrs.h"

struct arena;
struct error;
struct json;

/*
 * A list that AWS returns page by page, in JSON.  The caller sets the first part
 * and sends a request with next, until that is NULL again.
 */
struct json_pages {
	const char *action;
	const char *member;     /* the array in a response */
	const char *next_token; /* the member with the token of the next page */
	size_t item_size;
	/*
	 * Reads an item.  False if it is malformed; memory is checked at the
	 * end.
	 */
	bool (*read)(const struct json *item, void *out, struct arena *arena);
	/* So far: */
	char *items; /* in the arena */
	size_t n;
	const char *next; /* the token of the next page; NULL: none */
	int n_pages;
};

/*
 * Adds the items of a response, and sets next.  ERROR_PROTOCOL for a malformed
 * item, a token that comes twice or is too long, and more than 5,000 pages;
 * ERROR_MEMORY.
 */
bool json_pages_add(struct json_pages *pages, const struct json *answer,
		    struct arena *arena, struct error *err) MUST_CHECK;

/*
 * Copies a member's text, with control characters replaced; "" if it is missing.
 * NULL when out of memory.
 */
const char *json_pages_text(const struct json *json, const char *member,
			    struct arena *arena);

/* Tests for the 12 digits of an account id; NULL has none. */
bool json_pages_is_account(const char *id);

#endif
