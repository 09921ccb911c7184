#ifndef CMD_ORG_ORG_INTERNAL_H
#define CMD_ORG_ORG_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>

#include "access/context.h"
#include "api/caller.h"
#include "aws/credentials.h"
#include "base/attrs.h"
#include "cmd/option.h"
#include "sync/account.h"

struct call;
struct error;
struct secbuf;
struct view;
struct world;

/* What is read from AWS, and by which profile. */
struct org_source {
	const char *via;   /* the profile that may list; NULL: remembered */
	const char *where; /* a filter, or NULL */
};

/* What `org sync` is asked for, and what it remembers. */
struct org_settings {
	struct org_source source;
	struct option_list roles;
	struct option_list colors;
	const char *key_profile; /* --source */
	const char *name;
	const char *region;
};

/* An organization, while a command runs. */
struct org {
	const struct call *call;
	const struct world *world;
	struct context context; /* the plan is that of via */
	struct credentials creds;
	struct api_skew skew;
	struct api_caller caller;
	const char *id;         /* "o-exampleorgid" */
	const char *management; /* the management account */
	struct account_filter filter;
	struct account *accounts; /* sorted by id */
	size_t n_accounts;
};

/* Gets credentials of via, and the organization's id. Free with org_close(). */
bool org_source_open(struct org *org, const char *via,
		     struct error *err) MUST_CHECK;

/* Reads the accounts that match org->filter; in any state if any_state. */
bool org_source_read(struct org *org, bool any_state,
		     struct error *err) MUST_CHECK;

void org_source_close(struct org *org);

/*
 * Reads what the only block of ~/.aws/config, or the one of this organization,
 * remembers; id may be NULL.  Texts are in the context's arena.  *found is false
 * if there is none.  ERROR_CONFIG if there are several.
 */
bool org_memo_read(struct org *org, const char *id,
		   struct org_settings *settings, bool *found,
		   struct error *err) MUST_CHECK;

/* Sets what is not set yet. */
void org_memo_merge(struct org_settings *settings,
		    const struct org_settings *remembered);

/* Writes the line that remembers the settings; NULL when out of memory. */
const char *org_memo_line(const struct org_settings *settings,
			  struct arena *arena);

/* Compares what decides on names: the template and the roles. */
bool org_memo_same_names(const struct org_settings *a,
			 const struct org_settings *b);

#endif
