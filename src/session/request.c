#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "api/sts.h"
#include "aws/limits.h"
#include "base/error.h"
#include "base/secbuf.h"
#include "base/text.h"
#include "plan/plan.h"
#include "port/world.h"
#include "session/mfa/sources_internal.h"
#include "session/session.h"
#include "session/session_internal.h"
#include "session/walk_internal.h"

#define LOST_TRIES 2
#define REASON_MAX 256

#define INVALID_CODE "invalid MFA one time pass code"
#define TOO_LONG     "MaxSessionDuration"

struct api_caller session_request_caller(const struct walk *w,
					 struct endpoint endpoint)
{
	return (struct api_caller){ .http = &w->world->http,
				    .clock = &w->world->clock,
				    .skew = w->skew,
				    .max_attempts = w->plan->max_attempts,
				    .notices = &w->world->notices,
				    .creds = &w->creds,
				    .endpoint = endpoint,
				    .trust = w->plan->trust };
}

bool session_request_can_trust(const struct walk *w, struct error *err)
{
	const struct trust *trust = &w->plan->trust;
	struct file_facts facts = { 0 };
	struct error ignored = { 0 };

	if (!trust->ca_bundle || strncmp(w->plan->sts.url, "https:", 6) != 0 ||
	    !files_facts(&w->world->files, trust->ca_bundle, &facts,
			 &ignored) ||
	    facts.exists)
		return true;
	return error_fail(err, REASON_CA_BUNDLE, .value = trust->ca_bundle,
			  .detail = strerrordesc_np(ENOENT), .key = trust->key,
			  .path = trust->file, .line = trust->line);
}

static bool assume(const struct walk *w, const struct step *step,
		   struct credentials *out, bool *sent, struct error *err)
{
	struct api_caller caller = session_request_caller(w, step->endpoint);
	char name[ROLE_SESSION_NAME_LEN];
	char assumed[KEY_ARN_LEN];
	struct sts_assume_role in = {
		.role_arn = step->role_arn,
		.session_name = step->session_name ? step->session_name : name,
		.external_id = step->external_id,
		.source_identity = step->source_identity,
		.session_tags = step->session_tags,
		.transitive_tags = step->transitive_tags,
		.policy_arns = step->policy_arns,
		.mfa_serial = step->mfa_serial,
		.mfa_code = step->mfa_serial ? w->code : NULL,
		.duration = step->duration,
	};
	bool ok;

	role_session_name(w->user_arn, w->request->login_name, name);
	ok = sts_assume_role(&caller, &in, out, assumed, sent, err);
	if (ok && !assumed_check_account(step->role_arn, assumed, err)) {
		credentials_clear(out);
		ok = false;
	}
	if (ok)
		(void)snprintf(out->session_name, sizeof(out->session_name),
			       "%s", in.session_name);
	return ok ||
	       error_context(err, REASON_ASSUMING_ROLE, .arn = step->role_arn,
			     .profile = w->plan->steps[0].profile);
}

static bool get_token(const struct walk *w, const struct step *step,
		      struct credentials *out, bool *sent, struct error *err)
{
	struct api_caller caller = session_request_caller(w, step->endpoint);
	struct sts_session_token in = {
		.mfa_serial = step->mfa_serial,
		.mfa_code = step->mfa_serial ? w->code : NULL,
		.duration = step->duration,
	};

	return sts_get_session_token(&caller, &in, out, sent, err) ||
	       error_context(err, REASON_GETTING_SESSION,
			     .profile = w->plan->steps[0].profile);
}

/* --- retries -------------------------------------------------------------- */

enum verdict {
	VERDICT_GOOD,
	VERDICT_BAD_CODE, /* AWS refused the code: another may be accepted */
	VERDICT_LOST,     /* the code was sent, but no response arrived */
	VERDICT_TOO_LONG, /* the duration exceeds the role's maximum */
	VERDICT_FAILED,
};

/*
 * Sends one request.  If it carries a code, the code is used up once it is
 * sent.
 */
static enum verdict send(struct walk *w, const struct step *step,
			 struct credentials *out, struct error *err)
{
	bool sent = false;
	bool ok;

	if (step->mfa_serial && !mfa_spend_code(w, step->mfa_serial, err))
		return VERDICT_FAILED;
	ok = step->role_arn ? assume(w, step, out, &sent, err)
			    : get_token(w, step, out, &sent, err);
	if (step->mfa_serial)
		mfa_spend_is_spent(w, step->mfa_serial, ok || sent);
	if (ok)
		return VERDICT_GOOD;
	if (err->code == ERROR_NETWORK && step->mfa_serial && sent)
		return VERDICT_LOST;
	if (err->code != ERROR_DENIED)
		return VERDICT_FAILED;
	if (step->mfa_serial && strstr(err->about.detail, INVALID_CODE))
		return VERDICT_BAD_CODE;
	return step->role_arn && step->duration > LIMITS_ROLE_DEFAULT &&
			       strstr(err->about.detail, TOO_LONG)
		       ? VERDICT_TOO_LONG
		       : VERDICT_FAILED;
}

/*
 * Explains a refused code as far as possible, so that the user need not guess.
 */
