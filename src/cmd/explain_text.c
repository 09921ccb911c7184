#include <stddef.h>
#include <string.h>

#include "aws/config.h"
#include "base/arena.h"
#include "base/secbuf.h"
#include "base/text.h"
#include "base/timefmt.h"
#include "explain_internal.h"

#define COLUMN 15

static void begin_line(struct secbuf *out, const char *name)
{
	size_t from = secbuf_len(out) + COLUMN;

	secbuf_puts(out, "  ");
	secbuf_puts(out, name);
	while (secbuf_ok(out) && secbuf_len(out) < from)
		secbuf_puts(out, " ");
}

/* "  name         value", control characters replaced; nothing for NULL. */
static void line(struct secbuf *out, const char *name, const char *value)
{
	size_t from;

	if (!value)
		return;
	begin_line(out, name);
	from = secbuf_len(out);
	secbuf_puts(out, value);
	if (secbuf_ok(out))
		text_clean(secbuf_edit(out) + from);
	secbuf_puts(out, "\n");
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

static const char *where_of(const struct step *step, const struct known *known,
			    struct arena *arena)
{
	if (step->kind != STEP_STORED_KEY)
		return NULL;
	if (known->stored)
		return arena_printf(arena, "in the keyring (%s)",
				    known->keyring);
	if (step->keys)
		return arena_printf(arena, "in plaintext in %s",
				    step->keys->file);
	if (known->why_not)
		return arena_printf(arena, "not known: %s", known->why_not);
	return arena_printf(arena, "nowhere yet: rolekey add %s",
			    step->profile);
}

static bool is_key(const struct step *step)
{
	return step->kind == STEP_STORED_KEY || step->kind == STEP_STATIC_KEY;
}

static void put_step(struct secbuf *out, const struct plan *plan, size_t n,
		     const struct known *known, struct arena *arena)
{
	const struct step *step = &plan->steps[n];
	const struct endpoint *to = &step->endpoint;

	secbuf_puts(out, "\n");
	line(out, n == 0 ? "start" : "then", explain_action(step, known));
	line(out,
	     n > 0          ? "for profile"
	     : is_key(step) ? "key of"
			    : "of profile",
	     step->profile);
	line(out, "key lies", where_of(step, known, arena));
	line(out, "signed as", step->source);
	line(out, "role", step->role_arn);
	if (step->role_arn)
		line(out, "session name",
		     step->session_name ? step->session_name
					: "the IAM user's name");
	line(out, "external id", step->external_id);
	line(out, "MFA device",
	     with_reason(step->mfa_serial, plan->mfa_from, arena));
	line(out, "code from",
	     step->mfa_serial && plan->mfa_process ? "mfa_process" : NULL);
	line(out, "lasts", duration_of(step, arena));
	line(out, "endpoint",
	     to->url ? arena_printf(arena, "%s, signed for %s", to->url,
				    to->signing_region)
		     : NULL);
	line(out, "cached", cached_of(step, known, known->expires[n], arena));
}

/* "key of custodian -> GetSessionToken -> AssumeRole of testing" */
static void put_path(struct secbuf *out, const struct plan *plan)
{
	const struct step *first = &plan->steps[0];

	begin_line(out, "path");
	secbuf_puts(out, is_key(first) ? "key" : step_action(first->kind));
	secbuf_puts(out, " of ");
	secbuf_puts(out, first->profile);
	for (size_t i = 1; i < plan->n_steps; i++) {
		const struct step *step = &plan->steps[i];

		secbuf_puts(out, " -> ");
		secbuf_puts(out, step_action(step->kind));
		secbuf_puts(out, step->role_arn ? " of " : "");
		secbuf_puts(out, step->role_arn ? step->profile : "");
	}
	secbuf_puts(out, "\n");
}

bool explain_text(struct secbuf *out, const void *what)
{
	const struct explained *explained = what;
	const struct known *known = explained->known;
	const struct plan *plan = explained->plan;
	struct arena *arena = explained->arena;

	line(out, "profile", plan->profile);
	line(out, "account",
	     plan->account ? plan->account : "that of the key's user");
	line(out, "region",
	     with_reason(plan->region, plan->region_from, arena));
	put_path(out, plan);
	for (size_t i = 0; i < plan->n_steps; i++)
		put_step(out, plan, i, known, arena);
	secbuf_puts(out, "\n  exec sets    ");
	for (size_t i = 0; explain_variable(plan, i); i++) {
		secbuf_puts(out, i > 0 ? " " : "");
		secbuf_puts(out, explain_variable(plan, i));
	}
	secbuf_puts(out, "\n");
	for (size_t i = 0; i < plan->n_notes; i++)
		line(out, "note", plan->notes[i]);
	for (size_t i = 0; i < plan->n_warnings; i++)
		line(out, "warning", plan->warnings[i]);
	if (known->refusal)
		line(out, "warning",
		     arena_printf(arena, "exec refuses: %s", known->refusal));
	return arena_ok(arena);
}
