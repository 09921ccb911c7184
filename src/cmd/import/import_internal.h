#ifndef CMD_IMPORT_IMPORT_INTERNAL_H
#define CMD_IMPORT_IMPORT_INTERNAL_H

#include <stdbool.h>

#include "access/context.h"
#include "aws/credentials.h"
#include "base/attrs.h"
#include "session/store/key.h"

struct config_section;
struct config_value;
struct error;
struct request;
struct world;

struct import_options {
	const char *from; /* NULL: the AWS files */
	bool yes;
	bool no_verify;
};

/* The state and the counts of an import. */
struct importing {
	const struct import_options *options;
	const struct request *request;
	const struct world *world;
	struct context context;
	unsigned found, stored, failed;
};

/* A key that is being imported. */
struct found_key {
	const char *profile;
	const struct config_section *section; /* in the AWS files, or NULL */
	const struct config_value
		*id; /* its lines, if it is in the AWS files */
	const struct config_value *secret;
	struct credentials creds;
	char arn[KEY_ARN_LEN]; /* of its user, from GetCallerIdentity */
	struct endpoint sts;
};

/* --- store.c --------------------------------------------------------------- */

/* Ask a yes-or-no question, unless --yes was given or nobody can be asked. */
bool import_store_ask(const struct importing *im, const char *question,
		      bool *yes, struct error *err) MUST_CHECK;

/* Ask what there is to ask, verify, store, read back and compare. */
bool import_store_key(struct importing *im, struct found_key *key,
		      struct error *err) MUST_CHECK;

/*
 * Counts the result.  A failure does not stop the import, unless the user gave
 * up or the keyring does not work: then it returns false.
 */
bool import_store_count(struct importing *im, const struct found_key *key,
			bool done, const struct error *why,
			struct error *err) MUST_CHECK;

/* --- aws_vault.c ----------------------------------------------------------- */

/* Import from the source that --from names. */
bool import_aws_vault(struct importing *im, const char *from,
		      struct error *err) MUST_CHECK;

#endif
