#include <stddef.h>
#include <string.h>

#include "access/context.h"
#include "access/obtain.h"
#include "access/request.h"
#include "aws/credentials.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "cmd/command.h"
#include "cmd/explain/explain_internal.h"
#include "cmd/facts.h"
#include "cmd/print_internal.h"
#include "plan/plan.h"
#include "port/world.h"
#include "session/session.h"
#include "session/source.h"
#include "session/store/key.h"
#include "session/store/seed.h"

static const struct option options[] = { { .include = option_plan },
					 { .include = option_region },
					 { .include = option_json },
					 { 0 } };

/*
 * Returns the program that supplies a code, in order of precedence; the user
 * needs no line.
 */
static const char *program_of(const struct request *request,
			      const struct plan *plan)
{
	if (plan->mfa_process)
		return "mfa_process";
	return strcmp(request->settings.prompt, "ykman") == 0 ? "ykman" : NULL;
}

/* Looks for a seed. The plan can be shown even if this fails. */
static bool find_seed(const struct plan *plan, const struct world *world,
		      struct known *known, struct error *err)
{
	struct secbuf *seed = NULL;
	bool ok = !plan->mfa_serial || known->code_from ||
		  seed_load(&world->keyring, plan->mfa_serial, &seed, err) ||
		  err->code != ERROR_MEMORY;

	if (seed)
		known->code_from = "the stored seed";
	secbuf_free(seed);
	return ok;
}

static bool ask_keyring(const struct plan *plan, const struct world *world,
			struct known *known, struct error *err)
{
	struct credentials creds = { 0 };
	char user_arn[KEY_ARN_LEN];
	bool ok = true;

	if (plan->steps[0].kind == STEP_STORED_KEY)
		ok = key_load(&world->keyring, plan->steps[0].profile, &creds,
			      user_arn, err);
	known->stored = creds.access_key_id != NULL;
	credentials_clear(&creds);
	ok = ok && find_seed(plan, world, known, err);
	for (size_t i = 0; ok && i < plan->n_steps; i++)
		if (plan->steps[i].cached)
			ok = session_cache_peek(plan, i, world,
						&known->expires[i], err);
	return ok;
}

/* Finds the reason why exec would refuse the plan. */
static bool find_refusal(const struct context *context,
			 const struct world *world, struct known *known,
			 struct error *err)
{
	struct error why = { 0 };

	if (obtain_check_account(&context->plan, &why) &&
	    session_source_check(&context->plan, world->environment, &why))
		return true;
	known->refusal = facts_message(context->arena, &why);
	return known->refusal || error_memory(err);
}

/* Reports that no key is stored for the start of the chain. */
static bool find_missing(const struct context *context,
			 const struct world *world, struct known *known,
			 struct error *err)
{
	const struct plan *plan = &context->plan;
	const struct step *first = &plan->steps[0];
	bool there = first->kind != STEP_STORED_KEY || known->stored ||
		     first->keys || known->why_not || known->refusal;
	struct error why;

	for (size_t i = 0; i < plan->n_steps; i++)
		there = there || known->expires[i] != 0;
	if (there)
		return true;
	(void)error_fail_with(&why, &plan->no_key);
	(void)print_searched(world, &why);
	known->refusal = facts_message(context->arena, &why);
	return known->refusal || error_memory(err);
}

/* Reads the keyring. The plan can be shown even if this fails. */
static bool find_out(const struct request *request,
		     const struct context *context, const struct world *world,
		     struct known *known, struct error *err)
{
	struct error why = { 0 };
	bool ok;

	known->now = clock_now(&world->clock);
	known->expires = arena_alloc(context->arena,
				     context->plan.n_steps * sizeof(int64_t));
	if (!known->expires)
		return error_memory(err);
	known->code_from = program_of(request, &context->plan);
	ok = ask_keyring(&context->plan, world, known, &why);
	known->keyring =
		world->keyring.name; /* "auto" has been resolved by now */
	if (ok)
		return true;
	if (why.code != ERROR_MEMORY)
		known->why_not = facts_message(context->arena, &why);
	return known->why_not || error_memory(err);
}

static bool cmd_explain(const struct call *call, const struct world *world,
			struct error *err)
{
	struct known known = { 0 };
	struct explained explained = { .known = &known };
	struct context context;
	bool ok;

	ok = context_load(&call->request, world, &context, err) &&
	     find_refusal(&context, world, &known, err) &&
	     find_out(&call->request, &context, world, &known, err) &&
	     find_missing(&context, world, &known, err);
	explained.plan = &context.plan;
	explained.arena = context.arena;
	ok = ok && print_all(world, call->json ? explain_json : explain_text,
			     &explained, err);
	context_clear(&context);
	return ok;
}

const struct command command_explain = {
	.name = "explain",
	.needs = NEEDS_KEYRING,
	.summary = "show how a profile gets its credentials",
	.operands = OPERANDS_PROFILE,
	.options = options,
	.asks_nobody = true,
	.help = "Shows each step from the access key to the credentials of "
		"PROFILE: the key that signs, the MFA device and where it is "
		"configured, the duration and who set it, and what is cached "
		"until when. Makes no request and asks no questions.\n",
	.examples = "rolekey explain testing\n"
		    "rolekey explain testing --json\n",
	.run = cmd_explain,
};
