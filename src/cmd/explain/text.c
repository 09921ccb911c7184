#include "base/text.h"

#include <stddef.h>
#include <string.h>

#include "aws/config.h"
#include "base/arena.h"
#include "base/mark.h"
#include "base/strbuf.h"
#include "base/timefmt.h"
#include "cmd/explain/explain_internal.h"
#include "cmd/print_internal.h"
#include "message/message.h"

#define COLUMN 15
#define WIDTH  80 /* of a terminal */

static void begin_line(struct strbuf *out, const char *name)
{
	size_t from = out->len + COLUMN;

	strbuf_puts(out, "  ");
	strbuf_puts(out, name);
	while (strbuf_ok(out) && out->len < from)
		strbuf_puts(out, " ");
}

/* "  name         value"; nothing for NULL. */
static void line(struct strbuf *out, const char *name, const char *value)
{
	if (!value)
		return;
	begin_line(out, name);
	print_clean(out, value);
	strbuf_puts(out, "\n");
}

static const char *with_reason(const char *value, const char *reason,
			       struct arena *arena)
{
	return value && reason ? arena_printf(arena, "%s (%s)", value, reason)
			       : value;
}

static const char *duration_of(const struct step *step, struct arena *arena)
{
	char span[TEXT_SPAN_LEN];

	if (step->duration <= 0)
		return NULL;
	text_span(step->duration, span);
	return with_reason(arena_strdup(arena, span), step->why, arena);
}

static const char *cached_of(const struct step *step, const struct known *known,
			     int64_t expires, struct arena *arena)
{
	char until[TIMEFMT_ISO_LEN];
	char span[TEXT_SPAN_LEN];

	if (!step->cached)
		return NULL;
	if (known->why_not)
		return "not known: the keyring cannot be read";
	if (expires == 0)
		return "no";
	timefmt_iso(expires, until);
	text_span(expires - known->now, span);
	return arena_printf(arena, "until %s, %s left", until, span);
}

static bool is_key(const struct step *step)
{
	return step->kind == STEP_STORED_KEY || step->kind == STEP_STATIC_KEY;
}

static const char *in_plaintext(const struct step *step, struct arena *arena)
{
	const struct config_value *id =
		config_value(step->keys, "aws_access_key_id");

	return arena_printf(arena, ", in plaintext in %s",
			    id ? id->file : step->keys->file);
}

/* Returns where the key is stored; "" for other sources. */
static const char *where_of(const struct step *step, const struct known *known,
			    struct arena *arena)
{
	if (step->kind == STEP_STORED_KEY && known->stored)
		return arena_printf(arena, ", in the keyring (%s)",
				    known->keyring);
	if (is_key(step) && step->keys)
		return in_plaintext(step, arena);
	if (step->kind != STEP_STORED_KEY)
		return "";
	if (known->why_not)
		return arena_printf(arena, "; if it is there is not known: %s",
				    known->why_not);
	return arena_printf(arena, ", nowhere yet: rolekey add %s",
			    step->profile);
}

/* Names the credentials that sign the request of the next step. */
static const char *signer_of(const struct step *step)
{
	if (is_key(step))
		return "key";
	if (step->kind == STEP_SESSION_TOKEN)
		return "session";
	return step->role_arn ? "role" : "credentials";
}

/*
 * Prints "StoredKey of custodian, in the keyring", or the action and its
 * signer.
 */
static const char *what_of(const struct plan *plan, size_t n,
			   const struct known *known, struct arena *arena)
{
	const struct step *step = &plan->steps[n];
	const char *action = explain_action(step, known);
	const char *where = n == 0 ? where_of(step, known, arena) : NULL;

	if (n == 0)
		return arena_printf(arena, "%s of %s%s", action, step->profile,
				    where ? where : "");
	return arena_printf(arena, "%s for profile %s, by the %s of %s", action,
			    step->profile, signer_of(step - 1), step->source);
}

static const char *session_name_of(const struct plan *plan, size_t n)
{
	const struct step *step = &plan->steps[n];

	if (!step->role_arn || step->session_name)
		return step->session_name;
	if (n == 0)
		return "the login name";
	return is_key(&plan->steps[0]) ? "the IAM user's name"
				       : "the caller's name";
}

static void put_role(struct strbuf *out, const struct plan *plan, size_t n,
		     struct arena *arena)
{
	const struct step *step = &plan->steps[n];

	line(out, "role",
	     step->sso_role ? arena_printf(arena, "%s, of IAM Identity Center",
					   step->sso_role)
			    : step->role_arn);
	line(out, "session name", session_name_of(plan, n));
	line(out, "external id", step->external_id);
	line(out, "identity", step->source_identity);
	line(out, "tags", step->session_tags);
	line(out, "transitive", step->transitive_tags);
	line(out, "policies", step->policy_arns);
}

