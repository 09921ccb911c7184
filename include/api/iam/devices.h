#ifndef API_IAM_DEVICES_H
#define API_IAM_DEVICES_H

#include <stdbool.h>
#include <stddef.h>

#include "api/caller.h"
#include "aws/limits.h"
#include "base/attrs.h"

struct arena;
struct error;
struct secbuf;

/*
 * AWS Identity and Access Management, API version 2010-05-08: MFA devices.
 * Serials are checked as aws/limits.h says before they are given to a caller,
 * since they are written into the user's config; any other is ERROR_PROTOCOL.
 */
#define IAM_DEVICES_SERIAL_LEN (LIMITS_SERIAL_MAX + 1)

/* ListMFADevices of the user who signs, all pages; serials are in arena. */
bool iam_devices_list(const struct api_caller *caller, struct arena *arena,
		      const char *const **serials, size_t *n,
		      struct error *err) MUST_CHECK;

/*
 * CreateVirtualMFADevice: a device that belongs to nobody until it is enabled.
 * *seed is the caller's: its base32 text.  serial is "" unless AWS has named
 * the device; a device may have been made although this fails.
 */
bool iam_devices_create(const struct api_caller *caller, const char *name,
			char serial[static IAM_DEVICES_SERIAL_LEN],
			struct secbuf **seed, struct error *err) MUST_CHECK;

/* EnableMFADevice, with two codes of the device, one after the other. */
bool iam_devices_enable(const struct api_caller *caller, const char *user,
			const char *serial, const struct secbuf *first,
			const struct secbuf *second,
			struct error *err) MUST_CHECK;

/* DeleteVirtualMFADevice. */
bool iam_devices_delete(const struct api_caller *caller, const char *serial,
			struct error *err) MUST_CHECK;

#endif
