#include <string.h>

#include "base/error.h"
#include "base/secbuf.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "base/topic.h"
#include "port/world.h"
#include "session/session.h"
#include "session_internal.h"
#include "walk_internal.h"

#define DIGITS       6
#define QUESTION_MAX 512

static bool is_code(const struct secbuf *code)
{
	return secbuf_len(code) == DIGITS &&
	       strspn(secbuf_text(code), "0123456789") == DIGITS;
}

bool code_can_ask(const struct walk *w)
{
	const struct prompt *prompt = &w->world->prompt;

	return !w->request->mfa_token && prompt->can_ask(prompt->self);
}

/* --- the step of 30 s ----------------------------------------------------- */

static int64_t now_of(const struct walk *w)
{
	return w->world->clock.now(w->world->clock.self);
}

/* Seconds until a code of the device may go out. */
static int seconds_to_wait(const struct walk *w, const char *serial)
{
	const struct ledger *ledger = &w->world->ledger;
	struct error err = { 0 };
	int64_t now = now_of(w);
	int64_t last;

	if (!ledger->get(ledger->self, LEDGER_CODE, serial, &last, &err)) {
		notice(&w->world->notices, NOTICE_WARNING, "%s", err.text);
		return 0;
	}
	/* One that is farther ahead is of a clock that was wrong. */
	if (last < now / CODE_STEP || last > now / CODE_STEP + 1)
		return 0;
	return (int)((last + 1) * CODE_STEP - now);
}

/*
 * Each code counts once, so the second need of a step has to wait for the
 * next, as nobody could give another before.
 */
static bool wait_for_step(struct walk *w, const char *serial, struct error *err)
{
	const struct prompt *prompt = &w->world->prompt;
	int seconds = seconds_to_wait(w, serial);

	if (seconds == 0)
		return true;
	if (!code_can_ask(w))
		return error_topic(err, ERROR_PERSON, TOPIC_SPENT_CODE,
				   "a code of %s went out just now, and each "
				   "counts once: the next one comes in %d s",
				   serial, seconds);
	notice(&w->world->notices, NOTICE_DEBUG,
	       "mfa: a code of %s went out in this step: waiting %d s", serial,
	       seconds);
	return prompt->wait(prompt->self,
			    "A code was used just now, and each counts once. "
			    "The next one comes in",
			    seconds, err);
}

/* --- the person ----------------------------------------------------------- */

static bool ask(struct walk *w, const char *serial, struct error *err)
{
	const struct prompt *prompt = &w->world->prompt;
	struct strbuf question = strbuf_with_max(QUESTION_MAX);
	bool ok;

	strbuf_printf(&question, "MFA code for %s: ", serial);
	ok = strbuf_ok(&question) ||
	     error_set(err, ERROR_MEMORY, "no memory to ask for a code");
	ok = ok && (prompt->ask(prompt->self, PROMPT_CODE,
				strbuf_text(&question), &w->code, err) ||
		    error_within(err, "the MFA code for %s is needed", serial));
	strbuf_clear(&question);
	return ok;
}

/* What is wrong with the answer, in words; NULL: nothing. */
static const char *wrong_with(const struct walk *w)
{
	if (!is_code(w->code))
		return "An MFA code has six digits.";
	if (w->last_code && secbuf_equal(w->code, w->last_code))
		return "That code was sent already, and each counts once.";
	return NULL;
}

static bool ask_until_good(struct walk *w, const char *serial,
			   struct error *err)
{
	while (w->n_asked < CODE_TRIES) {
		const char *wrong;

		w->n_asked++;
		if (!ask(w, serial, err))
			return false;
		wrong = wrong_with(w);
		if (!wrong)
			return true;
		secbuf_free(w->code);
		w->code = NULL;
		w->world->prompt.tell(w->world->prompt.self, wrong);
	}
	return error_topic(err, ERROR_PERSON, TOPIC_BAD_CODE,
			   "no good MFA code was given in %d tries",
			   CODE_TRIES);
}

static bool take_given(struct walk *w, struct error *err)
{
	if (!is_code(w->request->mfa_token))
		return error_topic(err, ERROR_USAGE, TOPIC_BAD_CODE,
				   "the MFA code is not six digits");
	w->code = secbuf_new(DIGITS);
	secbuf_join(w->code, w->request->mfa_token);
	return secbuf_ok(w->code) ||
	       error_set(err, ERROR_MEMORY, "no memory for a code");
}

/* --- doors ---------------------------------------------------------------- */

bool code_obtain(struct walk *w, const char *serial, struct error *err)
{
	bool can_ask = code_can_ask(w);
	bool ok;

	secbuf_free(w->code);
	w->code = NULL;
	ok = wait_for_step(w, serial, err) &&
	     (w->request->mfa_token ? take_given(w, err)
				    : ask_until_good(w, serial, err));
	w->gave_up =
		!ok && can_ask &&
		(err->code == ERROR_INTERRUPTED || err->code == ERROR_PERSON);
	return ok;
}

bool code_spend(struct walk *w, const char *serial, struct error *err)
{
	const struct ledger *ledger = &w->world->ledger;
	struct error why = { 0 };
	bool raised = false;

	w->code_step = now_of(w) / CODE_STEP;
	if (!ledger->raise(ledger->self, LEDGER_CODE, serial, w->code_step,
			   &raised, &why))
		notice(&w->world->notices, NOTICE_WARNING, "%s", why.text);
	else if (!raised && seconds_to_wait(w, serial) > 0)
		return code_obtain(w, serial, err) &&
		       code_spend(w, serial, err);
	return true;
}

/* Nothing was sent: the code of that step is as good as before. */
static void take_note_back(const struct walk *w, const char *serial)
{
	const struct ledger *ledger = &w->world->ledger;
	struct error ignored = { 0 };
	int64_t noted;

	if (ledger->get(ledger->self, LEDGER_CODE, serial, &noted, &ignored) &&
	    noted == w->code_step)
		(void)ledger->set(ledger->self, LEDGER_CODE, serial, noted - 1,
				  &ignored);
}

void code_is_spent(struct walk *w, const char *serial, bool sent)
{
	if (!sent)
		take_note_back(w, serial);
	secbuf_free(w->last_code);
	w->last_code = w->code;
	w->code = NULL;
}
