#ifndef API_IAM_H
#define API_IAM_H

#include <stdbool.h>
#include <stddef.h>

#include "api/caller.h"
#include "base/attrs.h"

struct arena;
struct error;

/*
 * AWS Identity and Access Management, API version 2010-05-08: the MFA devices
 * of the user who signs.  Serial numbers in arena, all pages of the list.
 */
bool iam_list_mfa_devices(const struct api_caller *caller, struct arena *arena,
			  const char *const **serials, size_t *n,
			  struct error *err) MUST_CHECK;

#endif
