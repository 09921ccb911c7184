#ifndef CMD_LIST_LIST_INTERNAL_H
#define CMD_LIST_LIST_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "access/context.h"
#include "access/descriptions.h"
#include "cmd/print_internal.h"
#include "cmd/search_internal.h"

struct keyring_item;
struct strbuf;

struct list_session {
	const char *name;   /* the digest */
	const char *action; /* "GetSessionToken", "AssumeRole" */
	int64_t expires;    /* seconds since the epoch */
	bool read_only;     /* of the last role: the policy ReadOnlyAccess */
};

struct list_row {
	const char *profile;
	const char *account;  /* NULL: not known */
	const char *role_arn; /* NULL: none */
	const char *key_of;   /* the profile that the key is stored for */
	const char *where;    /* where the key is */
	const char *problem;  /* why it cannot be planned, or NULL */
	const char *description, *ou; /* of org sync, or NULL */
	bool read_only;               /* rolekey_read_only */
	struct list_session *sessions;
	size_t n_sessions;
};

/* The options; none of them means the table. */
struct list_options {
	bool profiles, credentials, sessions, sso_sessions; /* names only */
};

/* Everything to list. */
struct listing {
	const struct list_options *options;
	struct context context;
	int64_t now;
	const struct keyring_item *keys, *sessions;
	size_t n_keys, n_sessions;
	bool *used, *used_keys; /* by a row; others are listed separately */
	struct list_row *rows;
	size_t n_rows;
	const char *const *words; /* to search for */
	size_t n_words;
	struct descriptions descriptions;
};

/* For print_all(): what is a struct listing. */
bool list_show_json(struct strbuf *to, const void *what);
bool list_show_text(struct strbuf *out, const void *what);

#endif
