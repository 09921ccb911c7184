#ifndef CMD_ORG_ORG_INTERNAL_H
#define CMD_ORG_ORG_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>

#include "access/context.h"
#include "api/caller.h"
#include "api/sso/sso_token.h"
#include "aws/credentials.h"
#include "base/attrs.h"
#include "cmd/option.h"
#include "plan/plan.h"
#include "sync/account.h"

struct call;
struct error;
struct secbuf;
struct view;
struct world;

/* The tags of blocks: with an organization's id, and a session's name. */
#define ORG_TAG     "org "
#define ORG_TAG_SSO "sso "

/* What is read from AWS. At most one of via and sso_session is set. */
struct org_source {
	const char *via;         /* the profile that may list, or NULL */
	const char *sso_session; /* the name of an [sso-session], or NULL */
	const char *where;       /* a filter, or NULL */
};

/* A session of IAM Identity Center. */
struct org_portal {
	struct plan_sso sso;
	struct sso_token token; /* owned */
	bool renewed;           /* AWS refused a token once */
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

/* An organization or the accounts of a session, while a command runs. */
struct org {
	const struct call *call;
	const struct world *world;
	struct context context;  /* the plan is that of via or the session */
	const char *sso_session; /* NULL: an organization */
	const char *tag;         /* of its block */
	struct org_portal portal;
	struct credentials creds;
	struct api_skew skew;
	struct api_caller caller;
	const char *management; /* the management account */
	struct account_filter filter;
	struct account *accounts; /* sorted by id */
	size_t n_accounts;
};

/*
 * Gets credentials of via and the organization's id, or a token of the session.
 * Free with org_source_close().
 */
bool org_source_open(struct org *org, const struct org_source *source,
		     struct error *err) MUST_CHECK;

/*
 * Reads source->where into org->filter, without a request.  ERROR_USAGE, also
 * for terms about units, tags and states with a session.
 */
bool org_source_filter(struct org *org, const struct org_source *source,
		       struct error *err) MUST_CHECK;

/* Reads the accounts that match org->filter; in any state if any_state. */
bool org_source_read(struct org *org, bool any_state,
		     struct error *err) MUST_CHECK;

void org_source_close(struct org *org);

/*
 * The same for a session.  A token that AWS does not accept is replaced once,
 * for which the user may have to sign in.
 */
bool org_portal_open(struct org *org, const char *session,
		     struct error *err) MUST_CHECK;
bool org_portal_read(struct org *org, struct error *err) MUST_CHECK;

/*
 * Finds what to read: the given one, or what the only block remembers.
 * ERROR_USAGE if it is not known.
 */
bool org_settings_find_source(struct org *org, struct org_source *source,
			      struct error *err) MUST_CHECK;

/* Sets the defaults of an organization: the key of via, and AWS's role. */
bool org_settings_complete(const struct org *org, struct org_settings *settings,
			   struct error *err) MUST_CHECK;

/* Checks all but the filter. ERROR_USAGE, ERROR_CONFIG. */
bool org_settings_check(const struct org *org,
			const struct org_settings *settings,
			struct error *err) MUST_CHECK;

/*
 * Reads what the only block of ~/.aws/config, or the one with this tag,
 * remembers; tag may be NULL.  Texts are in the context's arena.  *found is false
 * if there is none.  ERROR_CONFIG if there are several.
 */
bool org_memo_read(struct org *org, const char *tag,
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
