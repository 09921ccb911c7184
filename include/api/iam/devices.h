#ifndef API_IAM_DEVICES_H
#define API_IAM_DEVICES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "api/caller.h"
#include "base/attrs.h"

struct arena;
struct error;
struct secbuf;

/*
 * AWS Identity and Access Management, API version 2010-05-08: the MFA devices
 * of the user who signs.  Serial numbers in arena, all pages of the list.
 */
bool iam_list_mfa_devices(const struct api_caller *caller, struct arena *arena,
			  const char *const **serials, size_t *n,
			  struct error *err) MUST_CHECK;

#define IAM_SERIAL_LEN 257 /* of an MFA serial, with its NUL */

/*
 * Make a virtual device, which belongs to nobody until it is enabled.  *seed is
 * the caller's: its base32 text.  What is made although the answer is lost or
 * makes no sense has serial "" or its serial.
 */
bool iam_create_virtual_mfa_device(const struct api_caller *caller,
				   const char *name,
				   char serial[static IAM_SERIAL_LEN],
				   struct secbuf **seed,
				   struct error *err) MUST_CHECK;

/* With two codes of the device, one after the other. */
bool iam_enable_mfa_device(const struct api_caller *caller, const char *user,
			   const char *serial, const struct secbuf *first,
			   const struct secbuf *second,
			   struct error *err) MUST_CHECK;

bool iam_delete_virtual_mfa_device(const struct api_caller *caller,
				   const char *serial,
				   struct error *err) MUST_CHECK;

/* An access key of a user's, as AWS lists it: never its secret. */
struct iam_access_key {
	int64_t created; /* seconds since the epoch */
	bool active;
	char id[129];
};

#define IAM_ACCESS_KEYS 8 /* AWS allows a user two */

/* ListAccessKeys: those of the user who signs, the first page. */
bool iam_list_access_keys(const struct api_caller *caller,
			  struct iam_access_key keys[static IAM_ACCESS_KEYS],
			  size_t *n, struct error *err) MUST_CHECK;

#endif
