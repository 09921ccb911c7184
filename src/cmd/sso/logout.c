#include "access/request.h"
#include "api/caller.h"
#include "api/sso/portal.h"
#include "base/error.h"
#include "cmd/command.h"
#include "cmd/sso/sso_internal.h"
#include "port/world.h"
#include "session/sso.h"

/* Ends the session at AWS. A failure is a warning: the token is removed anyway. */
static void end_there(const struct sso_use *use, const struct sso_token *token)
{
	const struct api_caller caller = sso_use_caller(use, use->sso->portal);
	struct error why = { 0 };

	if (!token->access || portal_logout(&caller, token->access, &why) ||
	    error_is_aws(&why, "UnauthorizedException"))
		return;
	(void)error_context(&why, REASON_SSO_NOT_ENDED,
			    .other = sso_use_name(use->sso));
	notice_error(&use->world->notices, NOTICE_WARNING, &why);
}

static bool log_out(const struct call *call, const struct world *world,
		    struct context *context, const struct sso_place *place,
		    struct error *err)
{
	const struct sso_use use = { .plan = &place->plan,
				     .sso = &place->sso,
				     .world = world };
	struct sso_token token = { .expires = 0 };
	bool removed = false;
	bool ok;

	ok = sso_store_load(&use, &token, err);
	if (ok)
		end_there(&use, &token);
	ok = ok && sso_store_remove(&use, &removed, err) &&
	     sso_place_drop_sessions(call, world, context, &place->sso, err);
	sso_token_clear(&token);
	if (ok)
		notice_info(&world->notices,
			    removed ? REASON_SSO_SIGNED_OUT
				    : REASON_SSO_NOT_SIGNED_IN,
			    .other = sso_use_name(&place->sso));
	return ok;
}

static bool cmd_sso_logout(const struct call *call, const struct world *world,
			   struct error *err)
{
	struct context context;
	struct sso_place place;
	bool ok = sso_place_find(call, world, &context, &place, err) &&
		  log_out(call, world, &context, &place, err);

	context_clear(&context);
	return ok;
}

const struct command command_sso_logout = {
	.name = "sso logout",
	.needs = NEEDS_KEYRING | NEEDS_NETWORK,
	.summary = "sign out of IAM Identity Center",
	.operands = OPERANDS_PROFILE_OPTIONAL,
	.help = "Ends the session at AWS, and removes its token and the "
		"cached sessions of roles that came of it. PROFILE is the name "
		"of an [sso-session] section or of a profile; without it, the "
		"only start URL of the config file is used. Credentials that "
		"programs already have stay valid until they expire.\n",
	.examples = "rolekey sso logout\n",
	.run = cmd_sso_logout,
};