/* Names the line that names the source; the value may be a command. */
static const char *named_by(const struct step *step, struct arena *arena)
{
	return step->by ? arena_printf(arena, "%s (%s:%u)", step->by->key,
				       step->by->file, step->by->line)
			: NULL;
}

static void put_step(struct strbuf *out, const struct plan *plan, size_t n,
		     const struct known *known, struct arena *arena)
{
	const struct step *step = &plan->steps[n];
	const struct endpoint *to = &step->endpoint;

	strbuf_puts(out, "\n");
	line(out, n == 0 ? "start" : "then", what_of(plan, n, known, arena));
	line(out, "named by", named_by(step, arena));
	put_role(out, plan, n, arena);
	line(out, "MFA device",
	     with_reason(step->mfa_serial, plan->mfa_from, arena));
	line(out, "code from", step->mfa_serial ? known->code_from : NULL);
	line(out, "lasts", duration_of(step, arena));
	line(out, "endpoint",
	     to->url ? arena_printf(arena, "%s, signed for %s", to->url,
				    to->signing_region)
		     : NULL);
	line(out, "cached", cached_of(step, known, known->expires[n], arena));
}

/* A word, on the next line if it does not fit into this one. */
static void put_word(struct strbuf *out, size_t *column, const char *word)
{
	if (*column > COLUMN && *column + 1 + print_width(word) > WIDTH) {
		strbuf_puts(out, "\n");
		begin_line(out, "");
		*column = COLUMN;
	}
	strbuf_puts(out, *column > COLUMN ? " " : "");
	print_clean(out, word);
	*column += print_width(word) + (*column > COLUMN ? 1 : 0);
}

/* "key of custodian -> GetSessionToken -> AssumeRole of testing" */
static void put_path(struct strbuf *out, const struct plan *plan,
		     struct arena *arena)
{
	const struct step *first = &plan->steps[0];
	size_t column = COLUMN;
	const char *word;

	begin_line(out, "path");
	word = arena_printf(arena, "%s of %s",
			    is_key(first) ? "key" : step_action(first->kind),
			    first->profile);
	put_word(out, &column, word ? word : "");
	for (size_t i = 1; i < plan->n_steps; i++) {
		const struct step *step = &plan->steps[i];

		word = arena_printf(arena, "-> %s%s%s", step_action(step->kind),
				    step->role_arn ? " of " : "",
				    step->role_arn ? step->profile : "");
		put_word(out, &column, word ? word : "");
	}
	strbuf_puts(out, "\n");
}

static void put_variables(struct strbuf *out, const struct plan *plan)
{
	size_t column = COLUMN;

	strbuf_puts(out, "\n");
	begin_line(out, "exec sets");
	for (size_t i = 0; explain_json_variable(plan, i); i++)
		if (!mark_is_mark(explain_json_variable(plan, i)))
			put_word(out, &column, explain_json_variable(plan, i));
	strbuf_puts(out, "\n");
}

static const char *account_of(const struct plan *plan)
{
	if (plan->account)
		return plan->account;
	return is_key(&plan->steps[0]) ? "that of the key's user"
				       : "not known before";
}

static void put_fact(struct strbuf *out, const char *what,
		     const struct error_facts *facts)
{
	struct error fact;
	char text[MESSAGE_LEN];

	(void)error_fail_with(&fact, facts);
	message_text(&fact, text, sizeof(text));
	line(out, what, text);
}

bool explain_text(struct strbuf *out, const void *what)
{
	const struct explained *explained = what;
	const struct known *known = explained->known;
	const struct plan *plan = explained->plan;
	struct arena *arena = explained->arena;

	line(out, "profile", plan->profile);
	line(out, "account", account_of(plan));
	line(out, "region",
	     with_reason(plan->region, plan->region_from, arena));
	line(out, "trusts",
	     with_reason(plan->trust.ca_bundle, plan->trust.from, arena));
	put_path(out, plan, arena);
	for (size_t i = 0; i < plan->n_steps; i++)
		put_step(out, plan, i, known, arena);
	put_variables(out, plan);
	for (size_t i = 0; i < plan->n_notes; i++)
		put_fact(out, "note", &plan->notes[i]);
	for (size_t i = 0; i < plan->n_warnings; i++)
		put_fact(out, "warning", &plan->warnings[i]);
	if (plan->default_endpoint)
		put_fact(out, "warning", plan->default_endpoint);
	if (known->refusal)
		line(out, "warning",
		     arena_printf(arena, "exec refuses: %s", known->refusal));
	return arena_ok(arena);
}
