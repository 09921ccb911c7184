#include "api/organizations.h"

#include <string.h>

#include "api/json_rpc.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"
#include "format/json.h"

#define PREFIX    "AWSOrganizationsV20161128"
#define PAGE_SIZE 20   /* items: AWS's maximum */
#define PAGES_MAX 5000 /* AWS's largest organizations have 50,000 accounts */
#define ID_DIGITS 12

/* --- the parts of an answer ------------------------------------------------------- */

static bool no_sense(const char *action, struct error *err)
{
	return error_fail(err, REASON_BAD_ANSWER, .action = action);
}

/*
 * Copies a member's text into arena, with control characters replaced; "" if it
 * is missing.
 */
static const char *text_of(const struct json *json, const char *member,
			   struct arena *arena)
{
	const char *text = json_text(json, member);
	char *copy = arena_strdup(arena, text ? text : "");

	if (copy)
		text_clean(copy);
	return copy;
}

static bool is_account_id(const char *id)
{
	return id && strlen(id) == ID_DIGITS &&
	       strspn(id, "0123456789") == ID_DIGITS;
}

/*
 * Tests for "r-", "ou-" or "o-", followed by lower-case letters, digits and
 * hyphens.
 */
static bool is_unit_id(const char *id, const char *prefix)
{
	size_t len = strlen(prefix);

	return id && strncmp(id, prefix, len) == 0 && id[len] != '\0' &&
	       id[len +
		  strspn(id + len, "abcdefghijklmnopqrstuvwxyz0123456789-")] ==
		       '\0';
}

/* --- lists -------------------------------------------------------------------------- */

/* A list that is read page by page. */
struct list {
	const char *action;
	const char *filter; /* the request's member and its value, or NULL */
	const char *value;
	const char *member; /* the array in the response */
	size_t item_size;
	bool whole_pages; /* the action has no MaxResults */
	/*
	 * Reads an item.  False if it is malformed; memory is checked at the
	 * end.
	 */
	bool (*read)(const struct json *item, void *out, struct arena *arena);
	char *items;
	size_t n;
};

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
			return arena_ok(arena) ? no_sense(list->action, err)
					       : error_memory(err);
		list->n++;
	}
	return true;
}

/* Requests the page at *token and sets *token to the next one, or NULL. */
static bool ask_page(const struct api_caller *caller, struct list *list,
		     struct arena *arena, const char **token, struct error *err)
{
	struct json_rpc rpc =
		json_rpc_begin(caller, AWS_ORGANIZATIONS, PREFIX, list->action);
	const char *before = *token;
	const char *next;
	struct json *answer;
	bool ok;

	if (list->filter)
		json_rpc_put(&rpc, list->filter, list->value);
	json_rpc_put_number(&rpc, "MaxResults",
			    list->whole_pages ? 0 : PAGE_SIZE);
	json_rpc_put(&rpc, "NextToken", before);
	answer = json_rpc_send(&rpc, err);
	ok = answer && read_page(answer, list, arena, err);
	next = json_text(answer, "NextToken");
	*token = ok && next ? arena_strdup(arena, next) : NULL;
	if (ok && next && !*token)
		ok = error_memory(err);
	else if (ok && next && before && strcmp(next, before) == 0)
		ok = no_sense(list->action, err); /* it would never end */
	json_free(answer);
	json_rpc_clear(&rpc);
	return ok;
}

static bool ask_all(const struct api_caller *caller, struct list *list,
		    struct arena *arena, struct error *err)
{
	const char *token = NULL;
	bool ok;
	int pages = 0;

	do
		ok = ask_page(caller, list, arena, &token, err);
	while (ok && token && ++pages < PAGES_MAX);
	return ok && (!token || no_sense(list->action, err));
}

/* --- accounts ------------------------------------------------------------------------ */

static bool read_account(const struct json *item, void *out,
			 struct arena *arena)
{
	struct organizations_account *account = out;
	const char *state = json_text(item, "State") ? "State" : "Status";
	const struct json *paths = json_member(item, "Paths");
	const char *path = json_as_text(json_item(paths, 0));
	char *copy = arena_strdup(arena, path ? path : "");

	if (copy)
		text_clean(copy);
	*account = (struct organizations_account){
		.id = text_of(item, "Id", arena),
		.name = text_of(item, "Name", arena),
		.email = text_of(item, "Email", arena),
		.arn = text_of(item, "Arn", arena),
		.state = text_of(item, state, arena),
		.path = copy,
	};
	return arena_ok(arena) && is_account_id(account->id);
}

