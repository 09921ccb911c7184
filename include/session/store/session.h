#ifndef SESSION_STORE_SESSION_H
#define SESSION_STORE_SESSION_H

#include <stdbool.h>

#include "base/attrs.h"
#include "session/store/key.h"

struct credentials;
struct error;
struct secbuf;

/*
 * Formats a session as the value of a keyring item (format/record.h), with only
 * what a program that receives it needs.  Returns a new secbuf that the caller
 * owns.  NULL when out of memory.
 */
struct secbuf *session_record_write(const struct credentials *creds,
				    const char *user_arn) MUST_CHECK;

/*
 * Parses a record.  The caller owns creds. user_arn gets the ARN of the IAM
 * user at the start of the chain, or "" if the record has none.  ERROR_PROTOCOL
 * if it is malformed; the error quotes nothing of it.  ERROR_MEMORY.
 */
bool session_record_read(const struct secbuf *record, struct credentials *creds,
			 char user_arn[static KEY_ARN_LEN],
			 struct error *err) MUST_CHECK;

#endif
