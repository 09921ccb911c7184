#include "api/organizations.h"

#include <string.h>

#include "api/json_pages.h"
#include "api/json_rpc.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"
#include "format/json.h"

#define PREFIX    "AWSOrganizationsV20161128"
#define PAGE_SIZE 20 /* items: AWS's maximum */

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

/* A list, and a member of its requests. */
struct list {
	struct json_pages pages;
	const char *filter; /* its name and value, or NULL */
	const char *value;
	bool whole_pages; /* the action has no MaxResults */
};

static bool ask_page(const struct api_caller *caller, struct list *list,
		     struct arena *arena, struct error *err)
{
	struct json_rpc rpc = json_rpc_begin(caller, AWS_ORGANIZATIONS, PREFIX,
					     list->pages.action);
	struct json *answer;
	bool ok;

	if (list->filter)
		json_rpc_put(&rpc, list->filter, list->value);
	json_rpc_put_number(&rpc, "MaxResults",
			    list->whole_pages ? 0 : PAGE_SIZE);
	json_rpc_put(&rpc, "NextToken", list->pages.next);
	answer = json_rpc_send(&rpc, err);
	ok = answer && json_pages_add(&list->pages, answer, arena, err);
	json_free(answer);
	json_rpc_clear(&rpc);
	return ok;
}

static bool ask_all(const struct api_caller *caller, struct list *list,
		    struct arena *arena, struct error *err)
{
	bool ok;

	list->pages.next_token = "NextToken";
	do
		ok = ask_page(caller, list, arena, err);
	while (ok && list->pages.next);
	return ok;
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
		.id = json_pages_text(item, "Id", arena),
		.name = json_pages_text(item, "Name", arena),
		.email = json_pages_text(item, "Email", arena),
		.arn = json_pages_text(item, "Arn", arena),
		.state = json_pages_text(item, state, arena),
		.path = copy,
	};
	return arena_ok(arena) && json_pages_is_account(account->id);
}

static bool list_accounts(const struct api_caller *caller, struct list *list,
			  struct arena *arena,
			  struct organizations_account **accounts, size_t *n,
			  struct error *err)
{
	bool ok;

	list->pages.member = "Accounts";
	list->pages.item_size = sizeof(**accounts);
	list->pages.read = read_account;
	ok = ask_all(caller, list, arena, err);
	*accounts = (struct organizations_account *)(void *)list->pages.items;
	*n = list->pages.n;
	return ok;
}

bool organizations_list_accounts(const struct api_caller *caller,
				 struct arena *arena,
				 struct organizations_account **accounts,
				 size_t *n, struct error *err)
{
	struct list list = { .pages = { .action = "ListAccounts" } };

	return list_accounts(caller, &list, arena, accounts, n, err);
}

bool organizations_list_accounts_in(const struct api_caller *caller,
				    struct arena *arena, const char *parent,
				    struct organizations_account **accounts,
				    size_t *n, struct error *err)
{
	struct list list = { .pages = { .action = "ListAccountsForParent" },
			     .filter = "ParentId",
			     .value = parent };

	return list_accounts(caller, &list, arena, accounts, n, err);
}

/* --- roots and units ------------------------------------------------------------------- */

static bool read_unit(const struct json *item, void *out, struct arena *arena)
{
	struct organizations_unit *unit = out;

	*unit = (struct organizations_unit){
		.id = json_pages_text(item, "Id", arena),
		.name = json_pages_text(item, "Name", arena),
		.arn = json_pages_text(item, "Arn", arena),
	};
	return arena_ok(arena) &&
	       (is_unit_id(unit->id, "r-") || is_unit_id(unit->id, "ou-"));
}

static bool list_units(const struct api_caller *caller, struct list *list,
		       struct arena *arena, struct organizations_unit **units,
		       size_t *n, struct error *err)
{
	bool ok;

	list->pages.item_size = sizeof(**units);
	list->pages.read = read_unit;
	ok = ask_all(caller, list, arena, err);
	*units = (struct organizations_unit *)(void *)list->pages.items;
	*n = list->pages.n;
	return ok;
}

bool organizations_list_roots(const struct api_caller *caller,
			      struct arena *arena,
			      struct organizations_unit **roots, size_t *n,
			      struct error *err)
{
	struct list list = { .pages = { .action = "ListRoots",
					.member = "Roots" } };

	return list_units(caller, &list, arena, roots, n, err);
}

bool organizations_list_units(const struct api_caller *caller,
			      struct arena *arena, const char *parent,
			      struct organizations_unit **units, size_t *n,
			      struct error *err)
{
	struct list list = {
		.pages = { .action = "ListOrganizationalUnitsForParent",
			   .member = "OrganizationalUnits" },
		.filter = "ParentId",
		.value = parent,
	};

	return list_units(caller, &list, arena, units, n, err);
}

/* --- tags ------------------------------------------------------------------------------ */

static bool read_tag(const struct json *item, void *out, struct arena *arena)
{
	struct organizations_tag *tag = out;

	tag->key = json_pages_text(item, "Key", arena);
	tag->value = json_pages_text(item, "Value", arena);
	return arena_ok(arena) && tag->key[0] != '\0';
}

bool organizations_list_tags(const struct api_caller *caller,
			     struct arena *arena, const char *resource,
			     struct organizations_tag **tags, size_t *n,
			     struct error *err)
{
	struct list list = { .pages = { .action = "ListTagsForResource",
					.member = "Tags",
					.item_size = sizeof(**tags),
					.read = read_tag },
			     .filter = "ResourceId",
			     .value = resource,
			     .whole_pages = true };
	bool ok = ask_all(caller, &list, arena, err);

	*tags = (struct organizations_tag *)(void *)list.pages.items;
	*n = list.pages.n;
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
		out->id = json_pages_text(one, "Id", arena);
		out->management_account =
			json_pages_text(one, "MasterAccountId", arena);
		if (!arena_ok(arena))
			ok = error_memory(err);
		else if (!is_unit_id(out->id, "o-") ||
			 !json_pages_is_account(out->management_account))
			ok = error_fail(err, REASON_BAD_ANSWER,
					.action = action);
	}
	json_free(answer);
	json_rpc_clear(&rpc);
	return ok;
}
