#include <string.h>

#include "api/json_pages.h"
#include "api/rest_json.h"
#include "api/sso/portal.h"
#include "base/arena.h"
#include "base/secbuf.h"
#include "format/json.h"

#define BEARER    "x-amz-sso_bearer_token"
#define PAGE_SIZE "100" /* items: AWS's maximum */
#define ROLE_MAX  64    /* bytes: IAM's maximum */

/* A list, and the account that it is of, or NULL. */
struct list {
	struct json_pages pages;
	const char *path;
	const char *account;
};

static bool ask_page(const struct api_caller *caller,
		     const struct secbuf *token, struct list *list,
		     struct arena *arena, struct error *err)
{
	struct rest_json rest =
		rest_json_begin(caller, list->pages.action, "GET", list->path);
	struct json *answer;
	bool ok;

	rest.header = (struct http_header){ BEARER, secbuf_text(token) };
	rest_json_put(&rest, "account_id", list->account);
	rest_json_put(&rest, "max_result", PAGE_SIZE);
	rest_json_put(&rest, "next_token", list->pages.next);
	answer = rest_json_send(&rest, NULL, err);
	ok = answer && json_pages_add(&list->pages, answer, arena, err);
	json_free(answer);
	rest_json_clear(&rest);
	return ok;
}

static bool ask_all(const struct api_caller *caller, const struct secbuf *token,
		    struct list *list, struct arena *arena, struct error *err)
{
	bool ok;

	list->pages.next_token = "nextToken";
	do
		ok = ask_page(caller, token, list, arena, err);
	while (ok && list->pages.next);
	return ok;
}

static bool read_account(const struct json *item, void *out,
			 struct arena *arena)
{
	struct portal_account *account = out;

	*account = (struct portal_account){
		.id = json_pages_text(item, "accountId", arena),
		.name = json_pages_text(item, "accountName", arena),
		.email = json_pages_text(item, "emailAddress", arena),
	};
	return arena_ok(arena) && json_pages_is_account(account->id);
}

bool portal_list_accounts(const struct api_caller *caller,
			  const struct secbuf *token, struct arena *arena,
			  struct portal_account **accounts, size_t *n,
			  struct error *err)
{
	struct list list = { .pages = { .action = "ListAccounts",
					.member = "accountList",
					.item_size = sizeof(**accounts),
					.read = read_account },
			     .path = "/assignment/accounts" };
	bool ok = ask_all(caller, token, &list, arena, err);

	*accounts = (struct portal_account *)(void *)list.pages.items;
	*n = list.pages.n;
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

	*role = json_pages_text(item, "roleName", arena);
	len = *role ? strlen(*role) : 0;
	return len > 0 && len <= ROLE_MAX && strspn(*role, set) == len;
}

bool portal_list_roles(const struct api_caller *caller,
		       const struct secbuf *token, struct arena *arena,
		       const char *account, struct portal_roles *roles,
		       struct error *err)
{
	struct list list = { .pages = { .action = "ListAccountRoles",
					.member = "roleList",
					.item_size = sizeof(*roles->names),
					.read = read_role },
			     .path = "/assignment/roles",
			     .account = account };
	bool ok = ask_all(caller, token, &list, arena, err);

	roles->names = (const char **)(void *)list.pages.items;
	roles->n = list.pages.n;
	return ok;
}
