#ifndef SESSION_STORE_SESSION_H
#define SESSION_STORE_SESSION_H

#include <stdbool.h>

#include "base/attrs.h"
#include "session/store/key.h"

struct credentials;
struct error;
struct secbuf;

/*
 * What a cached session looks like in the keyring: see format/record.h.  Only
 * what a program that is handed it needs is in it.
 */
struct secbuf *session_record_write(const struct credentials *creds,
				    const char *user_arn) MUST_CHECK;

/*
 * creds are the caller's.  user_arn gets the ARN of the IAM user at the start
 * of the chain, or "" if the record does not say.  ERROR_PROTOCOL if the bytes
 * are no such record; never quotes them.  ERROR_MEMORY.
 */
bool session_record_read(const struct secbuf *record, struct credentials *creds,
			 char user_arn[static KEY_ARN_LEN],
			 struct error *err) MUST_CHECK;

#endif
