#include <string.h>

#include "api/rest_json.h"
#include "api/sso/portal.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "base/text.h"
#include "format/json.h"

#define BEARER    "x-amz-sso_bearer_token"
#define PAGE_SIZE "100" /* items: AWS's maximum */
#define PAGES_MAX 5000
#define TOKEN_MAX 4096 /* bytes of the token of a page */
#define ROLE_MAX  64   /* bytes: IAM's maximum */
#define ID_DIGITS 12

/* A list that is read page by page. */
struct list {
	const char *action;
	const char *path;
	const char *account; /* a member of the query, or NULL */
	const char *member;  /* the array in the response */
	size_t item_size;
	/*
	 * Reads an item.  False if it is malformed; memory is checked at the
	 * end.
	 */
	bool (*read)(const struct json *item, void *out, struct arena *arena);
	char *items;
	size_t n;
};

static bool no_sense(const struct list *list, struct error *err)
{
	return error_fail(err, REASON_BAD_ANSWER, .action = list->action);
}

/* Copies a member's text, with control characters replaced; "" if missing. */
static const char *text_of(const struct json *json, const char *member,
			   struct arena *arena)
{
	const char *text = json_text(json, member);
	char *copy = arena_strdup(arena, text ? text : "");

	if (copy)
		text_clean(copy);
	return copy;
}

static bool read_page(const struct json *answer, struct list *list,
		      struct arena *arena, struct error *err)
{
	const struct json *array = json_member(answer, list->member);

	for (size_t i = 0; i < json_count(array); i++) {
		char *room = arena_room(arena, list->items, list->n,
					list->item_size);

		if (!room)
			return error_memory(err);
		list->items = room;
		if (!list->read(json_item(array, i),
				room + list->n * list->item_size, arena))
			return arena_ok(arena) ? no_sense(list, err)
					       : error_memory(err);
		list->n++;
	}
	return true;
}

/* Sets *next to the token of the page after this one, or NULL. */
static bool read_next(const struct json *answer, const struct list *list,
		      struct arena *arena, const char **next, struct error *err)
{
	const char *token = json_text(answer, "nextToken");
	const char *before = *next;

	*next = NULL;
	if (!token || *token == '\0')
		return true;
	if (strlen(token) > TOKEN_MAX || (before && strcmp(token, before) == 0))
		return no_sense(list, err); /* the same one would never end */
	*next = arena_strdup(arena, token);
	return *next || error_memory(err);
}

/* Requests the page at *next and sets *next to the one after it, or NULL. */
static bool ask_page(const struct api_caller *caller,
		     const struct secbuf *token, struct list *list,
		     struct arena *arena, const char **next, struct error *err)
{
	struct rest_json rest =
		rest_json_begin(caller, list->action, "GET", list->path);
	struct json *answer;
	bool ok;

	rest.header = (struct http_header){ BEARER, secbuf_text(token) };
	rest_json_put(&rest, "account_id", list->account);
	rest_json_put(&rest, "max_result", PAGE_SIZE);
	rest_json_put(&rest, "next_token", *next);
	answer = rest_json_send(&rest, NULL, err);
	ok = answer && read_page(answer, list, arena, err) &&
	     read_next(answer, list, arena, next, err);
	json_free(answer);
	rest_json_clear(&rest);
	return ok;
}

static bool ask_all(const struct api_caller *caller, const struct secbuf *token,
		    struct list *list, struct arena *arena, struct error *err)
{
	const char *next = NULL;
	int pages = 0;
	bool ok;

	do
		ok = ask_page(caller, token, list, arena, &next, err);
	while (ok && next && ++pages < PAGES_MAX);
	return ok && (!next || no_sense(list, err));
}

static bool read_account(const struct json *item, void *out,
			 struct arena *arena)
{
	struct portal_account *account = out;

	*account = (struct portal_account){
		.id = text_of(item, "accountId", arena),
		.name = text_of(item, "accountName", arena),
		.email = text_of(item, "emailAddress", arena),
	};
	return arena_ok(arena) && account->id &&
	       strlen(account->id) == ID_DIGITS &&
	       strspn(account->id, "0123456789") == ID_DIGITS;
}

bool portal_list_accounts(const struct api_caller *caller,
			  const struct secbuf *token, struct arena *arena,
			  struct portal_account **accounts, size_t *n,
			  struct error *err)
{
	struct list list = { .action = "ListAccounts",
			     .path = "/assignment/accounts",
			     .member = "accountList",
			     .item_size = sizeof(**accounts),
			     .read = read_account };
	bool ok = ask_all(caller, token, &list, arena, err);

	*accounts = (struct portal_account *)(void *)list.items;
	*n = list.n;
	return ok;
}

/* The characters are those of a permission set and of a role of IAM. */
static bool read_role(const struct json *item, void *out, struct arena *arena)
{
	static const char set[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		"0123456789_+=,.@-";
	const char **role = out;
	size_t len;

	*role = text_of(item, "roleName", arena);
	len = *role ? strlen(*role) : 0;
	return len > 0 && len <= ROLE_MAX && strspn(*role, set) == len;
}

bool portal_list_roles(const struct api_caller *caller,
		       const struct secbuf *token, struct arena *arena,
		       const char *account, struct portal_roles *roles,
		       struct error *err)
{
	struct list list = { .action = "ListAccountRoles",
			     .path = "/assignment/roles",
			     .account = account,
			     .member = "roleList",
			     .item_size = sizeof(*roles->names),
			     .read = read_role };
	bool ok = ask_all(caller, token, &list, arena, err);

	roles->names = (const char **)(void *)list.items;
	roles->n = list.n;
	return ok;
}
