#ifndef SESSION_STORE_SESSION_H
#define SESSION_STORE_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "aws/credentials.h"
#include "base/attrs.h"
#include "crypto/name.h"
#include "port/keyring.h"
#include "session/store/key.h"

struct error;
struct secbuf;

/*
 * A cached session as the keyring has it: see rolekey-keyring(5), "The values".
 * Beside what a program gets that is given the session, it names the access key
 * that the session was made with.
 */
struct session_record {
	struct credentials creds;
	int64_t issued; /* seconds since the epoch, by this machine's clock */
	char user_arn[KEY_ARN_LEN]; /* of the key's IAM user; "" if unknown */
	char key_id[KEY_ID_LEN];
	/* key_store_name(), where keys are not beside sessions; written only */
	char key_store[NAME_LEN];
	char key_stamp[KEYRING_STAMP_LEN]; /* of the key then; see the port */
};

/* The record (the caller's), or NULL: no memory, or an unprintable text. */
struct secbuf *
session_record_write(const struct session_record *session) MUST_CHECK;

/*
 * Reads a record; session->creds are the caller's.  ERROR_PROTOCOL if the bytes
 * are not a record of this version; they are never quoted.  ERROR_MEMORY.
 */
bool session_record_read(const struct secbuf *record,
			 struct session_record *session,
			 struct error *err) MUST_CHECK;

#endif
