#ifndef SESSION_SSO_SSO_INTERNAL_H
#define SESSION_SSO_SSO_INTERNAL_H

#include <stdbool.h>

#include "base/attrs.h"
#include "session/sso.h"

struct error;

/*
 * Registers a client if token has none that lasts, and has the user sign in.
 * Writes *token.  ERROR_PERSON if nobody can be asked, or the user did not sign
 * in in time; ERROR_DENIED.
 */
bool sso_sign_in(const struct sso_use *use, struct sso_token *token,
		 struct error *err) MUST_CHECK;

#endif
