#ifndef CMD_MFA_MFA_INTERNAL_H
#define CMD_MFA_MFA_INTERNAL_H

#include <stdbool.h>

#include "access/context.h"
#include "base/attrs.h"

struct error;
struct request;
struct secbuf;
struct world;

/*
 * The MFA serial that a command is about: --serial, else that of the profile's
 * chain.  It lies in look, which is given back with context_clear(), whatever was
 * returned.  ERROR_CONFIG if there is none.
 */
bool mfa_serial(const struct request *request, const struct world *world,
		struct context *context, const char **serial,
		struct error *err) MUST_CHECK;

/* A question whose answer is a yes, or --force. */
bool mfa_confirm(const struct request *request, const struct world *world,
		 const char *what, const char *serial, bool *yes,
		 struct error *err) MUST_CHECK;

#endif
