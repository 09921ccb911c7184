#ifndef CMD_MFA_MFA_INTERNAL_H
#define CMD_MFA_MFA_INTERNAL_H

#include <stdbool.h>

#include "access/context.h"
#include "base/attrs.h"

struct error;
struct call;
struct secbuf;
struct world;

/*
 * Returns the MFA serial of a command: given, of --serial, or if that is NULL
 * that of the profile's chain.  It is in the context; free that with context_clear(), even on
 * failure.  ERROR_CONFIG if there is none.
 */
bool mfa_serial(const struct call *call, const char *given,
		const struct world *world, struct context *context,
		const char **serial, struct error *err) MUST_CHECK;

/* Asks for confirmation, unless --force is set. */
bool mfa_confirm(const struct call *call, const struct world *world,
		 const char *what, const char *serial, bool *yes,
		 struct error *err) MUST_CHECK;

#endif