static void tell_why(const struct walk *w, const char *serial)
{
	const struct prompt *prompt = &w->world->prompt;
	int64_t ahead = w->skew->known ? w->skew->ahead : 0;
	char span[TEXT_SPAN_LEN];
	char text[REASON_MAX];

	text_span(ahead < 0 ? -ahead : ahead, span);
	(void)snprintf(
		text, sizeof(text),
		"AWS refused that code of %s: it was mistyped, already used, "
		"or of another device.",
		serial);
	prompt_tell(prompt, text);
	if (ahead < CODE_STEP && ahead > -CODE_STEP)
		return;
	(void)snprintf(
		text, sizeof(text),
		"The clock of this machine is %s %s AWS's; if the device's "
		"clock is wrong, too, its codes are not valid.",
		span, ahead < 0 ? "ahead of" : "behind");
	prompt_tell(prompt, text);
}

/* Obtains another code and reports the reason. */
static bool next_code(struct walk *w, const struct step *step,
		      enum verdict verdict, struct error *err)
{
	const struct prompt *prompt = &w->world->prompt;

	if (verdict == VERDICT_BAD_CODE)
		tell_why(w, step->mfa_serial);
	if (verdict == VERDICT_LOST) {
		w->n_asked = 0; /* not the user's fault */
		prompt_tell(prompt,
			    "AWS did not answer, and the code was sent: "
			    "another one is needed.");
	}
	return mfa_spend_obtain(w, step->mfa_serial, err);
}

static bool refused_for_good(struct walk *w, struct error *err)
{
	w->gave_up = true;
	if (!w->source->person)
		return error_context(err, REASON_NO_VALID_CODE,
				     .other = w->source->name);
	err->code = ERROR_PERSON;
	return error_context(err, REASON_NO_VALID_CODE_IN_TRIES,
			     .number = CODE_TRIES);
}

/*
 * Repeats the request with another code after each refused one, if there is a
 * source.
 */
static enum verdict send_until_taken(struct walk *w, const struct step *step,
				     struct credentials *out, struct error *err)
{
	int lost = 0;

	for (;;) {
		enum verdict verdict = send(w, step, out, err);

		lost += verdict == VERDICT_LOST;
		if ((verdict != VERDICT_BAD_CODE && verdict != VERDICT_LOST) ||
		    !mfa_spend_can_repeat(w))
			return verdict;
		if (verdict == VERDICT_BAD_CODE &&
		    w->n_asked >= w->source->tries) {
			(void)refused_for_good(w, err);
			return VERDICT_FAILED;
		}
		if (lost == LOST_TRIES || !next_code(w, step, verdict, err))
			return VERDICT_FAILED;
	}
}

/* --- a role that allows less ---------------------------------------------- */

/* Reduces the duration to what AWS allowed for the role before. */
static void shorten_as_known(const struct walk *w, struct step *step)
{
	const struct ledger *ledger = &w->world->ledger;
	char name[SESSION_LEDGER_LEN];
	struct error ignored = { 0 };
	int64_t longest = 0;

	if (!step->role_arn || step->duration <= LIMITS_ROLE_DEFAULT ||
	    w->request->refresh)
		return;
	session_ledger_name(w->plan, step->role_arn, name);
	if (!ledger_get(ledger, LEDGER_LONGEST, name, &longest, &ignored) ||
	    longest < LIMITS_ROLE_DEFAULT || longest >= step->duration)
		return;
	notice_info(&w->world->notices, REASON_DURATION_KNOWN,
		    .arn = step->role_arn, .number = longest);
	step->duration = longest;
}

/* Repeats the request for one hour, which every role allows. */
static enum verdict send_shorter(struct walk *w, struct step *step,
				 struct credentials *out, struct error *err)
{
	const struct ledger *ledger = &w->world->ledger;
	char name[SESSION_LEDGER_LEN];
	struct error ignored = { 0 };

	session_ledger_name(w->plan, step->role_arn, name);
	notice_warn(&w->world->notices, REASON_DURATION_TOO_LONG,
		    .arn = step->role_arn, .number = step->duration);
	(void)ledger_set(ledger, LEDGER_LONGEST, name, LIMITS_ROLE_DEFAULT,
			 &ignored);
	step->duration = LIMITS_ROLE_DEFAULT;
	w->n_asked = 0;
	if (step->mfa_serial && (!mfa_spend_can_repeat(w) ||
				 !mfa_spend_obtain(w, step->mfa_serial, err)))
		return VERDICT_FAILED;
	return send_until_taken(w, step, out, err);
}

/* Reports why a code is sent with the role instead of creating a session. */
static void say_direct(const struct walk *w, const struct step *step)
{
	if (step->role_arn && step->mfa_serial &&
	    step->duration > LIMITS_ROLE_DEFAULT)
		notice_info(&w->world->notices, REASON_DIRECT_REQUEST);
}

bool session_request_step(struct walk *w, const struct step *step,
			  struct credentials *out, struct error *err)
{
	struct step as_sent = *step;
	enum verdict verdict;

	shorten_as_known(w, &as_sent);
	say_direct(w, &as_sent);
	verdict = send_until_taken(w, &as_sent, out, err);
	if (verdict == VERDICT_TOO_LONG)
		verdict = send_shorter(w, &as_sent, out, err);
	return verdict == VERDICT_GOOD;
}
