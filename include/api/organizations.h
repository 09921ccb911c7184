#ifndef API_ORGANIZATIONS_H
#define API_ORGANIZATIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "api/caller.h"
#include "base/attrs.h"

struct arena;
struct error;

/*
 * AWS Organizations, API version 2016-11-28.  The management account and
 * delegated administrators may call it; DescribeOrganization may be called by
 * any member.  Other accounts get AccessDeniedException, and an account without
 * an organization AWSOrganizationsNotInUseException, both with ERROR_DENIED.
 *
 * All pages of a list are read: AWS may send an empty page that is not the
 * last.  Texts and lists are in arena.  In names and e-mail addresses control
 * characters are replaced.  If an id does not have the documented form, the
 * error is ERROR_PROTOCOL.
 */
struct organizations_organization {
	const char *id;                 /* "o-exampleorgid" */
	const char *management_account; /* 12 digits */
};

struct organizations_account {
	const char *id; /* 12 digits */
	const char *name;
	const char *email; /* "" if AWS does not tell it; so with all below */
	const char *arn;
	/*
	 * PENDING_ACTIVATION, ACTIVE, SUSPENDED, PENDING_CLOSURE or CLOSED; from
	 * "Status" where "State" is missing.
	 */
	const char *state;
	const char *path; /* "o-exampleorgid/r-exam/ou-exam-1/111122223333/" */
};

/* A root, or an organizational unit. */
struct organizations_unit {
	const char *id; /* "r-exam", "ou-exam-example1" */
	const char *name;
	const char *arn;
};

struct organizations_tag {
	const char *key;
	const char *value;
};

bool organizations_describe(const struct api_caller *caller,
			    struct arena *arena,
			    struct organizations_organization *out,
			    struct error *err) MUST_CHECK;

/* Lists all accounts, in any state (ListAccounts). */
bool organizations_list_accounts(const struct api_caller *caller,
				 struct arena *arena,
				 struct organizations_account **accounts,
				 size_t *n, struct error *err) MUST_CHECK;

/* Lists the accounts directly in a root or unit (ListAccountsForParent). */
bool organizations_list_accounts_in(const struct api_caller *caller,
				    struct arena *arena, const char *parent,
				    struct organizations_account **accounts,
				    size_t *n, struct error *err) MUST_CHECK;

bool organizations_list_roots(const struct api_caller *caller,
			      struct arena *arena,
			      struct organizations_unit **roots, size_t *n,
			      struct error *err) MUST_CHECK;

/*
 * Lists the units directly in a root or unit
 * (ListOrganizationalUnitsForParent).
 */
bool organizations_list_units(const struct api_caller *caller,
			      struct arena *arena, const char *parent,
			      struct organizations_unit **units, size_t *n,
			      struct error *err) MUST_CHECK;

/* Lists the tags of an account, a root or a unit (ListTagsForResource). */
bool organizations_list_tags(const struct api_caller *caller,
			     struct arena *arena, const char *resource,
			     struct organizations_tag **tags, size_t *n,
			     struct error *err) MUST_CHECK;

#endif