static bool list_accounts(const struct api_caller *caller, struct list *list,
			  struct arena *arena,
			  struct organizations_account **accounts, size_t *n,
			  struct error *err)
{
	bool ok;

	list->member = "Accounts";
	list->item_size = sizeof(**accounts);
	list->read = read_account;
	ok = ask_all(caller, list, arena, err);
	*accounts = (struct organizations_account *)(void *)list->items;
	*n = list->n;
	return ok;
}

bool organizations_list_accounts(const struct api_caller *caller,
				 struct arena *arena,
				 struct organizations_account **accounts,
				 size_t *n, struct error *err)
{
	struct list list = { .action = "ListAccounts" };

	return list_accounts(caller, &list, arena, accounts, n, err);
}

bool organizations_list_accounts_in(const struct api_caller *caller,
				    struct arena *arena, const char *parent,
				    struct organizations_account **accounts,
				    size_t *n, struct error *err)
{
	struct list list = { .action = "ListAccountsForParent",
			     .filter = "ParentId",
			     .value = parent };

	return list_accounts(caller, &list, arena, accounts, n, err);
}

/* --- roots and units ------------------------------------------------------------------- */

static bool read_unit(const struct json *item, void *out, struct arena *arena)
{
	struct organizations_unit *unit = out;

	*unit = (struct organizations_unit){
		.id = text_of(item, "Id", arena),
		.name = text_of(item, "Name", arena),
		.arn = text_of(item, "Arn", arena),
	};
	return arena_ok(arena) &&
	       (is_unit_id(unit->id, "r-") || is_unit_id(unit->id, "ou-"));
}

static bool list_units(const struct api_caller *caller, struct list *list,
		       struct arena *arena, struct organizations_unit **units,
		       size_t *n, struct error *err)
{
	bool ok;

	list->item_size = sizeof(**units);
	list->read = read_unit;
	ok = ask_all(caller, list, arena, err);
	*units = (struct organizations_unit *)(void *)list->items;
	*n = list->n;
	return ok;
}

bool organizations_list_roots(const struct api_caller *caller,
			      struct arena *arena,
			      struct organizations_unit **roots, size_t *n,
			      struct error *err)
{
	struct list list = { .action = "ListRoots", .member = "Roots" };

	return list_units(caller, &list, arena, roots, n, err);
}

bool organizations_list_units(const struct api_caller *caller,
			      struct arena *arena, const char *parent,
			      struct organizations_unit **units, size_t *n,
			      struct error *err)
{
	struct list list = { .action = "ListOrganizationalUnitsForParent",
			     .filter = "ParentId",
			     .value = parent,
			     .member = "OrganizationalUnits" };

	return list_units(caller, &list, arena, units, n, err);
}

/* --- tags ------------------------------------------------------------------------------ */

static bool read_tag(const struct json *item, void *out, struct arena *arena)
{
	struct organizations_tag *tag = out;

	tag->key = text_of(item, "Key", arena);
	tag->value = text_of(item, "Value", arena);
	return arena_ok(arena) && tag->key[0] != '\0';
}

bool organizations_list_tags(const struct api_caller *caller,
			     struct arena *arena, const char *resource,
			     struct organizations_tag **tags, size_t *n,
			     struct error *err)
{
	struct list list = { .action = "ListTagsForResource",
			     .filter = "ResourceId",
			     .value = resource,
			     .member = "Tags",
			     .item_size = sizeof(**tags),
			     .whole_pages = true,
			     .read = read_tag };
	bool ok = ask_all(caller, &list, arena, err);

	*tags = (struct organizations_tag *)(void *)list.items;
	*n = list.n;
	return ok;
}

/* --- the organization -------------------------------------------------------------------- */

bool organizations_describe(const struct api_caller *caller,
			    struct arena *arena,
			    struct organizations_organization *out,
			    struct error *err)
{
	static const char action[] = "DescribeOrganization";
	struct json_rpc rpc =
		json_rpc_begin(caller, AWS_ORGANIZATIONS, PREFIX, action);
	struct json *answer = json_rpc_send(&rpc, err);
	const struct json *one = json_member(answer, "Organization");
	bool ok = answer != NULL;

	if (ok) {
		out->id = text_of(one, "Id", arena);
		out->management_account =
			text_of(one, "MasterAccountId", arena);
		if (!arena_ok(arena))
			ok = error_memory(err);
		else if (!is_unit_id(out->id, "o-") ||
			 !is_account_id(out->management_account))
			ok = no_sense(action, err);
	}
	json_free(answer);
	json_rpc_clear(&rpc);
	return ok;
}
