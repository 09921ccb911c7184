#include <string.h>

#include "access/context.h"
#include "access/picked.h"
#include "access/request.h"
#include "access/sign_in.h"
#include "aws/arn.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "base/text.h"
#include "cmd/portal/portal_internal.h"
#include "cmd/print_internal.h"
#include "crypto/random.h"
#include "plan/plan.h"
#include "port/world.h"
#include "serve/signin_page.h"

/* The page asks for the confirmation of rolekey_confirm. */
static bool confirm(const struct plan *plan, const struct portal_wish *wish,
		    struct arena *arena, struct portal_need *need,
		    struct error *err)
{
	if (!plan->confirm ||
	    (wish->confirm && strcmp(wish->confirm, plan->profile) == 0))
		return true;
	need->account =
		arena_strdup(arena, plan->account ? plan->account : "?");
	return need->account ? error_fail(err, REASON_NOT_CONFIRMED,
					  .profile = plan->profile)
			     : error_memory(err);
}

/* Tests whether a code, or another one, may end the failure. */
static bool may_code_help(const struct plan *plan,
			  const struct portal_wish *wish,
			  const struct error *err)
{
	return plan->mfa_serial &&
	       (err->code == ERROR_PERSON || error_is(err, REASON_BAD_CODE) ||
		(wish->code && err->code == ERROR_DENIED));
}

/* Notes the choice, for the order of the list; without memory it is lost. */
static void note(const struct world *world, struct arena *arena,
		 const char *profile)
{
	struct picked *picked = picked_read(world, arena);

	if (picked)
		picked_note(picked, profile);
	picked_free(picked);
}

static bool make_page(const struct sign_in *s, const struct secbuf *token,
		      struct portal_form_page *page, struct error *err)
{
	unsigned char bytes[SIGNIN_NONCE_LEN / 2];
	const struct plan *plan = &s->context->plan;
	struct arn arn;

	random_fill(bytes, sizeof(bytes));
	text_hex(bytes, sizeof(bytes), page->nonce);
	page->html = signin_page_make(&(const struct signin_page){
		.profile = plan->profile,
		.account = plan->account,
		.role = s->role_arn && arn_parse(s->role_arn, &arn)
				? arn_name(&arn)
				: NULL,
		.endpoint = s->endpoint.url,
		.destination = s->page,
		.token = token,
		.nonce = page->nonce });
	return page->html || error_memory(err);
}

static bool sign_in(struct sign_in *s, const struct portal_wish *wish,
		    struct arena *arena, struct secbuf **token,
		    struct portal_need *need, struct error *err)
{
	const struct plan *plan = &s->context->plan;

	if (!sign_in_find(s, NULL, NULL, err) ||
	    !confirm(plan, wish, arena, need, err))
		return false;
	if (sign_in_get_token(s, token, err))
		return true;
	if (may_code_help(plan, wish, err)) {
		need->serial = arena_strdup(arena, plan->mfa_serial);
		return need->serial ? false : error_memory(err);
	}
	return print_searched(s->world, err);
}

bool portal_open_console(void *self, const struct portal_wish *wish,
			 struct arena *arena, struct portal_form_page *page,
			 struct portal_need *need, struct error *err)
{
	struct portal_call *call = self;
	struct request request = *call->request;
	struct context context;
	struct sign_in s = { .request = &request,
			     .world = call->world,
			     .context = &context };
	struct secbuf *token = NULL;
	bool ok;

	request.profile = wish->profile;
	request.mfa_token = wish->code;
	ok = context_load(&request, call->world, &context, err) &&
	     sign_in(&s, wish, arena, &token, need, err) &&
	     make_page(&s, token, page, err);
	if (ok)
		note(call->world, arena, wish->profile);
	secbuf_free(token);
	context_clear(&context);
	return ok;
}
