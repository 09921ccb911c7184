#include <string.h>

#include "base/error.h"
#include "base/secbuf.h"
#include "port/world.h"
#include "session/mfa/sources_internal.h"
#include "session/session.h"
#include "session/walk_internal.h"

bool mfa_spend_can_repeat(const struct walk *w)
{
	return w->source && w->source->gives_more(w);
}

/* --- the step of 30 s ----------------------------------------------------- */

static int64_t now_of(const struct walk *w)
{
	return clock_now(&w->world->clock);
}

/* Returns the seconds until a code of the device may be sent. */
static int seconds_to_wait(const struct walk *w, const char *serial)
{
	const struct ledger *ledger = &w->world->ledger;
	char name[SESSION_LEDGER_LEN];
	struct error err = { 0 };
	int64_t now = now_of(w);
	int64_t last;

	session_ledger_name(w->plan, serial, name);
	if (!ledger_get(ledger, LEDGER_CODE, name, &last, &err)) {
		notice_error(&w->world->notices, NOTICE_WARNING, &err);
		return 0;
	}
	/* A step further ahead was noted by a wrong clock. */
	if (last < now / CODE_STEP || last > now / CODE_STEP + 1)
		return 0;
	return (int)((last + 1) * CODE_STEP - now);
}

/*
 * Waits for the next step if a code was sent in this one: AWS accepts each code
 * once.
 */
static bool wait_for_step(struct walk *w, const char *serial, struct error *err)
{
	const struct prompt *prompt = &w->world->prompt;
	int seconds = seconds_to_wait(w, serial);

	if (seconds == 0)
		return true;
	if (!mfa_spend_can_repeat(w))
		return error_fail(err, REASON_CODE_USED_BEFORE, .arn = serial,
				  .number = seconds);
	notice_debug(&w->world->notices,
		     "mfa: a code of %s was sent in these 30 s: waiting %d s",
		     serial, seconds);
	return prompt_wait(prompt,
			   "That code has been used. Waiting for the next one",
			   seconds, err);
}

/* --- interface ------------------------------------------------------------ */

bool mfa_spend_obtain(struct walk *w, const char *serial, struct error *err)
{
	bool ok;

	secbuf_free(w->code);
	w->code = NULL;
	if (!w->source)
		mfa_sources_choose(w, serial);
	ok = wait_for_step(w, serial, err) && w->source->take(w, serial, err);
	w->gave_up =
		!ok && mfa_spend_can_repeat(w) &&
		(err->code == ERROR_INTERRUPTED || err->code == ERROR_PERSON);
	return ok;
}

bool mfa_spend_code(struct walk *w, const char *serial, struct error *err)
{
	const struct ledger *ledger = &w->world->ledger;
	char name[SESSION_LEDGER_LEN];
	struct error why = { 0 };
	bool raised = false;

	w->code_step = now_of(w) / CODE_STEP;
	session_ledger_name(w->plan, serial, name);
	if (!ledger_raise(ledger, LEDGER_CODE, name, w->code_step, &raised,
			  &why))
		notice_error(&w->world->notices, NOTICE_WARNING, &why);
	else if (!raised && seconds_to_wait(w, serial) > 0)
		return mfa_spend_obtain(w, serial, err) &&
		       mfa_spend_code(w, serial, err);
	return true;
}

/*
 * Removes the note if nothing was sent: the code of that step is still valid.
 */
static void take_note_back(const struct walk *w, const char *serial)
{
	const struct ledger *ledger = &w->world->ledger;
	char name[SESSION_LEDGER_LEN];
	struct error ignored = { 0 };
	int64_t noted;

	session_ledger_name(w->plan, serial, name);
	if (ledger_get(ledger, LEDGER_CODE, name, &noted, &ignored) &&
	    noted == w->code_step)
		(void)ledger_set(ledger, LEDGER_CODE, name, noted - 1,
				 &ignored);
}

void mfa_spend_is_spent(struct walk *w, const char *serial, bool sent)
{
	if (!sent)
		take_note_back(w, serial);
	secbuf_free(w->last_code);
	w->last_code = w->code;
	w->code = NULL;
}
