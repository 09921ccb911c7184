#ifndef SESSION_SOURCE_SOURCE_INTERNAL_H
#define SESSION_SOURCE_SOURCE_INTERNAL_H

#include <stdbool.h>

#include "base/attrs.h"
#include "crypto/name.h"
#include "session/source.h"

struct arena;
struct error;
struct secbuf;
struct step;

/*
 * Obtain the credentials that the plan starts with, into an empty start; the
 * caller clears it after a failure.  Rows of sources.def.
 */
bool container_load(const struct session_source_use *use,
		    struct session_start *start, struct error *err) MUST_CHECK;
bool environment_load(const struct session_source_use *use,
		      struct session_start *start,
		      struct error *err) MUST_CHECK;
bool instance_load(const struct session_source_use *use,
		   struct session_start *start, struct error *err) MUST_CHECK;
bool login_load(const struct session_source_use *use,
		struct session_start *start, struct error *err) MUST_CHECK;
bool process_load(const struct session_source_use *use,
		  struct session_start *start, struct error *err) MUST_CHECK;
bool sso_load(const struct session_source_use *use, struct session_start *start,
	      struct error *err) MUST_CHECK;
bool static_key_load(const struct session_source_use *use,
		     struct session_start *start,
		     struct error *err) MUST_CHECK; /* warns of plaintext */
bool stored_key_load(const struct session_source_use *use,
		     struct session_start *start, struct error *err) MUST_CHECK;

bool web_identity_load(const struct session_source_use *use,
		       struct session_start *start,
		       struct error *err) MUST_CHECK;

/*
 * Finds the URL of the container's credentials, in arena or environment.
 * ERROR_CONFIG: NO_CONTAINER, CONTAINER_HOST, or a malformed URL.
 */
bool container_find_url(char *const *environment, struct arena *arena,
			const char **url, struct error *err) MUST_CHECK;

/* Finds the URL of the metadata service, in arena, without a slash at its end. */
bool instance_find_base(const struct step *step, struct arena *arena,
			const char **base, struct error *err) MUST_CHECK;

/* Computes the name of a step's credential_process in the variable. */
void source_process_name(const struct step *step, char name[static NAME_LEN]);

/*
 * Reads what a credential_process printed ("Source credentials with an external
 * process", AWS CLI User Guide).  The caller owns creds.  ERROR_SYSTEM:
 * BAD_JSON, PROCESS_VERSION, NO_MEMBER, BAD_CREDENTIALS, or
 * SOURCE_EXPIRED; now is in seconds since the epoch.
 */
bool process_read(const struct secbuf *printed, int64_t now,
		  struct credentials *creds, struct error *err) MUST_CHECK;

#endif
