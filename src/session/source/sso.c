/* The credentials of a role in IAM Identity Center. */
#include "session/sso.h"

#include "api/caller.h"
#include "api/sso/portal.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "port/world.h"
#include "session/source/source_internal.h"

static bool get(const struct sso_use *use, const struct sso_token *token,
		struct credentials *creds, struct error *err)
{
	const struct plan_sso *sso = use->sso;
	const struct api_caller caller = sso_use_caller(use, sso->portal);

	if (portal_get_credentials(&caller, token->access, sso->account,
				   sso->role, creds, err))
		return true;
	if (error_is_aws(err, "ForbiddenException"))
		return error_context(err, REASON_SSO_NO_ACCESS,
				     .value = sso->account,
				     .expected = sso->role);
	return false;
}

/* Gets them, and again with another token if AWS does not accept this one. */
static bool get_surely(const struct sso_use *use, struct sso_token *token,
		       struct credentials *creds, struct error *err)
{
	struct secbuf *refused;
	bool ok;

	if (get(use, token, creds, err))
		return true;
	if (!error_is_aws(err, "UnauthorizedException"))
		return false;
	notice_info(&use->world->notices, REASON_SSO_TOKEN_REFUSED,
		    .other = sso_use_name(use->sso));
	refused = token->access;
	token->access = NULL;
	sso_token_clear(token);
	ok = sso_obtain_token(use, refused, token, err) &&
	     get(use, token, creds, err);
	secbuf_free(refused);
	return ok;
}

bool sso_load(const struct session_source_use *source,
	      struct session_start *start, struct error *err)
{
	const struct step *first = &source->plan->steps[0];
	const struct sso_use use = {
		.plan = source->plan,
		.sso = first->sso,
		.world = source->world,
		.skew = source->skew,
		.patience = source->patience,
		.browser = source->browser,
		.shared = source->sso_shared,
	};
	struct sso_token token = { .expires = 0 };
	bool ok;

	ok = sso_obtain_token(&use, NULL, &token, err) &&
	     get_surely(&use, &token, &start->creds, err);
	sso_token_clear(&token);
	return ok;
}
